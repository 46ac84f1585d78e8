//! The measurement itself.

use std::ops::{ControlFlow, Range};

use thalweg_cpu::{Element, Threads};

use super::{Perturbation, RobustnessCurve, RobustnessError, RobustnessPoint, Spread, Unperturbed};
use crate::modified::slope_degrees;
use crate::objective::{ObjectiveError, SideBySide, Supervised, check_length};
use crate::random::{Purpose, stream};
use crate::vector::norm_squared;

/// Who is told how many of all draws are done, and says whether to go on.
pub type Watch<'a> = dyn FnMut(usize, usize) -> ControlFlow<()> + 'a;

/// Draws between two looks at whoever watches, for each thread.
const ROUND: usize = 4;

/// Measures test accuracy, test loss and slope under noise in the parameters `theta`.
///
/// `filters` are those of [`filters`](super::filters); only filter-normalised noise needs them.
/// Draws are made side by side on the threads of `training`, each on one; the results are the same
/// for any number of them. Noise is drawn from the stream of (seed, strength number, draw) alone.
///
/// Costs, for each draw, one evaluation over the test set and one gradient over `slope_examples`
/// training examples; at strength 0 one of each in all, since every draw is the same. Memory: θ, a
/// gradient and what a pass needs for each thread, none of it anew for a draw.
///
/// # Errors
/// If the perturbation is none, `theta` or a filter does not fit the objectives, or `watch` says to
/// stop. Losses that are not finite are counted in the [`Spread`]s.
///
/// ```
/// use std::{ops::ControlFlow, sync::Arc};
///
/// use thalweg::Threads;
/// use thalweg::network::{Activation, Mlp, Network};
/// use thalweg::objective::{Examples, Loss, Supervised, Targets};
/// use thalweg::robustness::{Perturbation, PerturbationNoise, filters, robustness};
///
/// // A line through the origin that tells x < 0 from x > 0 is right under any moderate noise.
/// let targets = Targets::Labels { labels: vec![0, 0, 1, 1], classes: 2 };
/// let examples = Arc::new(Examples::new(vec![-2.0, -1.0, 1.0, 2.0], 1, targets)?);
/// let objective = || {
///     let network = Box::new(Mlp::new(1, &[], 2, Activation::Identity)?);
///     let objective = Supervised::new(network, Loss::CrossEntropy, examples.clone(), Threads::one())?;
///     Ok::<_, Box<dyn std::error::Error>>(objective)
/// };
/// let perturbation = Perturbation {
///     noise: PerturbationNoise::Multiplicative,
///     strengths: vec![0.1, 3.0],
///     draws: 100,
///     slope_examples: Some(4),
///     seed: 0,
/// };
/// let (mut training, mut test) = (objective()?, objective()?);
/// let filters = filters(training.parameters());
/// let theta = [-1.0, 1.0, 0.0, 0.0];
/// let watch = &mut |_, _| ControlFlow::Continue(());
/// let curve = robustness(&perturbation, &theta, &filters, &mut training, &mut test, watch)?;
/// let accuracy = curve.points[0].test_accuracy.ok_or("labels")?;
/// assert_eq!((accuracy.mean, accuracy.lowest), (1.0, 1.0));
/// assert!(curve.points[1].test_accuracy.ok_or("labels")?.mean < 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn robustness<T: Element>(
    perturbation: &Perturbation,
    theta: &[T],
    filters: &[Range<usize>],
    training: &mut Supervised<T>,
    test: &mut Supervised<T>,
    watch: &mut Watch<'_>,
) -> Result<RobustnessCurve, RobustnessError> {
    perturbation.check()?;
    check_fit(theta, filters, training, test)?;
    let all = training.data().count();
    let slope_examples = perturbation.slope_examples.map(|wanted| wanted.min(all));
    let mut measurement = Measurement {
        perturbation,
        theta,
        filters,
        slope_examples,
        desks: SideBySide::new(training.threads(), || Desk::new(training, test, theta)),
        threads: training.threads().clone(),
        done: 0,
    };
    let unperturbed = measurement.unperturbed()?;
    let strengths = perturbation.strengths.iter().enumerate();
    let points: Result<_, RobustnessError> = strengths
        .map(|(number, strength)| measurement.point(number, *strength, unperturbed, watch))
        .collect();
    Ok(RobustnessCurve {
        noise: perturbation.noise,
        draws: perturbation.draws,
        slope_examples,
        unperturbed,
        points: points?,
    })
}

