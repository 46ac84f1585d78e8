//! `igr-fig1`: phase portraits of the two-parameter model, and the flatness of its ends against λ.
//!
//! E(a, b) = (y − abx)²/2 with (x, y) = (1, 0.6) from start I and start II (Barrett and Dherin 2021,
//! Figures 1a and 1b). Every flow here is that of E + c‖∇E‖²: c = 0 the gradient flow, c = h/4 the
//! modified flow, c = μ/m the flow with explicit penalty μR_IG, m = 2. At the minima ab = y/x
//! R_IG/E = a² + b².

mod checks;
mod descent;
mod paths;
mod pictures;
mod tables;

use thalweg::objective::problem::TwoParameterModel;

use self::descent::{Path, descend};
use self::paths::{EulerErrors, Sweep, distance_ratio, euler_errors, flow, stabilised_end, sweep};
use super::{Findings, StudyError, Watch, shown};

/// Where it was published.
const SOURCE: &str = "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure 1";
/// Euler's step of the paper for the flow with penalty from start II.
const COARSE: f64 = 5e-7;

/// One of the starts, with what the paper does from it.
#[derive(Clone, Copy, Debug)]
struct Start {
    name: &'static str,
    theta: [f64; 2],
    /// h_S, which follows the gradient flow.
    small: f64,
    /// h_M, which follows the modified flow.
    moderate: f64,
    /// μ.
    penalty: f64,
    /// The learning rates of its sweep: the least, and how many evenly up to h_M.
    least: f64,
    count: u32,
    /// Steps over which distances are compared.
    steps: u64,
}

const STARTS: [Start; 2] = [
    Start {
        name: "I",
        theta: TwoParameterModel::START_I,
        small: 1e-3,
        moderate: 2.5e-2,
        penalty: 0.5,
        least: 1e-4,
        count: 25,
        steps: 200,
    },
    Start {
        name: "II",
        theta: TwoParameterModel::START_II,
        small: 1e-6,
        moderate: 5e-5,
        penalty: 4.1e-2,
        least: 1e-6,
        count: 10,
        steps: 1000,
    },
];

/// Everything from one start.
struct Portrait {
    start: Start,
    small: Path,
    moderate: Path,
    flow: Path,
    modified: Path,
    penalised: Path,
    sweep: Sweep,
    /// max ‖GD − modified flow‖/max ‖GD − gradient flow‖ with h_M.
    ratio: f64,
}

/// Everything.
struct Evidence {
    portraits: Vec<Portrait>,
    /// Euler's method with the paper's step on the flow with penalty from start II.
    coarse: Path,
    /// Where the stabilised method ends there.
    stabilised: [f64; 2],
    euler: EulerErrors,
}

/// Runs the study.
///
/// # Errors
/// If it is interrupted.
pub fn run(watch: &mut Watch<'_>) -> Result<Findings, StudyError> {
    let evidence = Evidence::gather(watch)?;
    Ok(Findings {
        title: "Gradient descent follows the modified flow, and finds flatter minima".into(),
        question: "Which flow does gradient descent follow, and how flat are the minima it finds?"
            .into(),
        source: SOURCE.into(),
        checks: checks::all(&evidence),
        pictures: pictures::all(&evidence)?,
        tables: tables::all(&evidence),
        warnings: warnings(&evidence),
    })
}

impl Evidence {
    fn gather(watch: &mut Watch<'_>) -> Result<Self, StudyError> {
        let most = 2 * STARTS.len() as u64 + 1;
        let mut portraits = Vec::new();
        for (index, start) in (0..).zip(STARTS) {
            watch.advanced(2 * index, most, &format!("paths from start {}", start.name))?;
            let path = |rate| descend(start.theta, rate, 0.0, watch);
            let (small, moderate) = (path(start.small)?, path(start.moderate)?);
            let flows = [0.0, start.moderate / 4.0, start.penalty / 2.0];
            let [plain, modified, penalised] = flows.map(|c| flow(start.theta, c, watch));
            let ratio = distance_ratio(start, watch)?;
            watch.advanced(
                2 * index + 1,
                most,
                &format!("ends from start {}", start.name),
            )?;
            portraits.push(Portrait {
                start,
                small,
                moderate,
                flow: plain?,
                modified: modified?,
                penalised: penalised?,
                sweep: sweep(start, watch)?,
                ratio,
            });
        }
        watch.advanced(most - 1, most, "Euler's method from start II")?;
        let stiff = STARTS[1];
        let c = stiff.penalty / 2.0;
        Ok(Self {
            portraits,
            coarse: descend(stiff.theta, COARSE, c, watch)?,
            stabilised: stabilised_end(stiff.theta, c, watch)?,
            euler: euler_errors(stiff.theta, c, watch)?,
        })
    }

    fn one(&self) -> &Portrait {
        &self.portraits[0]
    }

    fn two(&self) -> &Portrait {
        &self.portraits[1]
    }
}

/// a² + b².
fn squares([a, b]: [f64; 2]) -> f64 {
    a * a + b * b
}

fn warnings(evidence: &Evidence) -> Vec<String> {
    let second = evidence
        .coarse
        .points
        .get(1)
        .copied()
        .unwrap_or([f64::NAN; 2]);
    vec![format!(
        "Euler's method with the paper's step {} is unstable at start II: its first step goes from \
         (75, 74.925) to ({}, {}), across the saddle at the origin. Its path is not that of the flow, \
         and no claim about the flow rests on it.",
        shown(COARSE),
        shown(second[0]),
        shown(second[1]),
    )]
}

#[cfg(test)]
mod tests;
