//! Whether a method follows the field that backward error analysis gives it, measured.
//!
//! A statement "the method differs from the flow of f̃ by O(hᵖ)" is tested by halving h: errors of
//! order p fall by the factor 2ᵖ each time. A [`Pair`] is what is compared, a method and a flow;
//! [`measure`] has the errors of single steps ([`Span::OneStep`]) or over a fixed time
//! ([`Span::FixedTime`]) as a [`Convergence`], which [judges](Convergence::verdict) a [`Claim`].
//!
//! | pair | methods | flow |
//! |---|---|---|
//! | [`Descent`] | gradient descent, Heun, Runge–Kutta 4, heavy ball, Nesterov, Adam, RMSProp | each truncation of the modified field |
//! | [`GameUpdates`] | simultaneous and alternating updates of two players | the game, the modified game |
//! | [`PrincipalDescent`] | gradient descent on quadratics | the Principal Flow, exact |
//! | [`MinibatchDescent`] | SGD, with replacement, n-step, heavy ball on minibatches, in the mean over every order | E, Ẽ_GD, Ẽ_SGD |
//!
//! Each can be *damaged*: its field is then that of a learning rate wrong by a factor, so that every
//! correction has a wrong coefficient. A measurement that does not refute a damaged pair proves
//! nothing of the whole one.
//!
//! [`SampledEpochs`] measures where epochs of more batches end by sampling orders, and
//! [`MinibatchNorms`] the mean of ‖∇Ê‖² over every way to share batches.
//!
//! Everything is in double precision, with the pair of order 8 for the flows. An error below
//! 10⁻¹³‖θ‖ is rounding and is not used.

mod claim;
mod convergence;
mod descent;
mod error;
mod follow;
mod games;
mod learning_rate;
mod method;
mod minibatch;
mod minibatch_norms;
mod pair;
mod principal;
mod sampled_epochs;

pub use claim::{Claim, Claims, Reason, Verdict};
pub use convergence::{Convergence, Point, Trouble};
pub use descent::Descent;
pub use error::VerificationError;
pub use follow::follow;
pub use games::{GameName, GameUpdates};
pub use method::{Family, MethodName, Settings};
pub use minibatch::MinibatchDescent;
pub use minibatch_norms::MinibatchNorms;
pub use pair::{Certificate, Measured, Pair, Protocol, Span, certify, measure};
pub use principal::{PrincipalDescent, quadratic_of};
pub use sampled_epochs::{SampledEpochs, VarianceShare};
