//! Backward error analysis: which loss or field an optimizer really descends.
//!
//! | method | followed to first order | modified loss |
//! |---|---|---|
//! | gradient descent | −∇[E + (h/4)‖∇E‖²] | [`modified_loss`] |
//! | heavy ball | [`HeavyBall`] | the same form, stronger |
//! | Nesterov, constant β | [`Nesterov`] | the same form, stronger |
//! | Adam, RMSProp | [`Adam`], [`RmsProp`] | none |
//! | simultaneous and alternating games | [`GameFlow`] | none |
//! | gradient descent on quadratics, exactly | [`PrincipalFlow`] | – |

mod adam;
mod game;
mod game_flow;
mod gradient_descent;
mod heavy_ball;
mod nesterov;
mod penalised_flow;
mod principal_flow;
mod rms_prop;
mod setting;
mod statement;

pub use adam::{Adam, AdamFlow};
pub use game::{Game, GameError};
pub use game_flow::{GameFlow, Updates};
pub use gradient_descent::{implicit_coefficient, modified_loss, r_ig, slope_degrees};
pub use heavy_ball::HeavyBall;
pub use nesterov::Nesterov;
pub use penalised_flow::PenalisedFlow;
pub use principal_flow::{
    PrincipalFlow, PrincipalPosition, PrincipalRate, RealPrincipalFlow, truncated_rate,
};
pub use rms_prop::RmsProp;
pub use setting::MethodSettingError;
pub use statement::ModifiedLoss;