fn check_fit<T: Element>(
    theta: &[T],
    filters: &[Range<usize>],
    training: &Supervised<T>,
    test: &Supervised<T>,
) -> Result<(), RobustnessError> {
    let parameters = training.parameters().count();
    check_length("theta", parameters, theta.len())?;
    check_length("theta", test.parameters().count(), theta.len())?;
    match filters.iter().find(|filter| filter.end > parameters) {
        Some(filter) => Err(RobustnessError::Filter {
            end: filter.end,
            parameters,
        }),
        None => Ok(()),
    }
}

/// What one draw at a time is measured on.
struct Desk<T> {
    training: Supervised<T>,
    test: Supervised<T>,
    perturbed: Vec<T>,
    gradient: Vec<T>,
}

impl<T: Element> Desk<T> {
    fn new(training: &Supervised<T>, test: &Supervised<T>, theta: &[T]) -> Self {
        Self {
            training: training.sharing(Threads::one()),
            test: test.sharing(Threads::one()),
            perturbed: theta.to_vec(),
            gradient: theta.to_vec(),
        }
    }

    /// At the disturbed parameters.
    fn measure(&mut self, slope_examples: Option<usize>) -> Result<Unperturbed, ObjectiveError> {
        let seen = self.test.evaluate(&self.perturbed)?;
        let slope = match slope_examples {
            None => None,
            Some(examples) => {
                let (theta, gradient) = (&self.perturbed, &mut self.gradient);
                self.training.gradient_of_first(examples, theta, gradient)?;
                Some(finite_slope(norm_squared(&self.gradient)))
            }
        };
        Ok(Unperturbed {
            test_accuracy: seen.accuracy,
            test_loss: seen.loss,
            slope_degrees: slope,
        })
    }
}

/// The angle of a slope. One that is too steep to be represented has none: 90° would hide it among
/// the finite ones.
fn finite_slope(gradient_norm_squared: f64) -> f64 {
    match gradient_norm_squared.is_finite() {
        true => slope_degrees(gradient_norm_squared),
        false => f64::NAN,
    }
}

struct Measurement<'a, T> {
    perturbation: &'a Perturbation,
    theta: &'a [T],
    filters: &'a [Range<usize>],
    slope_examples: Option<usize>,
    desks: SideBySide<Desk<T>>,
    threads: Threads,
    done: usize,
}

impl<T: Element> Measurement<'_, T> {
    fn unperturbed(&self) -> Result<Unperturbed, ObjectiveError> {
        self.desks.with(|desk| {
            desk.perturbed.copy_from_slice(self.theta);
            desk.measure(self.slope_examples)
        })
    }

    fn point(
        &mut self,
        number: usize,
        strength: f64,
        unperturbed: Unperturbed,
        watch: &mut Watch<'_>,
    ) -> Result<RobustnessPoint, RobustnessError> {
        let mut drawn = vec![Ok(unperturbed); self.perturbation.draws];
        let round = match strength > 0.0 {
            true => ROUND * self.threads.count(),
            false => drawn.len(),
        };
        for (index, draws) in drawn.chunks_mut(round).enumerate() {
            if strength > 0.0 {
                self.draw(number, strength, index * round, draws);
            }
            self.done += draws.len();
            let all = self.perturbation.draws * self.perturbation.strengths.len();
            if watch(self.done, all).is_break() {
                return Err(RobustnessError::Stopped);
            }
        }
        let drawn: Vec<Unperturbed> = drawn.into_iter().collect::<Result<_, _>>()?;
        Ok(point(strength, &drawn))
    }

    /// Draws from number `first` on.
    fn draw(
        &self,
        number: usize,
        strength: f64,
        first: usize,
        draws: &mut [Result<Unperturbed, ObjectiveError>],
    ) {
        let Perturbation { noise, seed, .. } = *self.perturbation;
        self.desks
            .each_of(&self.threads, draws, |desk, place, drawn| {
                let index = (number as u64) << 32 | (first + place) as u64;
                let mut random = stream(seed, Purpose::Perturbation, index);
                let to = &mut desk.perturbed;
                noise.perturb(strength, self.theta, self.filters, &mut random, to);
                *drawn = desk.measure(self.slope_examples);
            });
    }
}

fn point(strength: f64, drawn: &[Unperturbed]) -> RobustnessPoint {
    let spread_if_known = |value: fn(&Unperturbed) -> Option<f64>| {
        let values: Option<Vec<f64>> = drawn.iter().map(value).collect();
        values.map(|values| Spread::of(values.iter().copied()))
    };
    RobustnessPoint {
        strength,
        test_accuracy: spread_if_known(|drawn| drawn.test_accuracy),
        test_loss: Spread::of(drawn.iter().map(|drawn| drawn.test_loss)),
        slope_degrees: spread_if_known(|drawn| drawn.slope_degrees),
    }
}
