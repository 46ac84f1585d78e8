//! A quantity against the strength of noise in the parameters: one line a combination of settings.

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg::robustness::{
    PerturbationNoise, RobustnessCurve, RobustnessPoint, Spread, Unperturbed,
};
use thalweg_lab::record::Robustness;
use thalweg_lab::spec::{ExposedAt, FigureSpec, Scale, Sweep};

use super::caption;
use super::combination::{Combination, Family};
use super::wording::{file_stem, shown};
use crate::figure::{Axis, Colours, Figure, Kind, Plane, Point, Series};
use crate::number::{counted, significant};
use crate::results::Results;

/// With more points than this a line has only a few markers.
const MOST_MARKERS: usize = 12;

/// The figure that `spec` states.
pub(super) fn figure(spec: &FigureSpec, sweep: &Sweep, results: &Results) -> Figure {
    let family = Family::of(results, sweep, None);
    let exposed: Vec<Vec<&Robustness>> = family.members.iter().map(exposed).collect();
    let whose = exposed.iter().flatten().next().map(|one| whose(one.at));
    let curves = exposed.into_iter();
    let curves = curves.map(|of_member| of_member.into_iter().map(|one| &one.curve).collect());
    let curves: Vec<Vec<&RobustnessCurve>> = curves.collect();
    let unit = Unit::of(curves.iter().flatten().copied());
    let trials = family.members.iter().map(|member| member.trials.len());
    let missing = trials.sum::<usize>() - curves.iter().flatten().count();
    let members = family.members.iter().zip(&curves);
    let series = members.map(|(member, curves)| {
        let points = points(curves, spec.y, unit, &member.context);
        Series {
            name: member.name.clone(),
            kind: match points.len() {
                0..=MOST_MARKERS => Kind::Line,
                _ => Kind::Course,
            },
            points,
        }
    });
    Figure {
        name: file_stem(&format!("{} {} perturbation", sweep.name, spec.y.name())),
        title: spec.title.clone(),
        caption: caption::joined([
            Some(description(&curves, whose, spec.y)),
            lost(&curves, spec.y),
            caption::left_out(results, sweep, missing),
            family.limit.clone(),
        ]),
        x: Axis::new(unit.label(), spec.x_scale),
        y: Axis::new(shown(spec.y).label(), spec.y_scale),
        legend: family.heading.clone(),
        colours: family.colours,
        series: series.collect(),
        plane: Plane::default(),
    }
}

/// What noise did to a single trial: a figure for each quantity that was measured under it.
pub(crate) fn of_trial(one: &Robustness) -> Vec<Figure> {
    let quantities = [
        Quantity::TestAccuracy,
        Quantity::TestLoss,
        Quantity::SlopeDegrees,
    ];
    let name = |quantity: Quantity| format!("{} perturbation", quantity.name());
    of_curve(&one.curve, &quantities, whose(one.at), name)
}

/// What noise did to parameters, `whose` being words for them: a figure for each of `quantities`
/// that was measured under it, called by `name`.
pub(crate) fn of_curve(
    curve: &RobustnessCurve,
    quantities: &[Quantity],
    whose: &str,
    name: impl Fn(Quantity) -> String,
) -> Vec<Figure> {
    let unit = Unit::of(std::iter::once(curve));
    let figure = |quantity: Quantity| {
        let points = points(&[curve], quantity, unit, &[]);
        let mut measured = curve.points.iter();
        let is_measured = measured.any(|point| under_noise(point, quantity).is_some());
        let title = format!("{} under noise", shown(quantity).words);
        is_measured.then(|| Figure {
            name: file_stem(&name(quantity)),
            title: caption::capitalised(&title),
            caption: caption::joined([
                Some(description(&[vec![curve]], Some(whose), quantity)),
                lost(&[vec![curve]], quantity),
            ]),
            x: Axis::new(unit.label(), Scale::Linear),
            y: Axis::new(shown(quantity).label(), shown(quantity).scale),
            legend: String::new(),
            colours: Colours::Distinct,
            series: vec![Series {
                name: String::new(),
                kind: Kind::Line,
                points,
            }],
            plane: Plane::default(),
        })
    };
    quantities.iter().copied().filter_map(figure).collect()
}

