//! Weight decay in the steps of a trial.

use thalweg::Element;
use thalweg::optimizer::Analysis;
use thalweg::vector::add_scaled;

use crate::spec::{DecayKind, Method, TrialSpec, WeightDecaySpec};

/// What pulls θ to the origin.
#[derive(Clone, Debug)]
pub(super) struct Decay<T> {
    spec: Option<WeightDecaySpec>,
    /// θ before the step, kept for decoupled decay.
    before: Vec<T>,
}

impl<T: Element> Decay<T> {
    pub(super) fn new(spec: Option<WeightDecaySpec>) -> Self {
        Self {
            spec,
            before: Vec::new(),
        }
    }

    /// w where wθ is added to the gradient and is `in_penalty` or not; where there is no penalty, it
    /// is not.
    fn coupled(&self, in_penalty: bool) -> Option<f64> {
        let spec = self.spec.filter(|spec| {
            spec.kind == DecayKind::Coupled && spec.in_penalty.unwrap_or(false) == in_penalty
        });
        spec.map(|spec| spec.coefficient)
    }

    /// w where wθ is part of what a penalty penalises.
    pub(super) fn in_penalty(&self) -> Option<f64> {
        self.coupled(true)
    }

    /// Adds coupled decay that is not part of a penalty.
    pub(super) fn add(&self, theta: &[T], gradient: &mut [T]) {
        if let Some(coefficient) = self.coupled(false) {
            add_scaled(gradient, coefficient, theta);
        }
    }

    /// w where decay acts beside the step.
    fn decoupled(&self) -> Option<f64> {
        let spec = self.spec.filter(|spec| spec.kind == DecayKind::Decoupled);
        spec.map(|spec| spec.coefficient)
    }

    /// Before a step from `theta`.
    pub(super) fn before(&mut self, theta: &[T]) {
        if self.decoupled().is_some() {
            self.before.clear();
            self.before.extend_from_slice(theta);
        }
    }

    /// After a step of that rate to `theta`: θ ← θ − h·w·(θ before the step).
    pub(super) fn after(&self, theta: &mut [T], rate: f64) {
        if let Some(coefficient) = self.decoupled() {
            add_scaled(theta, -rate * coefficient, &self.before);
        }
    }
}

/// What theory says of a method with weight decay.
///
/// With coupled decay it is said of E + (w/2)‖θ‖². Decoupled decay is the same for plain gradient
/// descent, whose step is θ − h(∇E + wθ) either way, as long as no penalty or clipping stands
/// between; beside any other method it is a step of no loss.
pub(crate) fn analysis(method: Analysis, spec: &TrialSpec) -> Analysis {
    let Some(decay) = spec.weight_decay else {
        return method;
    };
    let plain = matches!(spec.optimizer.method, Method::GradientDescent | Method::Sgd);
    match decay.kind == DecayKind::Coupled || plain {
        true => Analysis {
            weight_decay: decay.coefficient,
            ..method
        },
        false => Analysis::default(),
    }
}
