//! Deep linear networks.

use nalgebra::DMatrix;
use thalweg_graph::Var;

use super::constants::constants;
use super::data::normal;
use super::error::{check_elements, check_least};
use super::{Problem, ProblemError, Solution, Start};
use crate::objective::{ObjectiveError, Traced};

/// E(W₁, …, W_L) = ½‖W_L ⋯ W₁ − M‖²_F: a linear network of depth L on whitened inputs.
///
/// Layer i is a matrix dᵢ × dᵢ₋₁; θ holds their rows, W₁ first. The target M is d_L × d₀. The least E
/// is ½ Σ σᵢ² over the singular values of M beyond the rank min(d₀, …, d_L) (Eckart and Young), 0 if
/// M has no more. The gradient flow keeps every Wᵢ₊₁ᵀWᵢ₊₁ − WᵢWᵢᵀ ([`Self::imbalance`]); a start where
/// they vanish is balanced, and from a vanishing balanced start singular values are learned one after
/// another.
///
/// Saxe et al. 2014 (arXiv 1312.6120); conservation and balanced starts: Arora et al. 2018 (arXiv
/// 1802.06509, theorem 1) and 2019 (arXiv 1810.02281, procedure 1).
#[derive(Clone, Debug, PartialEq)]
pub struct DeepLinearNetwork {
    widths: Vec<usize>,
    target: Vec<f64>,
}

/// UΣVᵀ with the singular values in descending order.
struct Decomposed {
    left: DMatrix<f64>,
    values: Vec<f64>,
    right: DMatrix<f64>,
}

impl DeepLinearNetwork {
    /// With `widths` d₀, …, d_L and the rows of M in `target`.
    ///
    /// # Errors
    /// If there are fewer than two widths, one of them is 0, or M is not d_L × d₀.
    pub fn new(widths: Vec<usize>, target: Vec<f64>) -> Result<Self, ProblemError> {
        check_least("the number of widths", widths.len(), 2)?;
        for width in &widths {
            check_least("a width", *width, 1)?;
        }
        let wanted = widths[0] * widths[widths.len() - 1];
        check_elements("the target", target.len(), wanted)?;
        Ok(Self { widths, target })
    }