/// The parameters that were exposed to noise, in words.
fn whose(at: ExposedAt) -> &'static str {
    match at {
        ExposedAt::Best => "Parameters at maximum test accuracy",
        ExposedAt::Final => "Parameters at the end of training",
    }
}

/// What was measured of each seed of a combination.
fn exposed<'a>(member: &Combination<'a>) -> Vec<&'a Robustness> {
    let trials = member.trials.iter();
    trials
        .filter_map(|trial| trial.robustness.as_ref())
        .collect()
}

/// What strengths are counted in.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    /// That of one kind of noise.
    Of(PerturbationNoise),
    /// Several kinds of noise stand in one figure.
    Mixed,
}

impl Unit {
    fn of<'a>(mut curves: impl Iterator<Item = &'a RobustnessCurve>) -> Self {
        let first = curves.next().map(|one| one.noise);
        match first {
            Some(noise) if curves.all(|one| one.noise == noise) => Self::Of(noise),
            _ => Self::Mixed,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Of(PerturbationNoise::Multiplicative) => {
                "multiplicative noise σ, % of each parameter"
            }
            Self::Of(PerturbationNoise::FilterNormalised) => {
                "filter-normalised noise σ, % of each filter's norm"
            }
            Self::Of(PerturbationNoise::Additive) => "additive noise σ, in units of the parameters",
            Self::Mixed => "strength of noise σ",
        }
    }

    /// What a strength is multiplied by to be shown.
    fn factor(self) -> f64 {
        match self {
            Self::Of(noise) if noise.is_relative() => 100.0,
            _ => 1.0,
        }
    }

    fn value(self, shown: f64) -> String {
        let unit = if self.factor() == 1.0 { "" } else { " %" };
        format!("{}{unit}", significant(shown, 4))
    }
}

/// One strength of several seeds.
struct Place {
    strength: f64,
    spreads: Vec<Spread>,
}

/// The points of a combination, beginning without noise.
fn points(
    curves: &[&RobustnessCurve],
    quantity: Quantity,
    unit: Unit,
    context: &[String],
) -> Vec<Point> {
    let unperturbed = |one: &&RobustnessCurve| {
        let value = without_noise(&one.unperturbed, quantity)?;
        Some(Spread::of(std::iter::once(value)))
    };
    let mut places = vec![Place {
        strength: 0.0,
        spreads: curves.iter().filter_map(unperturbed).collect(),
    }];
    for point in curves.iter().flat_map(|one| &one.points) {
        let Some(spread) = under_noise(point, quantity).filter(|_| point.strength > 0.0) else {
            continue;
        };
        match places.iter_mut().find(|one| one.strength == point.strength) {
            Some(place) => place.spreads.push(spread),
            None => places.push(Place {
                strength: point.strength,
                spreads: vec![spread],
            }),
        }
    }
    let point = |place: &Place| place.point(quantity, unit, context);
    places.iter().filter_map(point).collect()
}

impl Place {
    fn point(&self, quantity: Quantity, unit: Unit, context: &[String]) -> Option<Point> {
        let as_shown = shown(quantity);
        let (mean, deviation) = self.mean_and_deviation()?;
        let (least, most) = range(quantity);
        let x = self.strength * unit.factor();
        let place = |value: f64| value.clamp(least, most) * as_shown.factor;
        let [y, low, high] = [mean, mean - deviation, mean + deviation].map(place);
        let mut lines = context.to_vec();
        lines.push(format!("noise {}", unit.value(x)));
        lines.push(format!("{} {}", as_shown.words, as_shown.value(y)));
        if deviation > 0.0 {
            let ends = (as_shown.value(low), as_shown.value(high));
            lines.push(format!("band {} to {}", ends.0, ends.1));
        }
        lines.push(counted(self.spreads.len(), "seed"));
        Some(Point {
            x,
            y,
            low,
            high,
            singles: Vec::new(),
            note: lines.join("\n"),
        })
    }

