//! Slices of the loss surface: the loss on a plane through θ* that two directions span.
//!
//! A [`Slice`] is the map (a, b) ↦ θ* + a d₁ + b d₂. Its directions are either those that matter near
//! θ*, the gradient and the top eigenvector of the Hessian ([`Slice::gradient_and_eigenvector`]), with
//! coordinates that are Euclidean distances in θ; or two random ones scaled filter by filter to the
//! norms of θ* ([`Slice::random`], Li et al. 2018, arXiv 1712.09913), with coordinates that are shares
//! of those norms. [`loss_surface`] evaluates the loss on a grid of the plane.
//!
//! A plane shows two of m dimensions. What a training path does outside it is not seen: [`Projection`]
//! says how far from the plane each point lies, and [`share_in_plane`] how much of a path is in it.

mod error;
mod grid;
mod projection;
mod slice;

pub use error::SurfaceError;
pub use grid::{LossSurface, Watch, loss_surface};
pub use projection::{Projection, share_in_plane};
pub use slice::{Slice, TopEigenvector};
