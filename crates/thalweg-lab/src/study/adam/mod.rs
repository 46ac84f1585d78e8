//! `adam`: what Adam and RMSProp follow, and when they seek large gradients.
//!
//! Full-batch Adam with ε inside the root follows θ'ⱼ = −(gⱼ + bⱼ)/√(gⱼ²+ε) with
//! bⱼ = (h/2){c₁ − c₂ + c₂ε/(gⱼ²+ε)} ∂ⱼ‖∇E‖_{1,ε}, cᵢ = (1+βᵢ)/(1−βᵢ) (Cattaneo et al. 2024, arXiv
//! 2309.00079): a penalty on the perturbed one-norm of the gradient where the bracket is positive, the
//! opposite where it is negative. The order of agreement, both coefficients and a consequence are
//! measured over a grid of (β₁, β₂); β₁ = 0 is RMSProp.

mod checks;
mod coefficient;
mod ends;
mod following;
mod pictures;
mod rotation;
mod setting;
mod tables;

use thalweg::flow::GradientFlow;
use thalweg::modified::FirstOrderLoss;

use self::coefficient::{Coefficient, Extent};
use self::ends::End;
use self::following::Following;
use self::setting::{Begin, Setting};
use super::smooth_problem::SmoothProblem;
use super::{Findings, StudyError, Watch};

/// β₁ of coefficients and ends.
const FIRST: [f64; 6] = [0.0, 0.3, 0.5, 0.7, 0.8, 0.9];
/// β₂ of coefficients and ends.
const SECOND: [f64; 4] = [0.0, 0.5, 0.8, 0.9];
/// (β₁, β₂) of the network: the first below, at and above the second.
const NETWORK_DECAYS: [[f64; 2]; 4] = [[0.0, 0.8], [0.5, 0.8], [0.8, 0.8], [0.8, 0.5]];
/// The starts of the network.
const SEEDS: [u64; 3] = [1, 2, 3];
/// On the two-parameter model: elements of the gradient fall from 30 to a few √ε.
const TWO_PARAMETERS: Extent = Extent {
    time: 1.5,
    base: 2e-3,
    epsilon: 1.0,
};
/// On the network, where elements of the gradient are on both sides of √ε.
const DIGITS: Extent = Extent {
    time: 0.4,
    base: 2e-3,
    epsilon: 1e-3,
};

/// Where it was published.
const SOURCE: &str = "Cattaneo, Klusowski and Shigida, On the Implicit Bias of Adam, ICML 2024, \
                      Theorem 3.1";

/// All that was measured.
struct Evidence {
    following: Vec<Following>,
    /// By problem, β₂ and β₁.
    coefficients: Vec<Coefficient>,
    /// By β₂ and β₁.
    ends: Vec<End>,
    /// |J₁₂ − J₂₁|/‖J‖ of the field of lowest order, of the modified one, and of the gradient flow.
    rotations: [f64; 3],
    /// Why the library says that there is no modified loss.
    why_no_loss: Option<&'static str>,
}

/// Runs the study.
///
/// # Errors
/// If it is interrupted.
pub fn run(watch: &mut Watch<'_>) -> Result<Findings, StudyError> {
    Ok(findings(&Evidence::gather(watch)?))
}

fn findings(evidence: &Evidence) -> Findings {
    Findings {
        title: "What Adam follows, and when it seeks large gradients".into(),
        question: "Does Adam penalise the one-norm of the gradient, or seek it?".into(),
        source: SOURCE.into(),
        checks: checks::all(evidence),
        pictures: pictures::all(evidence),
        tables: tables::all(evidence),
        warnings: warnings(evidence),
    }
}

