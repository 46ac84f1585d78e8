//! Whether there is a modified loss, and which.

/// What backward error analysis to first order in h says of the loss that a method descends.
///
/// Every method has a modified field. Only where that field is a gradient, up to a constant factor,
/// is there a modified loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FirstOrderLoss {
    /// θ' = −s∇[E + μ‖∇E‖²] + O(h²).
    GradientNorm {
        /// s: how much faster than gradient descent, whose s is 1, the method moves in time nh.
        speed: f64,
        /// μ.
        coefficient: f64,
    },
    /// The modified field is no gradient, so there is no loss whose flow the method follows.
    Absent {
        /// Why not, in a sentence.
        why: &'static str,
    },
}

impl FirstOrderLoss {
    /// Ẽ = E + μ‖∇E‖² where there is one.
    ///
    /// ```
    /// use thalweg::modified::{HeavyBall, FirstOrderLoss};
    ///
    /// let statement = HeavyBall::new(0.1, 0.5)?.modified_loss(); // μ = 0.1 · 1.5/(4 · 0.25)
    /// assert!((statement.value(1.0, 2.0).unwrap_or(0.0) - 1.3).abs() < 1e-15);
    /// assert_eq!(FirstOrderLoss::Absent { why: "…" }.value(1.0, 2.0), None);
    /// # Ok::<(), thalweg::modified::MethodSettingError>(())
    /// ```
    #[must_use]
    pub fn value(self, loss: f64, gradient_norm_squared: f64) -> Option<f64> {
        match self {
            Self::GradientNorm { coefficient, .. } => {
                Some(loss + coefficient * gradient_norm_squared)
            }
            Self::Absent { .. } => None,
        }
    }
}
