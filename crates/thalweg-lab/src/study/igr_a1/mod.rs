//! `igr-a1`: the learning rate at which the effect of implicit regularisation reverses.
//!
//! The two-parameter model E(a, b) = (y − abx)²/2 with (x, y) = (1, 0.6) from (a₀, b₀) = (2.8, 3.5)
//! (Barrett and Dherin 2021, Figure A.1). Its minima are the two branches of ab = y/x. There
//! R_IG/E = (a² + b²)x² = λ_max(∇²E), so a² + b² at the end says how flat a minimum was found. The
//! gradient flow keeps a² − b², and so ends at a² + b² = √((a₀² − b₀²)² + 4(y/x)²).

mod checks;
mod descent;
mod pictures;
mod tables;

use thalweg::objective::{ObjectiveError, Traced};

use self::descent::{Descent, Ended};
use super::{Findings, StudyError, Watch, shown};

/// x and y of the one example.
const EXAMPLE: [f64; 2] = [1.0, 0.6];
/// (a₀, b₀), start I.
const START: [f64; 2] = [2.8, 3.5];
/// h_S, which follows the gradient flow.
const SMALL: f64 = 1e-3;
/// h_M, which follows the modified flow.
const MODERATE: f64 = 2.5e-2;
/// h_L, which ricochets.
const LARGE: f64 = 1.8e-1;
/// The learning rates between 0 and 0.2, evenly apart: the largest is just below those that diverge,
/// and both h_M and h_L are among them.
const EVEN: u32 = 80;
/// How many of them a unit of learning rate has.
const PER_UNIT: f64 = 400.0;
/// Where the linearised steps of gradient descent begin to grow: h·λ_max = 2.
const STABLE: f64 = 2.0;

/// Where it was published.
const SOURCE: &str = "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure A.1";

/// Gradient descent with every learning rate of the grid.
struct Evidence {
    /// By ascending learning rate.
    descents: Vec<Descent>,
    /// a² + b² where the gradient flow ends.
    flow: f64,
}

/// Runs the study.
///
/// # Errors
/// If it is interrupted.
pub fn run(watch: &mut Watch<'_>) -> Result<Findings, StudyError> {
    let evidence = Evidence::gather(watch)?;
    Ok(Findings {
        title: "Gradient descent beyond the moderate learning rates".into(),
        question: "Larger learning rates find flatter minima than the gradient flow. Until where?"
            .into(),
        source: SOURCE.into(),
        checks: checks::all(&evidence),
        pictures: vec![
            pictures::portrait(&evidence, &mut model()?)?,
            pictures::flatness(&evidence),
            pictures::stability(&evidence),
        ],
        tables: tables::all(&evidence),
        warnings: warnings(&evidence),
    })
}

/// E(a, b) = (y − abx)²/2.
fn model() -> Result<Traced<f64>, ObjectiveError> {
    let [x, y] = EXAMPLE;
    Traced::new(2, move |theta| {
        let prediction = theta.slice(0, 0, 1) * theta.slice(0, 1, 1) * x;
        ((y - prediction).power(2.0) * 0.5).sum_all()
    })
}

/// The learning rates, ascending. The first is half of h_S, to tell how h_S tends to the flow.
fn learning_rates() -> Vec<f64> {
    let even = (1..=EVEN).map(|index| f64::from(index) / PER_UNIT);
    [SMALL / 2.0, SMALL].into_iter().chain(even).collect()
}

/// a² + b² where the gradient flow from the start ends.
fn flow_end() -> f64 {
    let ([x, y], [a, b]) = (EXAMPLE, START);
    let conserved = a * a - b * b;
    (conserved * conserved + 4.0 * (y / x) * (y / x)).sqrt()
}

impl Evidence {
    fn gather(watch: &mut Watch<'_>) -> Result<Self, StudyError> {
        let mut model = model()?;
        let learning_rates = learning_rates();
        let most = learning_rates.len() as u64;
        let mut descents = Vec::new();
        for (done, learning_rate) in (0..).zip(learning_rates) {
            watch.advanced(done, most, &format!("h = {learning_rate}"))?;
            descents.push(descent::descend(&mut model, learning_rate, watch)?);
        }
        watch.advanced(most, most, "")?;
        let flow = flow_end();
        Ok(Self { descents, flow })
    }

    /// The path with that learning rate, which is one of the grid.
    fn with(&self, learning_rate: f64) -> Option<&Descent> {
        let mut descents = self.descents.iter();
        descents.find(|one| one.learning_rate == learning_rate)
    }

    /// Those that reached a minimum.
    fn converged(&self) -> impl Iterator<Item = &Descent> {
        let descents = self.descents.iter();
        descents.filter(|one| one.ended == Ended::Converged)
    }
}

fn warnings(evidence: &Evidence) -> Vec<String> {
    let mut warnings = Vec::new();
    let unstable: Vec<&Descent> = evidence
        .descents
        .iter()
        .filter(|one| one.largest_stability() >= STABLE)
        .collect();
    if let Some(first) = unstable.first() {
        warnings.push(format!(
            "On {} of {} paths, those from h = {} on, h·λ_max reaches 2: there the modified loss is \
             no guide to gradient descent, and what is seen is no evidence for or against it.",
            unstable.len(),
            evidence.descents.len(),
            shown(first.learning_rate),
        ));
    }
    let lost = evidence.descents.len() - evidence.converged().count();
    if lost > 0 {
        warnings.push(format!(
            "{lost} of {} paths did not reach a minimum; they count in no claim about ends.",
            evidence.descents.len(),
        ));
    }
    warnings
}

#[cfg(test)]
mod tests;
