//! What theory says of a method before it is run.

use super::Memory;

/// What backward error analysis and linear stability say of a method.
///
/// Both are statements about small steps on a fixed smooth loss; `None` is the plain statement that
/// there is none of that form.
pub trait Analysed {
    /// c of the modified loss Ẽ = E + c‖∇E‖² whose gradient flow, at the method's effective
    /// learning rate, the steps follow to one order more than that of E.
    ///
    /// It is h/4 for gradient descent (Barrett and Dherin 2021, Theorem 3.1), 0 for methods of
    /// order 2 and more, and c·m is what λ means for a method of m parameters. `None` where the
    /// term of first order in h is no gradient, or not that of a multiple of ‖∇E‖².
    fn implicit_coefficient(&self) -> Option<f64> {
        None
    }

    /// The eigenvalue of the Hessian above which the steps do not settle at a minimum: 2/h for
    /// gradient descent.
    ///
    /// Training drifts there and stays: the edge of stability (Cohen et al. 2021, arXiv
    /// 2103.00065). `None` where stability does not depend on the Hessian alone.
    fn largest_stable_curvature(&self) -> Option<f64> {
        None
    }

    /// h where every step is θ − h times a gradient at θ, so that it is no longer than h‖∇E‖.
    fn gradient_multiple(&self) -> Option<f64> {
        None
    }

    /// h_e, the learning rate of gradient descent that moves as fast along a constant gradient: h for
    /// gradient descent, h/(1−β) with momentum, nα for n substeps of α.
    ///
    /// `None` where the way is no multiple of the gradient.
    fn effective_learning_rate(&self) -> Option<f64> {
        None
    }

    /// How the steps after it take up a gradient, which decides what the variance of minibatches does
    /// ([`modified::stochastic`](crate::modified::stochastic)). `None` where that depends on the
    /// gradients themselves.
    fn memory(&self) -> Option<Memory> {
        None
    }

    /// All of this as numbers.
    fn analysis(&self) -> Analysis {
        Analysis {
            implicit_coefficient: self.implicit_coefficient(),
            largest_stable_curvature: self.largest_stable_curvature(),
            gradient_multiple: self.gradient_multiple(),
            effective_learning_rate: self.effective_learning_rate(),
            memory: self.memory(),
            ..Analysis::default()
        }
    }
}

/// What an [`Analysed`] method says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Analysis {
    /// [`Analysed::implicit_coefficient`].
    pub implicit_coefficient: Option<f64>,
    /// [`Analysed::largest_stable_curvature`].
    pub largest_stable_curvature: Option<f64>,
    /// [`Analysed::gradient_multiple`].
    pub gradient_multiple: Option<f64>,
    /// [`Analysed::effective_learning_rate`].
    pub effective_learning_rate: Option<f64>,
    /// [`Analysed::memory`].
    pub memory: Option<Memory>,
    /// The learning rate of the step that all of this is said of, where it is known. A method does
    /// not say it; who runs it does.
    pub learning_rate: Option<f64>,
    /// w, where all of this is said of E_w = E + (w/2)‖θ‖² and not of E; 0 otherwise. A method does
    /// not say it; who adds the decay does.
    pub weight_decay: f64,
}
