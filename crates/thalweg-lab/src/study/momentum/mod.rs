//! `momentum`: how much momentum strengthens implicit gradient regularisation.
//!
//! Heavy ball follows the gradient flow of E + μ‖∇E‖² with (1+β)/(1−β) times the μ that gradient
//! descent has at equal effective rate h/(1−β) (Ghosh et al. 2023, arXiv 2302.00849). The factor is
//! estimated from runs in two ways that do not know it, on two problems, and with it Nesterov's, which
//! is derived at [`thalweg::modified::Nesterov`].

mod checks;
mod ends;
mod estimate;
mod following;
mod method;
mod pictures;
mod tables;

use self::ends::End;
use self::estimate::{Estimate, Extent};
use self::following::Following;
use self::method::Method;
use super::smooth_problem::SmoothProblem;
use super::{Findings, StudyError, Watch};

/// β of the estimates.
const MOMENTA: [f64; 5] = [0.0, 0.3, 0.5, 0.7, 0.9];
/// The starts of the network.
const SEEDS: [u64; 3] = [1, 2, 3];
/// On the two-parameter model: until the valley is reached, with h·λ_max/(1−β)² below 0.05.
const TWO_PARAMETERS: Extent = Extent {
    time: 0.4,
    base: 2e-3,
};
/// On the network: while the loss falls by half.
const DIGITS: Extent = Extent {
    time: 2.0,
    base: 0.02,
};

/// Where it was published.
const SOURCE: &str = "Ghosh, Lyu, Zhang and Wang, Implicit Regularization in Heavy-ball Momentum \
                      Accelerated Stochastic Gradient Descent, ICLR 2023, Theorem 3.1";

/// All that was measured.
struct Evidence {
    /// By problem, method and ascending β.
    estimates: Vec<Estimate>,
    following: Vec<Following>,
    ends: Vec<End>,
    /// a² + b² where the gradient flow ends.
    flow_end: f64,
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
        title: "Momentum strengthens implicit regularisation".into(),
        question:
            "By which factor does momentum strengthen the penalty on ‖∇E‖² that finite steps \
                   imply, at equal effective learning rate?"
                .into(),
        source: SOURCE.into(),
        checks: checks::all(evidence),
        pictures: pictures::all(evidence),
        tables: tables::all(evidence),
        warnings: warnings(),
    }
}

impl Evidence {
    fn gather(watch: &mut Watch<'_>) -> Result<Self, StudyError> {
        let mut problems = vec![(SmoothProblem::two_parameters()?, TWO_PARAMETERS)];
        for seed in SEEDS {
            problems.push((SmoothProblem::digits(seed)?, DIGITS));
        }
        let of_problem = Method::ALL.len() * MOMENTA.len();
        let most = (problems.len() * of_problem + 2) as u64;
        let (mut estimates, mut done) = (Vec::new(), 0);
        for (problem, extent) in &mut problems {
            for method in Method::ALL {
                for momentum in MOMENTA {
                    let doing = format!("{}, {}, β = {momentum}", problem.name, method.name());
                    watch.advanced(done, most, &doing)?;
                    let one = estimate::estimate(problem, *extent, method, momentum, watch)?;
                    estimates.push(one);
                    done += 1;
                }
            }
        }
        let problem = &mut problems[0].0;
        watch.advanced(done, most, "distances to flows")?;
        let following = following::all(problem, watch)?;
        watch.advanced(done + 1, most, "ends")?;
        let ends = ends::all(problem, watch)?;
        watch.advanced(most, most, "")?;
        Ok(Self {
            estimates,
            following,
            ends,
            flow_end: ends::of_gradient_flow(),
        })
    }

    /// The estimates of a method on the two-parameter model, or on the network.
    fn of(&self, method: Method, on_network: bool) -> impl Iterator<Item = &Estimate> {
        let estimates = self.estimates.iter();
        estimates.filter(move |one| {
            one.method == method && one.problem.starts_with("digits") == on_network
        })
    }

    /// The ends of a method, by ascending β.
    fn ends(&self, method: Method) -> impl Iterator<Item = &End> {
        self.ends.iter().filter(move |one| one.method == method)
    }
}

fn warnings() -> Vec<String> {
    vec![
        "The statement is about small steps: with λ the curvature, h·λ ≪ (1−β)². For β = 0.9 that \
         leaves a hundredth of the learning rates of plain gradient descent, and the learning rates \
         here are chosen so. Larger ones oscillate, and the penalty says nothing of them."
            .into(),
        "A run from rest gathers speed for about 1/(1−β) steps and then lags behind the flow by the \
         effective time hβ/(1−β)², a distance of the order of what the penalty does. The factor is \
         fitted to runs that start moving; runs from rest serve where the lag does not count."
            .into(),
    ]
}

#[cfg(test)]
mod tests;
