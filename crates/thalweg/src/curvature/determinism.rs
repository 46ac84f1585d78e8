//! Whether an objective is a function of θ, with a Hessian that is symmetric.

use thalweg_cpu::Element;

use super::CurvatureError;
use super::direction::{User, gaussian};
use super::operator::check_length;
use crate::objective::HessianVector;
use crate::vector::{dot, norm_squared};

/// What was evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// E from `loss`.
    Loss,
    /// E from `gradient`.
    GradientLoss,
    /// ∇E.
    Gradient,
    /// Hv.
    HessianVector,
}

/// When the second value was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circumstance {
    /// Right after the first: the objective has a hidden state or randomness, or reads what was in
    /// the memory it should write to.
    Repeated,
    /// After an evaluation at another θ, where repeating at once made no difference: the objective
    /// depends on what was evaluated before.
    AfterElsewhere,
}

/// Two values of one quantity at one θ that differ in their bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// What differs.
    pub quantity: Quantity,
    /// When.
    pub circumstance: Circumstance,
    /// The first element that differs; 0 for E.
    pub index: usize,
    /// The value first computed.
    pub first: f64,
    /// The other.
    pub second: f64,
}

/// What [`check_determinism`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Determinism {
    /// At most one difference a quantity. Empty if the objective is a function as far as was seen.
    pub differences: Vec<Difference>,
    /// |u·Hv − v·Hu| / (‖u‖‖Hv‖ + ‖v‖‖Hu‖) for two random u and v: NaN if a product is not finite.
    pub asymmetry: f64,
    /// The asymmetry at most allowed: √ε, half of the element type's digits.
    pub tolerance: f64,
}

impl Determinism {
    /// Whether nothing differed.
    #[must_use]
    pub fn is_function(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether the asymmetry is within the tolerance.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        self.asymmetry <= self.tolerance
    }
}

/// Evaluates E, ∇E and Hv at θ, again at θ, at another θ, and once more at θ, and compares all
/// values by their bits (so that a NaN equals itself); then compares u·Hv with v·Hu.
///
/// A difference means that whatever is computed from the objective is not reproducible. None means
/// only that none was seen: a state that shows up every thousandth time passes. Memory for results
/// is filled with other numbers each time, which finds an objective that adds to it.
///
/// Costs four losses and gradients and five Hessian–vector products.
///
/// # Errors
/// If θ has the wrong length or the objective refuses.
///
/// ```
/// use thalweg::curvature::check_determinism;
/// use thalweg::objective::Traced;
///
/// let mut objective = Traced::<f64>::new(3, |theta| theta.power(4.0).sum_all())?;
/// let report = check_determinism(&mut objective, &[1.0, -2.0, 0.5], 0)?;
/// assert!(report.is_function() && report.is_symmetric());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_determinism<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    seed: u64,
) -> Result<Determinism, CurvatureError> {
    let count = objective.parameter_count();
    if count == 0 {
        return Err(CurvatureError::NoParameters);
    }
    check_length("theta", count, theta.len())?;
    let direction = |number| gaussian::<T>(count, seed, User::Determinism, number);
    let (u, v) = (direction(0), direction(1));
    let elsewhere: Vec<T> = theta
        .iter()
        .zip(direction(2))
        .map(|(x, d)| *x + d)
        .collect();

    let first = Evaluated::at(objective, theta, &v, T::ZERO)?;
    let second = Evaluated::at(objective, theta, &v, T::ONE)?;
    Evaluated::at(objective, &elsewhere, &u, T::ZERO)?;
    let third = Evaluated::at(objective, theta, &v, -T::ONE)?;
    let mut differences = first.differences(&second, Circumstance::Repeated);
    for difference in first.differences(&third, Circumstance::AfterElsewhere) {
        if !differences
            .iter()
            .any(|known| known.quantity == difference.quantity)
        {
            differences.push(difference);
        }
    }

    let mut product = vec![T::ZERO; count];
    objective.hessian_vector(theta, &u, &mut product)?;
    Ok(Determinism {
        differences,
        asymmetry: asymmetry((&u, &product), (&v, &third.hessian_vector)),
        tolerance: T::EPSILON.to_f64().sqrt(),
    })
}

/// |u·Hv − v·Hu| in units of its largest possible value, for (u, Hu) and (v, Hv).
fn asymmetry<T: Element>((u, hu): (&[T], &[T]), (v, hv): (&[T], &[T])) -> f64 {
    let size = |x: &[T], y: &[T]| norm_squared(x).sqrt() * norm_squared(y).sqrt();
    let largest = size(u, hv) + size(v, hu);
    let difference = (dot(u, hv) - dot(v, hu)).abs();
    if largest == 0.0 {
        return 0.0;
    }
    difference / largest
}

/// All that was computed at one θ.
struct Evaluated<T> {
    loss: f64,
    gradient_loss: f64,
    gradient: Vec<T>,
    hessian_vector: Vec<T>,
}

impl<T: Element> Evaluated<T> {
    fn at<O: HessianVector<T> + ?Sized>(
        objective: &mut O,
        theta: &[T],
        vector: &[T],
        filling: T,
    ) -> Result<Self, CurvatureError> {
        let (mut gradient, mut product) = (vec![filling; theta.len()], vec![filling; theta.len()]);
        let loss = objective.loss(theta)?;
        let gradient_loss = objective.gradient(theta, &mut gradient)?;
        objective.hessian_vector(theta, vector, &mut product)?;
        Ok(Self {
            loss,
            gradient_loss,
            gradient,
            hessian_vector: product,
        })
    }

    /// What differs from `other`, one for each quantity.
    fn differences(&self, other: &Self, circumstance: Circumstance) -> Vec<Difference> {
        let compare = |quantity, first: &[T], second: &[T]| {
            let pairs = first
                .iter()
                .zip(second)
                .map(|(x, y)| (x.to_f64(), y.to_f64()));
            compare(quantity, circumstance, pairs)
        };
        let scalar =
            |quantity, first, second| compare_scalars(quantity, circumstance, first, second);
        [
            scalar(Quantity::Loss, self.loss, other.loss),
            scalar(
                Quantity::GradientLoss,
                self.gradient_loss,
                other.gradient_loss,
            ),
            compare(Quantity::Gradient, &self.gradient, &other.gradient),
            compare(
                Quantity::HessianVector,
                &self.hessian_vector,
                &other.hessian_vector,
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn compare_scalars(
    quantity: Quantity,
    circumstance: Circumstance,
    first: f64,
    second: f64,
) -> Option<Difference> {
    compare(quantity, circumstance, std::iter::once((first, second)))
}

/// The first pair whose bits differ.
fn compare(
    quantity: Quantity,
    circumstance: Circumstance,
    pairs: impl Iterator<Item = (f64, f64)>,
) -> Option<Difference> {
    let differs = |(_, (first, second)): &(usize, (f64, f64))| first.to_bits() != second.to_bits();
    let (index, (first, second)) = pairs.enumerate().find(differs)?;
    Some(Difference {
        quantity,
        circumstance,
        index,
        first,
        second,
    })
}
