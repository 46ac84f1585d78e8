//! Diagonal linear networks.

use super::constants::constants;
use super::data::normal;
use super::error::check_least;
use super::{Problem, ProblemError, RegressionData, Solution, Start};
use crate::objective::{ObjectiveError, Traced};

/// E(u, v) = (1/2N)‖X(u^D − v^D) − y‖² with θ = (u, v) and powers element by element: linear
/// regression with weights w = u^D − v^D, the simplest network of depth D.
///
/// With more features than examples there are many interpolating w with E = 0, and which one is
/// reached depends on depth and start: from u = v = α the gradient flow tends to one of least ℓ1 norm
/// as α → 0, for D ≥ 2. The flow keeps uᵢ^(2−D) + vᵢ^(2−D), and uᵢvᵢ for D = 2
/// ([`Self::conserved`]).
///
/// Woodworth et al. 2020 (arXiv 2002.09277).
#[derive(Clone, Debug, PartialEq)]
pub struct DiagonalLinearNetwork {
    depth: u32,
    data: RegressionData,
    planted: Vec<f64>,
}

impl DiagonalLinearNetwork {
    /// Of depth D ≥ 1 on the noiseless data y = Xw of `planted` weights w, with X standard normal.
    ///
    /// # Errors
    /// If D = 0, or there are no examples or weights.
    pub fn new(
        depth: u32,
        examples: usize,
        planted: Vec<f64>,
        seed: u64,
    ) -> Result<Self, ProblemError> {
        check_least("the depth", depth as usize, 1)?;
        let data = RegressionData::planted(seed, examples, &planted, 0.0)?;
        Ok(Self {
            depth,
            data,
            planted,
        })
    }

    /// With two planted weights that are not zero, of either sign and size 1 + |normal|.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn drawn(
        seed: u64,
        depth: u32,
        examples: usize,
        features: usize,
    ) -> Result<Self, ProblemError> {
        check_least("the number of features", features, 2)?;
        let sizes = normal(seed, 2, 2);
        let mut planted = vec![0.0; features];
        planted[0] = 1.0 + sizes[0].abs();
        planted[features / 2] = -1.0 - sizes[1].abs();
        Self::new(depth, examples, planted, seed)
    }

    /// X and y.
    #[must_use]
    pub fn data(&self) -> &RegressionData {
        &self.data
    }

    /// E with its derivatives.
    ///
    /// # Errors
    /// None that depends on the data.
    pub fn objective(&self) -> Result<Traced<f64>, ObjectiveError> {
        let (features, depth, data) = (self.planted.len(), self.depth, self.data.clone());
        Traced::new(2 * features, move |theta| {
            let power = |start| theta.slice(0, start, features).power(f64::from(depth));
            let weights = power(0) - power(features);
            let shape = [data.examples(), features];
            let inputs = constants(theta.graph(), data.inputs(), &shape);
            let targets = constants(theta.graph(), data.targets(), &[data.examples(), 1]);
            let outputs = inputs.matrix_product(weights.reshaped(&[features, 1]));
            (outputs - targets).power(2.0).mean_all() * 0.5
        })
    }

    /// u = v = α, where w = 0.
    #[must_use]
    pub fn start(&self, alpha: f64) -> Vec<f64> {
        vec![alpha; 2 * self.planted.len()]
    }

    /// w = u^D − v^D.
    ///
    /// # Panics
    /// If θ has the wrong length.
    #[must_use]
    pub fn weights(&self, theta: &[f64]) -> Vec<f64> {
        let power = |x: f64| x.powf(f64::from(self.depth));
        self.pairs(theta, |u, v| power(u) - power(v))
    }

    /// What the gradient flow keeps, for each feature: uv for D = 2, else u^(2−D) + v^(2−D). Each
    /// follows from u' = −Du^(D−1)r, v' = +Dv^(D−1)r with the same r = ∂E/∂w.
    ///
    /// # Panics
    /// If θ has the wrong length.
    #[must_use]
    pub fn conserved(&self, theta: &[f64]) -> Vec<f64> {
        let exponent = 2.0 - f64::from(self.depth);
        self.pairs(theta, |u, v| match self.depth {
            2 => u * v,
            _ => u.powf(exponent) + v.powf(exponent),
        })
    }

    /// The planted w as θ: u = w₊^(1/D), v = w₋^(1/D).
    #[must_use]
    pub fn planted_theta(&self) -> Vec<f64> {
        let root = |w: f64| w.max(0.0).powf(1.0 / f64::from(self.depth));
        let u = self.planted.iter().map(|w| root(*w));
        let v = self.planted.iter().map(|w| root(-*w));
        u.chain(v).collect()
    }

    fn pairs(&self, theta: &[f64], combined: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        assert_eq!(theta.len(), 2 * self.planted.len(), "θ of this network");
        let (u, v) = theta.split_at(self.planted.len());
        u.iter().zip(v).map(|(u, v)| combined(*u, *v)).collect()
    }

    pub(super) fn problem(self, name: &'static str) -> Result<Problem, ProblemError> {
        let start = |name, alpha| Start {
            name,
            theta: self.start(alpha),
            learning_rates: vec![("small", 1e-3), ("large", 1e-2)],
        };
        Ok(Problem {
            name,
            formula: "E(u, v) = (1/2N)‖X(u³ − v³) − y‖², N = 10 examples of 20 features",
            source: "Woodworth et al. 2020, arXiv 2002.09277; data drawn from the seed",
            starts: vec![start("small", 0.1), start("ones", 1.0)],
            solution: Solution {
                theta: self.planted_theta(),
                loss: 0.0,
                statement: "every interpolating w = u³ − v³; the one given is the planted, sparse one",
            },
            objective: Box::new(self.objective()?),
        })
    }
}