    /// With a target of standard normal numbers.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn drawn(seed: u64, widths: Vec<usize>) -> Result<Self, ProblemError> {
        let ends = widths.first().zip(widths.last());
        let target = normal(seed, 0, ends.map_or(0, |(first, last)| first * last));
        Self::new(widths, target)
    }

    /// m.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.widths.windows(2).map(|pair| pair[0] * pair[1]).sum()
    }

    /// E with its derivatives.
    ///
    /// # Errors
    /// None that depends on widths and target.
    pub fn objective(&self) -> Result<Traced<f64>, ObjectiveError> {
        let (widths, target) = (self.widths.clone(), self.target.clone());
        Traced::new(self.parameter_count(), move |theta| {
            let product = traced_product(&widths, theta);
            let target = constants(theta.graph(), &target, &product.shape());
            (product - target).power(2.0).sum_all() * 0.5
        })
    }

    /// The rows of W_L ⋯ W₁, which is d_L × d₀.
    ///
    /// # Panics
    /// If θ has the wrong length.
    #[must_use]
    pub fn product(&self, theta: &[f64]) -> Vec<f64> {
        let layers = self.layers(theta);
        let product = layers.into_iter().reduce(|product, layer| layer * product);
        product.map_or_else(Vec::new, |product| rows(&product))
    }

    /// max over layers of ‖Wᵢ₊₁ᵀWᵢ₊₁ − WᵢWᵢᵀ‖_F: 0 for balanced θ and for a single layer. The gradient
    /// flow keeps it; gradient descent changes it by O(h²) a step.
    ///
    /// # Panics
    /// If θ has the wrong length.
    #[must_use]
    pub fn imbalance(&self, theta: &[f64]) -> f64 {
        self.layers(theta)
            .windows(2)
            .map(|pair| (pair[1].transpose() * &pair[1] - &pair[0] * pair[0].transpose()).norm())
            .fold(0.0, f64::max)
    }

    /// The least E there is.
    ///
    /// # Errors
    /// If M cannot be decomposed.
    pub fn least_loss(&self) -> Result<f64, ProblemError> {
        let values = self.decomposed(&self.target)?.values;
        let beyond = values.iter().skip(self.rank());
        Ok(0.5 * beyond.map(|value| value * value).sum::<f64>())
    }

    /// A balanced minimiser: [`Self::balanced`] of M.
    ///
    /// # Errors
    /// If M cannot be decomposed.
    pub fn minimiser(&self) -> Result<Vec<f64>, ProblemError> {
        self.balanced(&self.target)
    }

    /// The balanced θ whose product is the given d_L × d₀ matrix, or its best approximation of rank
    /// min(d₀, …, d_L): with UΣVᵀ, W₁ = Σ^(1/L)Vᵀ, W_L = UΣ^(1/L), and Σ^(1/L) between.
    ///
    /// # Errors
    /// If the matrix has the wrong size or cannot be decomposed.
    pub fn balanced(&self, matrix: &[f64]) -> Result<Vec<f64>, ProblemError> {
        check_elements("the matrix", matrix.len(), self.target.len())?;
        let Decomposed {
            left,
            values,
            right,
        } = self.decomposed(matrix)?;
        let (depth, rank) = (self.widths.len() - 1, self.rank());
        let mut theta = Vec::with_capacity(self.parameter_count());
        for (index, pair) in self.widths.windows(2).enumerate() {
            let mut layer = DMatrix::zeros(pair[1], pair[0]);
            for (k, value) in values.iter().enumerate().take(rank) {
                layer[(k, k)] = value.powf(1.0 / depth as f64);
            }
            if index == 0 {
                layer = first_columns(&layer, rank) * right.rows(0, rank);
            }
            if index == depth - 1 {
                layer = left.columns(0, rank) * layer.rows(0, rank);
            }
            theta.extend(rows(&layer));
        }
        Ok(theta)
    }

    /// [`Self::balanced`] of a matrix of normal numbers of standard deviation `scale`; vanishing as
    /// `scale` → 0.
    ///
    /// # Errors
    /// If the matrix cannot be decomposed.
    pub fn balanced_start(&self, scale: f64, seed: u64) -> Result<Vec<f64>, ProblemError> {
        let matrix = normal(seed, 3, self.target.len());
        let scaled: Vec<f64> = matrix.iter().map(|x| scale * x).collect();
        self.balanced(&scaled)
    }

    /// θ of independent normal numbers of standard deviation `scale`: vanishing as `scale` → 0, and
    /// not balanced.
    #[must_use]
    pub fn normal_start(&self, scale: f64, seed: u64) -> Vec<f64> {
        let numbers = normal(seed, 4, self.parameter_count());
        numbers.iter().map(|x| scale * x).collect()
    }

    /// The largest rank a product of the layers can have.
    fn rank(&self) -> usize {
        self.widths.iter().copied().min().unwrap_or(0)
    }

    fn layers(&self, theta: &[f64]) -> Vec<DMatrix<f64>> {
        assert_eq!(theta.len(), self.parameter_count(), "θ of this network");
        let mut rest = theta;
        let mut layer = |pair: &[usize]| {
            let (own, others) = rest.split_at(pair[0] * pair[1]);
            rest = others;
            DMatrix::from_row_slice(pair[1], pair[0], own)
        };
        self.widths.windows(2).map(&mut layer).collect()
    }

    fn decomposed(&self, matrix: &[f64]) -> Result<Decomposed, ProblemError> {
        let (columns, rows) = (self.widths[0], self.widths[self.widths.len() - 1]);
        let matrix = DMatrix::from_row_slice(rows, columns, matrix);
        let decomposition = matrix.try_svd(true, true, f64::EPSILON, 0);
        let parts = decomposition.and_then(|parts| {
            let values = parts.singular_values.as_slice().to_vec();
            Some(Decomposed {
                left: parts.u?,
                values,
                right: parts.v_t?,
            })
        });
        parts.ok_or(ProblemError::Undecomposed { rows, columns })
    }

    pub(super) fn problem(self, name: &'static str, seed: u64) -> Result<Problem, ProblemError> {
        let start = |name, theta| Start {
            name,
            theta,
            learning_rates: vec![("small", 0.01), ("large", 0.1)],
        };
        Ok(Problem {
            name,
            formula: "E(W₁, W₂, W₃) = ½‖W₃W₂W₁ − M‖²_F, layers 4 × 4, 4 × 4, 3 × 4",
            source: "Saxe et al. 2014, arXiv 1312.6120; Arora et al. 2018, arXiv 1802.06509",
            starts: vec![
                start("balanced", self.balanced_start(0.1, seed)?),
                start("vanishing", self.balanced_start(1e-3, seed)?),
                start("unbalanced", self.normal_start(0.3, seed)),
            ],
            solution: Solution {
                theta: self.minimiser()?,
                loss: self.least_loss()?,
                statement: "the minima are W₃W₂W₁ = M; the one given is balanced",
            },
            objective: Box::new(self.objective()?),
        })
    }
}

fn traced_product<'g>(widths: &[usize], theta: Var<'g>) -> Var<'g> {
    let mut place = 0;
    let mut layer = |pair: &[usize]| {
        let count = pair[0] * pair[1];
        let own = theta.slice(0, place, count).reshaped(&[pair[1], pair[0]]);
        place += count;
        own
    };
    let first = layer(&widths[..2]);
    widths[1..]
        .windows(2)
        .fold(first, |product, pair| layer(pair).matrix_product(product))
}

fn first_columns(matrix: &DMatrix<f64>, count: usize) -> DMatrix<f64> {
    matrix.columns(0, count).into_owned()
}

fn rows(matrix: &DMatrix<f64>) -> Vec<f64> {
    matrix.transpose().as_slice().to_vec()
}
