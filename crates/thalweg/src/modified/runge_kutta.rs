//! The modified field of a Runge–Kutta method, to any order.

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::elementary_differential::differential;
use super::schedule::{Schedule, Target, Term};
use super::{BSeries, RootedTree, TermNorms};
use crate::flow::tableau::Rational;
use crate::flow::{Field, SmoothField, Tableau, Work};
use crate::objective::ObjectiveError;
use crate::vector::{add_scaled, norm_squared};

/// The most terms of a modified equation. There are 7813 trees of up to so many vertices, and one
/// derivative along eleven directions.
pub const MOST_TERMS: usize = 12;

/// The modified field of a Runge–Kutta method, cut off after some terms:
///
/// f̃(θ) = f + h f₁ + … + h^{n−1} f_{n−1} = Σ_{|τ| ≤ n} h^{|τ|−1} (b(τ)/σ(τ)) F(τ)(θ).
///
/// | in the formula | here |
/// |---|---|
/// | f | the [`SmoothField`] given, −∇E for an optimizer |
/// | h | `learning_rate`, any finite number |
/// | n | `terms`: 1 is f itself, 2 adds h f₁, 3 adds h² f₂ |
/// | b | the method's [`BSeries::modified_equation`] |
///
/// One step of a method of order p differs from the flow of f̃ over time h by O(h^{n+1}) if n ≥ p,
/// and its terms 2, …, p are zero. Trees with coefficient zero are skipped.
/// Hairer, Lubich and Wanner, *Geometric Numerical Integration* (2nd ed. 2006), IX.1 and IX.9.
///
/// **Validity.** The series is asymptotic: for analytic f bounded by M on a ball of radius R round
/// θ it serves for h well below h₀ = C·R/M, with a constant C of the method (ibid., IX.7; Barrett
/// and Dherin 2021, arXiv 2009.11162, Remark 3.2). [`Self::term_norms`] measures that at a point.
///
/// **Cost** of a value: one derivative of f along k directions for each tree with k children among
/// those with coefficients and their subtrees, so for n terms of Euler's method (gradient descent)
///
/// | n | values of f | along 1 | along 2 and more | vectors |
/// |---|---|---|---|---|
/// | 1 | 1 | 0 | 0 | 0 |
/// | 2 | 1 | 1 | 0 | 1 |
/// | 3 | 1 | 2 | 1 | 2 |
/// | 4 | 1 | 4 | 2 | 3 |
/// | 5 | 1 | 8 | 8 | 4 |
/// | 6 | 1 | 16 | 16 | 4 |
///
/// *Vectors* of the field's dimension are taken once, when it is made; values take nothing.
///
/// ```
/// use thalweg::flow::{Field, GradientFlow, tableau};
/// use thalweg::modified::ModifiedField;
/// use thalweg::objective::Traced;
///
/// // E = θ²/2: f̃ = log(1−h)/h θ = −(1 + h/2 + h²/3 + …) θ.
/// let objective = Traced::<f64>::new(1, |theta| (theta.power(2.0) * 0.5).sum_all())?;
/// let flow = GradientFlow::new(objective);
/// let mut modified = ModifiedField::new(flow, &tableau::euler(), 0.1, 3)?;
/// let mut velocity = [0.0];
/// modified.velocity(&[2.0], &mut velocity)?;
/// assert!((velocity[0] + 2.0 * (1.0 + 0.1 / 2.0 + 0.01 / 3.0)).abs() < 1e-14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ModifiedField<F> {
    field: F,
    learning_rate: f64,
    terms: usize,
    schedule: Schedule,
    registers: Vec<Vec<f64>>,
}

/// A number of terms that no modified equation is offered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a modified equation takes 1 to {MOST_TERMS} terms, not {0}")]
pub struct TermsError(
    /// The number given.
    pub usize,
);

impl<F: SmoothField> ModifiedField<F> {
    /// The modified field of `tableau` for θ' = `field` with so many `terms`, 1 to [`MOST_TERMS`].
    ///
    /// # Errors
    /// If the number of terms is outside that range.
    pub fn new(
        field: F,
        tableau: &Tableau,
        learning_rate: f64,
        terms: usize,
    ) -> Result<Self, TermsError> {
        if !(1..=MOST_TERMS).contains(&terms) {
            return Err(TermsError(terms));
        }
        let series = BSeries::modified_equation(tableau, terms);
        Ok(Self::from_series(field, &series, learning_rate))
    }

