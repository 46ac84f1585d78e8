//! How long a gradient goes on acting.

/// What becomes of a gradient after the step that saw it, where later steps take it up in shares
/// that depend on nothing else.
///
/// The whole effect of a gradient g is −h_e g, with h_e the effective learning rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Memory {
    /// Nothing is remembered: its own step takes all of it.
    None,
    /// v ← βv + g, θ ← θ − hv.
    HeavyBall {
        /// β.
        momentum: f64,
    },
    /// v ← βv + g, θ ← θ − h(g + βv).
    Nesterov {
        /// β.
        momentum: f64,
    },
}

impl Memory {
    /// The share of a gradient's whole effect that θ has taken up after `steps` steps, its own
    /// counted: 1 without memory, 1 − β^d for heavy ball and 1 − β^{d+1} for Nesterov's method after
    /// d ≥ 1 steps.
    ///
    /// ```
    /// use thalweg::optimizer::Memory;
    ///
    /// assert_eq!(Memory::HeavyBall { momentum: 0.5 }.share_taken_up(2), 0.75);
    /// assert_eq!(Memory::Nesterov { momentum: 0.5 }.share_taken_up(2), 0.875);
    /// ```
    #[must_use]
    pub fn share_taken_up(self, steps: i32) -> f64 {
        match self {
            Self::None => 1.0,
            Self::HeavyBall { momentum } => 1.0 - momentum.powi(steps),
            Self::Nesterov { momentum } => 1.0 - momentum.powi(steps + 1),
        }
    }
}
