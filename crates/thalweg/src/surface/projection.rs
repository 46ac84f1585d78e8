//! Points of the space of parameters as seen from a plane.

use thalweg_cpu::Element;

use super::Slice;
use crate::vector::{dot, norm_squared};

/// Where the nearest point of a plane to θ is, and how far off it lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// (a, b) of the nearest point of the plane.
    pub at: [f64; 2],
    /// The distance of that point from θ*, in θ.
    pub in_plane: f64,
    /// The distance of θ from the plane, in θ.
    pub out_of_plane: f64,
}

impl Projection {
    /// The nearest point of `slice` to `theta`: with δ = θ − θ* and the Gram matrix G of the two
    /// directions, (a, b) = G⁻¹(δ·d₁, δ·d₂). The directions need not be orthogonal.
    ///
    /// # Panics
    /// If `theta` is not as long as θ*.
    ///
    /// ```
    /// use thalweg::surface::{Projection, Slice};
    ///
    /// let slice = Slice::new(&[0.0, 0.0, 0.0], [vec![1.0, 0.0, 0.0], vec![1.0, 2.0, 0.0]])?;
    /// let seen = Projection::of(&[3.0, 4.0, 5.0], &slice);
    /// assert_eq!(seen.at, [1.0, 2.0]);
    /// assert_eq!((seen.in_plane, seen.out_of_plane), (5.0, 5.0));
    /// # Ok::<(), thalweg::surface::SurfaceError>(())
    /// ```
    #[must_use]
    pub fn of<T: Element>(theta: &[T], slice: &Slice<T>) -> Self {
        assert_eq!(
            theta.len(),
            slice.origin().len(),
            "a point beside the plane"
        );
        let origin = slice.origin().iter();
        let distance = theta.iter().zip(origin);
        let mut rest: Vec<f64> = distance.map(|(x, o)| x.to_f64() - o.to_f64()).collect();
        let [first, second] = slice.directions();
        let whole = norm_squared(&rest);
        let (aa, ab, bb) = (dot(first, first), dot(first, second), dot(second, second));
        let (along, across) = (dot(&rest, first), dot(&rest, second));
        let determinant = aa * bb - ab * ab;
        let at = [
            (along * bb - across * ab) / determinant,
            (across * aa - along * ab) / determinant,
        ];
        for ((value, one), other) in rest.iter_mut().zip(first).zip(second) {
            *value -= at[0] * one + at[1] * other;
        }
        let out = norm_squared(&rest);
        Self {
            at,
            in_plane: (whole - out).max(0.0).sqrt(),
            out_of_plane: out.sqrt(),
        }
    }
}

/// The share of the squared distances of points from θ* that lies in the plane, Σ in²/Σ(in² + out²);
/// undefined (NaN) if all of them are θ*. Of a plane laid at random in m dimensions 2/m is expected.
#[must_use]
pub fn share_in_plane(points: &[Projection]) -> f64 {
    let within: f64 = points.iter().map(|one| one.in_plane.powi(2)).sum();
    let beside: f64 = points.iter().map(|one| one.out_of_plane.powi(2)).sum();
    within / (within + beside)
}
