//! An audit as JSON: the same keys whatever is audited, null where there is no number.

use serde_json::{Map, Value, json};
use thalweg::Named;
use thalweg::modified::stochastic::StochasticCoefficients;
use thalweg::robustness::{HalfAccuracy, RobustnessCurve, RobustnessPoint, Spread};

use super::{About, Audit, Cost, Number, Remark, Scenario, Topic};
use crate::spec::Setting;

/// The layout of the document.
const FORMAT: u32 = 1;

/// The document. `numbers` is an object with a key a quantity, each an object of
///
/// - `value`, null with the reason in `undefined`,
/// - `error` and `error_kind` (`exact`, `rounding`, `residual`, `minibatches`, `draws`),
/// - `sample_error`, the standard error as that of a sample,
/// - `pass`, a key of `costs`.
#[must_use]
pub fn document(audit: &Audit) -> Value {
    let numbers = audit.numbers.iter();
    let numbers: Map<String, Value> = numbers
        .map(|one| (one.quantity.name().to_owned(), number(one)))
        .collect();
    let costs = audit.costs.iter();
    let costs: Map<String, Value> = costs
        .map(|one| (one.pass.name().to_owned(), cost(one)))
        .collect();
    json!({
        "format": FORMAT,
        "about": about(&audit.about),
        "numbers": numbers,
        "implicit": audit.implicit.map(coefficients),
        "explicit": coefficients(audit.explicit),
        "regime": audit.regime.name(),
        "scenarios": audit.scenarios.iter().map(scenario).collect::<Vec<_>>(),
        "robustness": audit.robustness.as_ref().map(robustness),
        "costs": costs,
        "reading": audit.remarks.iter().map(remark).collect::<Vec<_>>(),
    })
}

fn about(about: &About) -> Value {
    let settings = about.spec.settings().into_iter();
    let settings: Map<String, Value> = settings
        .filter(|(_, value)| *value != Setting::Absent)
        .map(|(path, value)| (path.to_owned(), Value::String(value.to_string())))
        .collect();
    json!({
        "checkpoint": about.checkpoint.display().to_string(),
        "unused_tensors": about.unused,
        "step": about.step,
        "seed": about.spec.seed,
        "parameters": about.parameters,
        "examples": about.examples,
        "steps_per_epoch": about.steps_per_epoch,
        "method": about.spec.optimizer.method.name(),
        "learning_rate": about.learning_rate,
        "batch_size": about.spec.optimizer.batch.map(|batch| batch.size),
        "weight_decay": about.weight_decay,
        "budget": about.budget.name(),
        "sharpness_converged": about.has_converged,
        "settings": settings,
    })
}

fn number(number: &Number) -> Value {
    let is_known = number.value.is_ok();
    json!({
        "symbol": number.quantity.symbol(),
        "value": number.value.ok(),
        "undefined": number.value.err().map(|why| why.name()),
        "reason": number.value.err().map(|why| why.to_string()),
        "error": number.error.map(|error| error.size),
        "error_kind": number.error.map(|error| error.kind.name()),
        "sample_error": number.sample_error,
        "pass": is_known.then(|| number.pass.name()),
    })
}

fn coefficients(of: StochasticCoefficients) -> Value {
    json!({
        "full_batch": of.full_batch,
        "batch_variance": of.batch_variance,
        "gradient_variance": of.gradient_variance,
    })
}

fn scenario(one: &Scenario) -> Value {
    json!({
        "change": one.change.name(),
        "learning_rate": one.learning_rate,
        "batch_size": one.batch_size,
        "sees_all": one.sees_all,
        "full_batch_penalty": one.terms.map(|terms| terms.full_batch),
        "variance_penalty": one.terms.map(|terms| terms.variance),
        "implicit_share": one.terms.map(|terms| terms.share),
        "stability": one.stability,
        "step_length": one.step_length,
        "epoch_length": one.epoch_length,
    })
}

fn cost(cost: &Cost) -> Value {
    json!({ "seconds": cost.seconds, "gradients": cost.gradients, "doing": cost.pass.doing() })
}

fn remark(remark: &Remark) -> Value {
    let topic = Topic::ALL
        .iter()
        .find(|(topic, _, _)| *topic == remark.topic());
    json!({
        "topic": topic.map(|(_, key, _)| *key),
        "kind": remark.kind(),
        "is_caution": remark.is_caution(),
        "text": remark.to_string(),
    })
}

fn robustness(curve: &RobustnessCurve) -> Value {
    let half = curve.half_accuracy_strength();
    json!({
        "noise": curve.noise.name(),
        "draws": curve.draws,
        "slope_examples": curve.slope_examples,
        "unperturbed": {
            "test_accuracy": curve.unperturbed.test_accuracy,
            "test_loss": curve.unperturbed.test_loss,
            "slope_degrees": curve.unperturbed.slope_degrees,
        },
        "half_accuracy_strength": half.and_then(HalfAccuracy::strength),
        "points": curve.points.iter().map(point).collect::<Vec<_>>(),
    })
}

fn point(point: &RobustnessPoint) -> Value {
    json!({
        "strength": point.strength,
        "test_accuracy": point.test_accuracy.as_ref().map(spread),
        "test_loss": spread(&point.test_loss),
        "slope_degrees": point.slope_degrees.as_ref().map(spread),
    })
}

fn spread(spread: &Spread) -> Value {
    json!({
        "mean": spread.mean,
        "standard_deviation": spread.standard_deviation,
        "lowest": spread.lowest,
        "highest": spread.highest,
        "draws": spread.draws,
        "not_finite": spread.not_finite,
    })
}