    fn from_series(field: F, series: &BSeries, learning_rate: f64) -> Self {
        let present = series
            .iter()
            .filter(|(_, coefficient)| !coefficient.is_zero());
        let terms: Vec<(RootedTree, f64)> = present
            .map(|(tree, coefficient)| (tree.clone(), weight(tree, coefficient)))
            .collect();
        let schedule = Schedule::new(&terms);
        let registers = vec![vec![0.0; field.dimension()]; schedule.registers];
        Self {
            field,
            learning_rate,
            terms: series.order(),
            schedule,
            registers,
        }
    }

    /// h.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// The same field with another learning rate; costs nothing.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    /// n, the number of terms.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.terms
    }

    /// How many vectors of the field's dimension it holds.
    #[must_use]
    pub fn vectors(&self) -> usize {
        self.registers.len()
    }

    /// f, the field that is modified.
    pub fn field(&mut self) -> &mut F {
        &mut self.field
    }

    /// ‖h^{j−1} f_{j−1}(θ)‖ for each term j that the method has: how far the series can be trusted
    /// at θ. Costs one value and takes n vectors.
    ///
    /// # Errors
    /// If θ has not the field's dimension.
    pub fn term_norms(&mut self, theta: &[f64]) -> Result<TermNorms, ObjectiveError> {
        let mut sums = vec![vec![0.0; theta.len()]; self.terms];
        let mut outputs: Vec<&mut [f64]> = sums.iter_mut().map(Vec::as_mut_slice).collect();
        self.accumulate(theta, &mut outputs, |term| term.order - 1)?;
        let mut is_present = vec![false; self.terms];
        for term in self.schedule.terms() {
            is_present[term.order - 1] = true;
        }
        let norms = sums.iter().map(|sum| norm_squared(sum).sqrt());
        let numbered = (1..).zip(norms).zip(is_present);
        let present = numbered.filter_map(|(term, is_present)| is_present.then_some(term));
        Ok(TermNorms::new(present.collect()))
    }

    /// Runs the schedule. Each term goes to the output that `place` names; all but one must be zero
    /// before.
    fn accumulate(
        &mut self,
        theta: &[f64],
        outputs: &mut [&mut [f64]],
        place: impl Fn(Term) -> usize,
    ) -> Result<(), ObjectiveError> {
        for step in &self.schedule.steps {
            let count = step.directions.len();
            match step.target {
                Target::Sum(term) => {
                    let output = &mut *outputs[place(term)];
                    let directions = gathered(&self.registers, &step.directions);
                    differential(&mut self.field, theta, &directions[..count], output)?;
                    scale(output, term.factor(self.learning_rate));
                }
                Target::Register(register) => {
                    // A target is never a direction of its own step: the empty place is not read.
                    let mut value = std::mem::take(&mut self.registers[register]);
                    let directions = gathered(&self.registers, &step.directions);
                    let done =
                        differential(&mut self.field, theta, &directions[..count], &mut value);
                    self.registers[register] = value;
                    done?;
                }
            }
            for addition in &step.additions {
                let factor = addition.term.factor(self.learning_rate);
                let output = &mut *outputs[place(addition.term)];
                add_scaled(output, factor, &self.registers[addition.register]);
            }
        }
        Ok(())
    }
}

impl<F: SmoothField> Field for ModifiedField<F> {
    fn dimension(&self) -> usize {
        self.field.dimension()
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        if self.schedule.steps.is_empty() {
            velocity.fill(0.0); // a method whose weights are all zero stands still
        }
        self.accumulate(theta, &mut [velocity], |_| 0)
    }

    fn work(&self) -> Work {
        self.field.work()
    }
}

/// b(τ)/σ(τ), rounded once.
fn weight(tree: &RootedTree, coefficient: &Rational) -> f64 {
    let weight = coefficient / BigInt::from(tree.symmetry());
    weight
        .to_f64()
        .expect("a fraction always has a nearest double")
}

/// The named registers, in an array so that nothing is allocated.
fn gathered<'a>(registers: &'a [Vec<f64>], which: &[usize]) -> [&'a [f64]; MOST_TERMS] {
    let mut gathered: [&[f64]; MOST_TERMS] = [&[]; MOST_TERMS];
    for (place, register) in gathered.iter_mut().zip(which) {
        *place = &registers[*register];
    }
    gathered
}

fn scale(vector: &mut [f64], factor: f64) {
    vector.iter_mut().for_each(|element| *element *= factor);
}
