//! Whether a regularizer fits the optimizer it stands beside.

use thalweg::Named;
use thalweg::optimizer::{Optimizer, Sampling};

use super::{RegularizerSpec, Strength};
use crate::spec::diagnostic::Problems;
use crate::spec::problem::Problem;
use crate::spec::tree::Table;
use crate::spec::{Method, OptimizerSpec};
use crate::trial::build_optimizer;

/// Records what of the regularizer makes no sense with the optimizer; both were read from `tables`.
pub(in crate::spec) fn check_fit(
    regularizer: &RegularizerSpec,
    optimizer: &OptimizerSpec,
    tables: &Table,
    problems: &mut Problems,
) {
    let span = |path| tables.at_path(path).map(|node| node.span);
    let batch = optimizer.batch.map(|batch| batch.size);
    if let Some((parts, batch)) = regularizer.micro_batches.zip(batch) {
        const PATH: &str = "regularizer.micro_batch_size";
        if parts.size > batch {
            let problem = Problem::Unsuitable {
                path: PATH.into(),
                found: parts.size.to_string(),
                wanted: format!("at most {batch}, the size of the batch that it divides"),
            };
            problems.add(problem, span(PATH));
        }
    }
    let is_multiple = matches!(regularizer.strength, Strength::ImplicitMultiple { .. });
    if let Some(reason) = no_single_term(optimizer).filter(|_| is_multiple) {
        let problem = Problem::NoImplicitTerm { reason };
        problems.add(problem, span("regularizer.kind"));
    }
}

/// Why the implicit term of an optimizer is no multiple of the batches' squared gradient norms.
fn no_single_term(optimizer: &OptimizerSpec) -> Option<String> {
    let method = optimizer.method.name();
    let built: Option<Box<dyn Optimizer<f64>>> =
        build_optimizer(optimizer, optimizer.learning_rate).ok();
    let coefficient = built.and_then(|built| built.implicit_coefficient());
    let has_momentum = matches!(
        optimizer.method,
        Method::HeavyBall { .. } | Method::Nesterov { .. }
    );
    match optimizer.batch.map(|batch| batch.sampling) {
        _ if coefficient.is_none() => Some(format!(
            "`{method}` descends no loss of the form E + c‖∇E‖²"
        )),
        Some(_) if has_momentum => Some(format!(
            "on minibatches, `{method}` has one coefficient for ‖∇E‖² and another for the variance"
        )),
        Some(sampling) if sampling != Sampling::Shuffled => Some(format!(
            "with sampling \"{}\" the implicit term is no multiple of the batches' ‖∇Ê‖²",
            sampling.name()
        )),
        _ => None,
    }
}
