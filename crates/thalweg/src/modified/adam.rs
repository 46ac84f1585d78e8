//! The modified field of Adam.

use super::setting::{check_decay, check_positive};
use super::{FirstOrderLoss, MethodSettingError};
use crate::flow::{Field, Work};
use crate::objective::{HessianVector, ObjectiveError};

/// What full-batch Adam with ε inside the root follows once its bias corrections are gone:
///
/// θ'ⱼ = −(gⱼ + bⱼ)/√(gⱼ²+ε) + O(h²), in time nh, with g = ∇E,
/// bⱼ = (h/2){c₁ − c₂ + c₂ε/(gⱼ²+ε)} ∂ⱼ‖g‖_{1,ε}, cᵢ = (1+βᵢ)/(1−βᵢ), ‖v‖_{1,ε} = Σ√(vᵢ²+ε).
///
/// The method is m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − hm/√(v+ε), element by element.
/// Where gⱼ² ≫ ε the coefficient is (h/2)(c₁ − c₂): negative for the usual β₁ < β₂, so Adam then seeks
/// a larger ‖∇E‖₁ (Cattaneo et al. 2024, arXiv 2309.00079, theorem 3.1 and its discussion). It holds
/// for βᵢ fixed as h → 0; the constant in O(h²) grows with powers of cᵢ, and √ε must not be small
/// against what gⱼ changes by in 1/(1−β₂) steps.
///
/// What is O(h²) after a fixed time is the distance between the method started with
/// [`Self::memory`], or from zero memory with the usual bias corrections, and the flow from the same
/// θ₀: memory that is wrong by O(h) for 1/(1−β) steps of size O(h) moves θ by O(h²).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    learning_rate: f64,
    first_decay: f64,
    second_decay: f64,
    epsilon: f64,
}

impl Adam {
    /// With learning rate h > 0, 0 ≤ β₁, β₂ < 1 and ε > 0.
    ///
    /// # Errors
    /// If one of them is not.
    pub fn new(
        learning_rate: f64,
        first_decay: f64,
        second_decay: f64,
        epsilon: f64,
    ) -> Result<Self, MethodSettingError> {
        Ok(Self {
            learning_rate: check_positive("the learning rate", learning_rate)?,
            first_decay: check_decay("β₁", first_decay)?,
            second_decay: check_decay("β₂", second_decay)?,
            epsilon: check_positive("ε", epsilon)?,
        })
    }

    /// (h/2){c₁ − c₂ + c₂ε/(gⱼ²+ε)}: how strongly ‖∇E‖_{1,ε} is penalised where ∂ⱼE = gⱼ, or sought
    /// if negative. It lies between (h/2)(c₁ − c₂) for gⱼ² ≫ ε and (h/2)c₁ for gⱼ² ≪ ε.
    #[must_use]
    pub fn strength(self, gradient_element: f64) -> f64 {
        let ratio = |decay: f64| (1.0 + decay) / (1.0 - decay);
        let (first, second) = (ratio(self.first_decay), ratio(self.second_decay));
        let share = self.epsilon / (gradient_element.powi(2) + self.epsilon);
        self.learning_rate / 2.0 * (first - second + second * share)
    }

    /// There is none.
    #[must_use]
    pub fn modified_loss(self) -> FirstOrderLoss {
        FirstOrderLoss::Absent {
            why: "each element of the gradient is divided by its own size, so that even to lowest \
                  order the field −g/√(g²+ε) is in general not the gradient of a function of θ",
        }
    }

    /// The modified flow on `objective`.
    pub fn flow<O>(self, objective: O) -> AdamFlow<O> {
        AdamFlow {
            objective,
            method: self,
            corrected: true,
            direction: Vec::new(),
            product: Vec::new(),
            work: Work::default(),
        }
    }

    /// The flow without b: θ'ⱼ = −gⱼ/√(gⱼ²+ε), which Adam follows to lowest order, whatever h and β.
    pub fn lowest_order_flow<O>(self, objective: O) -> AdamFlow<O> {
        AdamFlow {
            corrected: false,
            ..self.flow(objective)
        }
    }

    /// m and v before the first step, as if ∇E had always been `gradient`: (g, g²).
    #[must_use]
    pub fn memory(self, gradient: &[f64]) -> [Vec<f64>; 2] {
        [gradient.to_vec(), gradient.iter().map(|g| g * g).collect()]
    }
}

/// The flow of [`Adam::flow`] or [`Adam::lowest_order_flow`].
///
/// A velocity costs one gradient and, with b, one Hessian–vector product: ∇‖g‖_{1,ε} is H times the
/// direction g/√(g²+ε).
#[derive(Clone, Debug)]
pub struct AdamFlow<O> {
    objective: O,
    method: Adam,
    corrected: bool,
    direction: Vec<f64>,
    product: Vec<f64>,
    work: Work,
}

impl<O: HessianVector<f64>> Field for AdamFlow<O> {
    fn dimension(&self) -> usize {
        self.objective.parameter_count()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        let epsilon = self.method.epsilon;
        let size = |g: f64| (g * g + epsilon).sqrt();
        self.work.count(0);
        self.objective.gradient(theta, velocity)?;
        if !self.corrected {
            velocity.iter_mut().for_each(|g| *g = -*g / size(*g));
            return Ok(());
        }
        self.direction.clear();
        self.direction.extend(velocity.iter().map(|g| g / size(*g)));
        self.product.resize(self.dimension(), 0.0);
        self.work.count(1);
        self.objective
            .hessian_vector(theta, &self.direction, &mut self.product)?;
        for (g, penalty) in velocity.iter_mut().zip(&self.product) {
            *g = -(*g + self.method.strength(*g) * penalty) / size(*g);
        }
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}