impl Evidence {
    fn gather(watch: &mut Watch<'_>) -> Result<Self, StudyError> {
        let mut model = SmoothProblem::two_parameters()?;
        let mut network = Vec::new();
        for seed in SEEDS {
            network.push(SmoothProblem::digits(seed)?);
        }
        let squared = following::DECAYS.len().pow(2);
        let pairs = SECOND.len() * FIRST.len();
        let most = (squared + 2 * pairs + SEEDS.len() * NETWORK_DECAYS.len() + 1) as u64;
        let mut part = 0;
        let mut next = |watch: &mut Watch<'_>, what: &str, decays: [f64; 2]| {
            let doing = format!("{what}, β₁ = {}, β₂ = {}", decays[0], decays[1]);
            part += 1;
            watch.advanced(part - 1, most, &doing)
        };
        let (mut following, mut coefficients, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for decays in grid(&following::DECAYS, &following::DECAYS) {
            next(watch, "distances to flows", decays)?;
            following.push(following::follow(
                &mut model,
                decays,
                TWO_PARAMETERS.epsilon,
                watch,
            )?);
        }
        for decays in grid(&FIRST, &SECOND) {
            next(watch, "coefficients", decays)?;
            coefficients.push(coefficient::estimate(
                &mut model,
                TWO_PARAMETERS,
                decays,
                watch,
            )?);
        }
        for problem in &mut network {
            for decays in NETWORK_DECAYS {
                next(watch, "coefficients, digits", decays)?;
                coefficients.push(coefficient::estimate(problem, DIGITS, decays, watch)?);
            }
        }
        for decays in grid(&FIRST, &SECOND) {
            next(watch, "ends", decays)?;
            ends.push(ends::end(&mut model, decays, watch)?);
        }
        watch.advanced(most - 1, most, "rotation")?;
        let (rotations, why_no_loss) = rotations(&mut model, watch)?;
        watch.advanced(most, most, "")?;
        Ok(Self {
            following,
            coefficients,
            ends,
            rotations,
            why_no_loss,
        })
    }

    /// The coefficients on the two-parameter model, or on the network.
    fn coefficients(&self, on_network: bool) -> impl Iterator<Item = &Coefficient> {
        let coefficients = self.coefficients.iter();
        coefficients.filter(move |one| one.problem.starts_with("digits") == on_network)
    }
}

/// All pairs (β₁, β₂), by β₂ and then β₁.
fn grid(first: &[f64], second: &[f64]) -> Vec<[f64; 2]> {
    let of_second = |second: &f64| {
        let second = *second;
        first.iter().map(move |first| [*first, second])
    };
    second.iter().flat_map(of_second).collect()
}

/// How far from gradients the fields are along a path of Adam, and what the library says of that.
fn rotations(
    model: &mut SmoothProblem,
    watch: &Watch<'_>,
) -> Result<([f64; 3], Option<&'static str>), StudyError> {
    let setting = Setting {
        rate: ends::RATE,
        decays: [0.8, 0.9],
        epsilon: ends::EPSILON,
    };
    let mut places = Vec::new();
    setting.walk(model, Begin::Corrected, 4000, watch, |step, theta| {
        if step.is_multiple_of(200) {
            places.push([theta[0], theta[1]]);
        }
    })?;
    let objective = &mut *model.objective;
    let adam = setting.modified()?;
    let lowest = rotation::largest(&mut adam.lowest_order_flow(&mut *objective), &places)?;
    let corrected = rotation::largest(&mut adam.flow(&mut *objective), &places)?;
    let gradient = rotation::largest(&mut GradientFlow::new(objective), &places)?;
    let why = match adam.modified_loss() {
        FirstOrderLoss::Absent { why } => Some(why),
        FirstOrderLoss::GradientNorm { .. } => None,
    };
    Ok(([lowest, corrected, gradient], why))
}

fn warnings(evidence: &Evidence) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(why) = evidence.why_no_loss {
        warnings.push(format!(
            "Adam and RMSProp have no modified loss: {why}. What is measured is the field, and \
             \"penalty\" is said of one term of it."
        ));
    }
    warnings.push(
        "The statement holds for fixed β as h → 0, with √ε not small against what an element of the \
         gradient changes by in 1/(1−β₂) steps. With ε = 10⁻⁸, β₂ = 0.999 and the usual learning \
         rates that is not so near minima, and nothing here is evidence about that case; nor about ε \
         outside the root."
            .into(),
    );
    warnings
}

#[cfg(test)]
mod tests;
