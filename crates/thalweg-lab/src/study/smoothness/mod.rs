//! `smoothness`: the modified flow describes gradient descent on smooth networks, not on ReLU.
//!
//! A step of gradient descent leaves the gradient flow by O(h²) and the modified flow by O(h³)
//! (Barrett and Dherin 2021, Theorem 3.1). So after a fixed time nh the *drift ratio*
//!
//! > ‖θ_GD − θ_modified‖ / ‖θ_GD − θ_flow‖
//!
//! falls in proportion to h, provided that E is smooth. With ReLU the gradient jumps where a unit
//! switches. A step across such a place keeps the old gradient until its end, on average for h/2,
//! which moves it by O(h) from either flow, and the number of such places on a path does not depend
//! on h. The term −(h/2)Hg of the modified flow, with H taken between the jumps, knows nothing of
//! them; so both distances are O(h) and their ratio tends to no particular number, and not to 0.

mod checks;
mod model;
mod path;
mod pictures;
mod tables;

use thalweg::Named;
use thalweg::network::Activation;

use self::model::Model;
use self::path::{MODIFIED, Path, Question};
use super::{Findings, StudyError, Watch, shown};

/// Where it was published.
const SOURCE: &str = "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Theorem 3.1";

/// What is compared: three smooth functions, and one that is not.
const ACTIVATIONS: [Activation; 4] = [
    Activation::Tanh,
    Activation::Gelu,
    Activation::Softplus,
    Activation::Relu,
];

/// How large the study is.
#[derive(Clone, Debug)]
struct Scope {
    examples: usize,
    hidden_widths: Vec<usize>,
    seeds: Vec<u64>,
    /// nh, the same for all learning rates.
    time: f64,
    /// The learning rates of whole paths: this one, and as many halves of halves.
    largest: f64,
    halvings: u32,
    /// The same for single steps.
    step_halvings: u32,
}

impl Scope {
    /// What is published: under a minute on two cores.
    fn full() -> Self {
        Self {
            examples: 50,
            hidden_widths: vec![16, 16],
            seeds: (11..18).collect(),
            time: 1.0,
            largest: 0.125,
            halvings: 4,
            step_halvings: 8,
        }
    }

    /// The learning rates of whole paths, descending.
    fn learning_rates(&self) -> Vec<f64> {
        halves(self.largest, self.halvings)
    }

    /// Every path, then every single step.
    fn questions(&self) -> (Vec<Question>, Vec<Question>) {
        let (mut paths, mut steps) = (Vec::new(), Vec::new());
        for activation in ACTIVATIONS {
            for &seed in &self.seeds {
                let question = |learning_rate: f64, steps: u64| Question {
                    activation,
                    seed,
                    learning_rate,
                    steps,
                };
                for h in self.learning_rates() {
                    paths.push(question(h, (self.time / h).round() as u64));
                }
                if activation.is_smooth() {
                    let rates = halves(self.largest, self.step_halvings).into_iter();
                    steps.extend(rates.map(|h| question(h, 1)));
                }
            }
        }
        (paths, steps)
    }
}

fn halves(largest: f64, count: u32) -> Vec<f64> {
    (0..=count)
        .map(|k| largest / f64::from(1_u32 << k))
        .collect()
}

/// Everything that was followed.
struct Evidence {
    scope: Scope,
    parameter_count: usize,
    /// Paths of one length of time.
    paths: Vec<Path>,
    /// Single steps, on the smooth networks.
    steps: Vec<Path>,
}

/// Runs the study.
///
/// # Errors
/// If it is interrupted.
pub fn run(watch: &mut Watch<'_>) -> Result<Findings, StudyError> {
    let evidence = Evidence::gather(Scope::full(), watch)?;
    Ok(evidence.findings())
}

impl Evidence {
    fn gather(scope: Scope, watch: &mut Watch<'_>) -> Result<Self, StudyError> {
        let (paths, steps) = scope.questions();
        let most = (paths.len() + steps.len()) as u64;
        let mut evidence = Self {
            scope,
            parameter_count: 0,
            paths: Vec::new(),
            steps: Vec::new(),
        };
        let mut done = 0;
        for activation in ACTIVATIONS {
            let mut model = Model::new(&evidence.scope, activation)?;
            evidence.parameter_count = model.parameter_count();
            let of_activation = |one: &&Question| one.activation == activation;
            for question in paths.iter().chain(&steps).filter(of_activation) {
                let (name, h) = (activation.name(), question.learning_rate);
                watch.advanced(done, most, &format!("{name}, h = {h}"))?;
                let path = path::follow(&mut model, *question, MODIFIED, watch)?;
                let place = match question.steps {
                    1 => &mut evidence.steps,
                    _ => &mut evidence.paths,
                };
                place.push(path);
                done += 1;
            }
        }
        watch.advanced(most, most, "")?;
        Ok(evidence)
    }

    fn findings(&self) -> Findings {
        Findings {
            title: "The modified flow describes gradient descent where the loss is smooth".into(),
            question: "For which activation functions does gradient descent follow the modified \
                       flow more closely than the gradient flow, and in which precision is it seen?"
                .into(),
            source: SOURCE.into(),
            checks: checks::all(self),
            pictures: pictures::all(self),
            tables: tables::all(self),
            warnings: self.warnings(),
        }
    }

    /// A number at the end of each seed's path; seeds whose path has none are missing.
    fn of_seeds(
        paths: &[Path],
        activation: Activation,
        learning_rate: f64,
        number: impl Fn(&path::Point) -> f64,
    ) -> Vec<f64> {
        let wanted = |one: &&Path| {
            one.question.activation == activation && one.question.learning_rate == learning_rate
        };
        let ends = paths.iter().filter(wanted).filter_map(Path::end);
        let mut numbers: Vec<f64> = ends.map(number).collect();
        numbers.sort_by(f64::total_cmp);
        numbers
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = vec![
            "On ReLU networks the modified loss says nothing about trajectories: use a smooth \
             activation (tanh, gelu, softplus) where they are compared."
                .into(),
        ];
        if let Some(floor) = checks::drowned(self) {
            warnings.push(format!(
                "In single precision the distance that one step leaves is rounding from h = {} on \
                 down: comparisons of trajectories need double precision.",
                shown(floor)
            ));
        }
        let (falling, fastest) = checks::falling(self);
        if falling > 0 {
            warnings.push(format!(
                "On {falling} of {} ReLU networks the ratio still falls at these learning rates, as \
                 h to the power of {} at most: what is seen there is no limit yet.",
                self.scope.seeds.len(),
                shown(fastest),
            ));
        }
        let all = || self.paths.iter().chain(&self.steps);
        let lost = all().filter(|one| one.end().is_none()).count();
        if lost > 0 {
            warnings.push(format!(
                "{lost} of {} paths could not be followed to the end; they count in no claim.",
                all().count()
            ));
        }
        warnings
    }
}

/// The middle one of ascending numbers; NaN of none.
fn median(numbers: &[f64]) -> f64 {
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests;
