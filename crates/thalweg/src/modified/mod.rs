//! Backward error analysis: which loss or field an optimizer really descends.
//!
//! | method | followed to first order in h | modified loss |
//! |---|---|---|
//! | gradient descent | −∇[E + (h/4)‖∇E‖²] | [`modified_loss`] |
//! | any explicit Runge–Kutta method | [`ModifiedField`], to any order | [`ModifiedLoss`] |
//! | heavy ball | [`HeavyBall`] | that of gradient descent, stronger |
//! | Nesterov, constant β | [`Nesterov`] | that of gradient descent, stronger |
//! | any of these on minibatches, in the mean | [`stochastic::MinibatchFlow`] | [`stochastic`] |
//! | Adam, RMSProp | [`Adam`], [`RmsProp`] | none |
//! | simultaneous and alternating games | [`GameFlow`] | none |
//! | gradient descent on quadratics, exactly | [`PrincipalFlow`] | – |
//!
//! A step of gradient descent, or of any Runge–Kutta method on the gradient flow, is formally the
//! flow of a *modified field* f + h f₁ + h² f₂ + …, whose terms are named by rooted trees
//! ([`RootedTree`], [`BSeries`], [`elementary_differentials`]). [`ModifiedField`] has it to any
//! order up to [`MOST_TERMS`], [`ModifiedGradientFlow`] and [`ThreeTermGradientFlow`] its first terms
//! for gradient descent in closed form. [`ModifiedLoss`] says whether a *modified loss* has that
//! field for its gradient, and [`TermNorms`] whether h is small enough for all this.

mod adam;
mod b_series;
mod elementary_differential;
mod first_order_loss;
mod game;
mod game_flow;
mod gradient_descent;
mod gradient_descent_flow;
pub(crate) mod heavy_ball;
mod loss_series;
pub(crate) mod nesterov;
mod penalised_flow;
mod principal_flow;
mod rms_prop;
mod rooted_tree;
mod runge_kutta;
mod schedule;
mod setting;
pub mod stochastic;
mod term_norms;

pub use adam::{Adam, AdamFlow};
pub use b_series::BSeries;
pub use elementary_differential::elementary_differentials;
pub use first_order_loss::FirstOrderLoss;
pub use game::{Game, GameError};
pub use game_flow::{GameFlow, Updates};
pub use gradient_descent::{implicit_coefficient, modified_loss, r_ig, slope_degrees};
pub use gradient_descent_flow::{ModifiedGradientFlow, ThreeTermGradientFlow};
pub use heavy_ball::HeavyBall;
pub use loss_series::{LossSeries, LossTerm, ModifiedLoss, NoModifiedLoss};
pub use nesterov::Nesterov;
pub use penalised_flow::PenalisedFlow;
pub use principal_flow::{
    PrincipalFlow, PrincipalPosition, PrincipalRate, RealPrincipalFlow, truncated_rate,
};
pub use rms_prop::RmsProp;
pub use rooted_tree::RootedTree;
pub use runge_kutta::{MOST_TERMS, ModifiedField, TermsError};
pub use setting::MethodSettingError;
pub use term_norms::TermNorms;
