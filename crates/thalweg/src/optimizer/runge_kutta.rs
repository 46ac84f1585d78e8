//! Explicit Runge–Kutta methods for the gradient flow, as optimizers.

use num_traits::{One, ToPrimitive, Zero};
use thalweg_cpu::Element;

use super::error::positive;
use super::{Analysed, GradientAt, Memory, Optimizer, OptimizerError, State};
use crate::flow::Tableau;
use crate::flow::tableau::{Rational, heun, rational, runge_kutta_4};
use crate::objective::ObjectiveError;
use crate::vector::add_scaled;

/// gᵢ = ∇E(θ − h Σ_{j<i} a_ij g_j), θ ← θ − h Σᵢ bᵢ gᵢ: as many gradients a step as the method has
/// stages, all of the same objective (the same minibatch, where there is one); nothing remembered.
///
/// To first order in h it follows the gradient flow of E + h(¼ − ½Σᵢ bᵢcᵢ)‖∇E‖². From order 2 on
/// Σ bᵢcᵢ = ½: there is no implicit regularisation of first order, and the modified loss is the loss
/// (Hairer, Lubich and Wanner, *Geometric Numerical Integration*, IX.9). The largest stable
/// curvature is that at which the stability function leaves \[−1, 1\]: 2/h for Heun, about 2.785/h
/// for the classical method.
///
/// ```
/// use thalweg::objective::{Gradient, Traced};
/// use thalweg::optimizer::{Analysed, Optimizer, RungeKutta};
///
/// // One step of Heun on E = θ²/2 multiplies θ by 1 − h + h²/2.
/// let mut objective = Traced::<f64>::new(1, |theta| (theta.power(2.0) * 0.5).sum_all())?;
/// let method = RungeKutta::heun(0.5)?;
/// let state = method.start(vec![1.0]);
/// let state = method.step(state, &mut |theta, gradient| objective.gradient(theta, gradient))?;
/// assert_eq!(state.theta, [0.625]);
/// assert_eq!(method.implicit_coefficient(), Some(0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RungeKutta {
    learning_rate: f64,
    /// a_ij, and below them the bᵢ as one row more.
    rows: Vec<Vec<f64>>,
    /// ¼ − ½Σ bᵢcᵢ.
    coefficient: f64,
}

impl RungeKutta {
    /// The method of a tableau with learning rate h > 0; weights for error control are passed over.
    ///
    /// # Errors
    /// If h is not positive and finite, or the tableau is not explicit and consistent.
    pub fn new(learning_rate: f64, tableau: &Tableau) -> Result<Self, OptimizerError> {
        let learning_rate = positive(learning_rate, OptimizerError::LearningRate)?;
        let error = OptimizerError::Tableau { name: tableau.name };
        if !is_explicit_and_consistent(tableau) {
            return Err(error);
        }
        let rows = tableau.coefficients.iter().chain([&tableau.weights]);
        let row = |row: &Vec<Rational>| row.iter().map(Rational::to_f64).collect::<Option<_>>();
        let nodes = tableau.nodes().into_iter().zip(&tableau.weights);
        let moment = nodes.fold(Rational::zero(), |sum, (c, b)| sum + c * b);
        let coefficient = rational(1, 4) - moment / rational(2, 1);
        Ok(Self {
            learning_rate,
            rows: rows.map(row).collect::<Option<_>>().ok_or(error)?,
            coefficient: coefficient.to_f64().ok_or(error)?,
        })
    }