    /// The mean over seeds of their means over draws, and the standard deviation of a single draw of
    /// a single seed: the variances within and between seeds together.
    fn mean_and_deviation(&self) -> Option<(f64, f64)> {
        let means = self.spreads.iter().map(|one| one.mean);
        let means: Vec<f64> = means.filter(|mean| mean.is_finite()).collect();
        if means.is_empty() {
            return None;
        }
        let count = means.len() as f64;
        let mean = means.iter().sum::<f64>() / count;
        let squares: f64 = means.iter().map(|one| (one - mean).powi(2)).sum();
        let between = squares / (count - 1.0).max(1.0);
        let variances = self
            .spreads
            .iter()
            .map(|one| one.standard_deviation.powi(2));
        let variances: Vec<f64> = variances.filter(|one| one.is_finite()).collect();
        let within = variances.iter().sum::<f64>() / (variances.len() as f64).max(1.0);
        Some((mean, (within + between).sqrt()))
    }
}

fn without_noise(unperturbed: &Unperturbed, quantity: Quantity) -> Option<f64> {
    match quantity {
        Quantity::TestAccuracy => unperturbed.test_accuracy,
        Quantity::SlopeDegrees => unperturbed.slope_degrees,
        _ => Some(unperturbed.test_loss),
    }
}

fn under_noise(point: &RobustnessPoint, quantity: Quantity) -> Option<Spread> {
    match quantity {
        Quantity::TestAccuracy => point.test_accuracy,
        Quantity::SlopeDegrees => point.slope_degrees,
        _ => Some(point.test_loss),
    }
}

/// The values that a quantity can have: bands end there.
fn range(quantity: Quantity) -> (f64, f64) {
    match quantity {
        Quantity::TestAccuracy => (0.0, 1.0),
        Quantity::SlopeDegrees => (0.0, 90.0),
        _ => (0.0, f64::INFINITY),
    }
}

/// Whose parameters were disturbed, how often, and what the band is.
fn description(
    curves: &[Vec<&RobustnessCurve>],
    whose: Option<&str>,
    quantity: Quantity,
) -> String {
    let first = curves.iter().flatten().next();
    let (Some(first), Some(whose)) = (first, whose) else {
        return "No trial has been exposed to noise yet.".into();
    };
    let seeds = curves.iter().map(Vec::len);
    let (fewest, most) = (seeds.clone().min().unwrap_or(0), seeds.max().unwrap_or(0));
    let count = match fewest == most {
        true => counted(most, "seed"),
        false => format!("{fewest} to {most} seeds"),
    };
    let draws = counted(first.draws, "draw");
    let slope = first
        .slope_examples
        .filter(|_| quantity == Quantity::SlopeDegrees);
    caption::joined([
        Some(format!(
            "{whose} under random noise: each point is the mean over {count} with {draws} \
             each, the band one standard deviation of a single draw either side, over draws and \
             seeds. The first point is without noise."
        )),
        slope.map(|examples| format!("Slopes are over the first {examples} training examples.")),
    ])
}

/// How many draws are left out of the means, if any.
fn lost(curves: &[Vec<&RobustnessCurve>], quantity: Quantity) -> Option<String> {
    let points = curves.iter().flatten().flat_map(|one| &one.points);
    let spreads = points.filter_map(|point| under_noise(point, quantity));
    let (lost, all) = spreads.fold((0, 0), |(lost, all), spread| {
        (lost + spread.not_finite, all + spread.draws)
    });
    (lost > 0).then(|| format!("{lost} of {all} draws gave no finite value and are left out."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_has_the_variances_within_and_between_seeds() {
        let spread = |values: &[f64]| Spread::of(values.iter().copied());
        let place = Place {
            strength: 0.5,
            spreads: vec![spread(&[1.0, 2.0, 3.0]), spread(&[3.0, 4.0, 5.0])],
        };
        let (mean, deviation) = place.mean_and_deviation().unwrap();
        assert_eq!(mean, 3.0);
        // 1 within, 2 between the means 2 and 4.
        assert!((deviation - 3.0_f64.sqrt()).abs() < 1e-15);
        let lost = Place {
            strength: 0.5,
            spreads: vec![spread(&[f64::NAN])],
        };
        assert_eq!(lost.mean_and_deviation(), None);
    }

    #[test]
    fn relative_noise_is_shown_in_per_cent() {
        let relative = Unit::Of(PerturbationNoise::Multiplicative);
        assert_eq!(relative.value(3.0 * relative.factor()), "300 %");
        let additive = Unit::Of(PerturbationNoise::Additive);
        assert_eq!(additive.value(0.25 * additive.factor()), "0.25");
    }
}
