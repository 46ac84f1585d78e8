//! What multiplies which measure of the gradient.

/// c, c_v and γ of the modified losses of minibatch training.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StochasticCoefficients {
    /// c, of ‖∇E‖².
    pub full_batch: f64,
    /// c_v, of V = (1/k) Σᵢ ‖∇Êᵢ − ∇E‖² over the batches of an epoch (with replacement: the mean over
    /// all batches that can be drawn); 0 where an epoch is one batch. It can be negative.
    pub batch_variance: f64,
    /// γ, of Γ = (1/N) Σⱼ ‖∇Eⱼ − ∇E‖² over the examples, where chance also decides which of them share
    /// a batch. It can be negative.
    pub gradient_variance: f64,
}

impl StochasticCoefficients {
    /// Ẽ_SGD = E + c‖∇E‖² + c_v V for the batches at hand.
    ///
    /// E is `loss`, ‖∇E‖² is `gradient_norm_squared`, V is `batch_variance`, all at the same θ.
    #[must_use]
    pub fn modified_loss_sgd(
        self,
        loss: f64,
        gradient_norm_squared: f64,
        batch_variance: f64,
    ) -> f64 {
        loss + self.full_batch * gradient_norm_squared + self.batch_variance * batch_variance
    }

    /// The same from M = (1/k) Σᵢ ‖∇Êᵢ‖² = ‖∇E‖² + V, which is what minibatches show: for shuffled SGD
    /// E + (h/4) M, whatever ‖∇E‖² is (Smith et al. 2021, equation 1).
    ///
    /// M is `minibatch_norm_squared`.
    #[must_use]
    pub fn modified_loss_of_minibatches(
        self,
        loss: f64,
        gradient_norm_squared: f64,
        minibatch_norm_squared: f64,
    ) -> f64 {
        let rest = self.full_batch - self.batch_variance;
        loss + self.batch_variance * minibatch_norm_squared + rest * gradient_norm_squared
    }

    /// E + c‖∇E‖² + γΓ, the modified loss where batches are drawn anew each epoch.
    ///
    /// Γ is `gradient_variance`.
    #[must_use]
    pub fn expected_modified_loss(
        self,
        loss: f64,
        gradient_norm_squared: f64,
        gradient_variance: f64,
    ) -> f64 {
        loss + self.full_batch * gradient_norm_squared + self.gradient_variance * gradient_variance
    }
}

/// Those of a method and a penalty together.
impl std::ops::Add for StochasticCoefficients {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            full_batch: self.full_batch + other.full_batch,
            batch_variance: self.batch_variance + other.batch_variance,
            gradient_variance: self.gradient_variance + other.gradient_variance,
        }
    }
}