    /// Heun's method: two gradients a step, order 2.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn heun(learning_rate: f64) -> Result<Self, OptimizerError> {
        Self::new(learning_rate, &heun())
    }

    /// The classical method: four gradients a step, order 4.
    ///
    /// # Errors
    /// If h is not positive and finite.
    pub fn classical(learning_rate: f64) -> Result<Self, OptimizerError> {
        Self::new(learning_rate, &runge_kutta_4())
    }

    /// s, the number of stages.
    fn stages(&self) -> usize {
        self.rows.len() - 1
    }

    /// R(z), what one step multiplies y by where y' = (z/h)y.
    fn stability_function(&self, z: f64) -> f64 {
        let mut values: Vec<f64> = Vec::new();
        for row in &self.rows {
            let sum: f64 = row.iter().zip(&values).map(|(a, y)| a * y).sum();
            values.push(1.0 + z * sum);
        }
        values[self.stages()]
    }

    /// Adds −h Σ_j row_j g_j to `theta`.
    fn add_stages<T: Element>(&self, theta: &mut [T], row: &[f64], first: &[T], others: &[Vec<T>]) {
        let gradients = [first].into_iter().chain(others.iter().map(Vec::as_slice));
        for (weight, gradient) in row.iter().zip(gradients) {
            if *weight != 0.0 {
                add_scaled(theta, -self.learning_rate * weight, gradient);
            }
        }
    }
}

fn is_explicit_and_consistent(tableau: &Tableau) -> bool {
    let mut rows = tableau.coefficients.iter().enumerate();
    let sum = tableau
        .weights
        .iter()
        .fold(Rational::zero(), |sum, b| sum + b);
    tableau.coefficients.len() == tableau.weights.len()
        && rows.all(|(index, row)| row.len() == index)
        && sum.is_one()
}

/// How finely the real axis is searched for the end of the stable interval.
const SEARCH: f64 = 1.0 / 64.0;
/// |R| may exceed 1 by that much from rounding.
const ROUNDING: f64 = 1e-12;

impl Analysed for RungeKutta {
    fn implicit_coefficient(&self) -> Option<f64> {
        Some(self.learning_rate * self.coefficient)
    }

    fn largest_stable_curvature(&self) -> Option<f64> {
        let is_stable = |z: f64| self.stability_function(-z).abs() <= 1.0 + ROUNDING;
        // No explicit method of s stages is stable beyond 2s² (Chebyshev).
        let most = 2.0 * (self.stages() as f64).powi(2);
        let points = (most / SEARCH) as u64 + 2;
        let outside = (1..=points).map(|point| point as f64 * SEARCH);
        let mut outside = outside.into_iter().find(|z| !is_stable(*z))?;
        let mut inside = outside - SEARCH;
        for _ in 0..f64::MANTISSA_DIGITS {
            let middle = (inside + outside) / 2.0;
            match is_stable(middle) {
                true => inside = middle,
                false => outside = middle,
            }
        }
        Some(inside / self.learning_rate)
    }

    fn effective_learning_rate(&self) -> Option<f64> {
        Some(self.learning_rate)
    }

    fn memory(&self) -> Option<Memory> {
        Some(Memory::None)
    }
}

impl<T: Element> Optimizer<T> for RungeKutta {
    fn start(&self, theta: Vec<T>) -> State<T> {
        // A point and the gradients after the first.
        let scratch = if self.stages() > 1 { self.stages() } else { 0 };
        State::new(theta, 0, scratch)
    }

    fn step(
        &self,
        mut state: State<T>,
        gradient_at: &mut GradientAt<'_, T>,
    ) -> Result<State<T>, ObjectiveError> {
        state.loss = gradient_at(&state.theta, &mut state.gradient)?;
        let first = &state.gradient;
        for stage in 1..self.stages() {
            let (points, gradients) = state.scratch.split_at_mut(1);
            let (done, next) = gradients.split_at_mut(stage - 1);
            let point = &mut points[0];
            point.copy_from_slice(&state.theta);
            self.add_stages(point, &self.rows[stage], first, done);
            gradient_at(point, &mut next[0])?;
        }
        let others = state.scratch.get(1..).unwrap_or_default();
        self.add_stages(&mut state.theta, &self.rows[self.stages()], first, others);
        Ok(state)
    }
}
