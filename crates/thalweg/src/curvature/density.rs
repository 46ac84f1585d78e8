//! The spectral density of the Hessian by stochastic Lanczos quadrature.

use thalweg_cpu::Element;

use super::CurvatureError;
use super::direction::{User, rademacher};
use super::error::{check_enough, check_positive};
use super::operator::Hessian;
use super::quadrature::{Quadrature, quadrature};
use super::statistics::Estimate;
use crate::objective::HessianVector;

/// How a density is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DensityOptions {
    /// n ≥ 1, the number of random vectors.
    pub probes: usize,
    /// l ≥ 1, the Lanczos steps from each: the number of nodes.
    pub steps: usize,
    /// Of the random vectors.
    pub seed: u64,
}

impl Default for DensityOptions {
    /// 10 vectors of 80 steps, as Ghorbani et al. (2019), seed 0.
    fn default() -> Self {
        Self {
            probes: 10,
            steps: 80,
            seed: 0,
        }
    }
}

/// φ(t) = (1/m) Σ δ(t − λᵢ), approximated by a quadrature for each probe.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectralDensity {
    parameter_count: usize,
    quadratures: Vec<Quadrature>,
    products: usize,
}

/// The density of the Hessian's spectrum at θ by stochastic Lanczos quadrature (Ghorbani, Krishnan
/// and Xiao 2019, arXiv 1901.10159, algorithm 1; Golub and Meurant 2010).
///
/// For a vector v of random signs over √m, E[vᵀf(H)v] = (1/m) Σ f(λᵢ) for any f, and l steps of
/// Lanczos from v give nodes and weights for vᵀf(H)v. Costs at most n·l Hessian–vector products
/// and 12lm operations beside each; memory for l vectors of length m.
///
/// # Errors
/// If there are no probes or steps, θ has the wrong length, or a product is not finite.
///
/// ```
/// use thalweg::curvature::{DensityOptions, spectral_density};
/// use thalweg::objective::Traced;
///
/// let mut objective = Traced::<f64>::new(100, |theta| theta.power(2.0).sum_all() * 1.5)?;
/// let options = DensityOptions::default();
/// let density = spectral_density(&mut objective, &[0.0; 100], &options)?;
/// assert_eq!(density.products(), 10); // one step from each probe: H = 3I has one eigenvalue
/// assert!((density.moment(1).value - 3.0).abs() < 1e-12);
/// let at_peak = density.broadened(&[3.0], 0.1)?;
/// assert!((at_peak[0].value - 3.989).abs() < 1e-3); // 1/(0.1 √2π)
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn spectral_density<T: Element, O: HessianVector<T> + ?Sized>(
    objective: &mut O,
    theta: &[T],
    options: &DensityOptions,
) -> Result<SpectralDensity, CurvatureError> {
    let mut hessian = Hessian::new(objective, theta)?;
    check_enough("probes", options.probes, 1)?;
    check_enough("steps", options.steps, 1)?;
    let mut quadratures = Vec::with_capacity(options.probes);
    for number in 0..options.probes {
        let signs = rademacher::<T>(hessian.size(), options.seed, User::Density, number as u64);
        quadratures.push(quadrature(&mut hessian, &signs, options.steps)?);
    }
    Ok(SpectralDensity {
        parameter_count: hessian.size(),
        quadratures,
        products: hessian.products(),
    })
}

impl SpectralDensity {
    /// Nodes and weights of each probe. Their mean over probes is the estimated density.
    #[must_use]
    pub fn quadratures(&self) -> &[Quadrature] {
        &self.quadratures
    }

    /// The Hessian–vector products made.
    #[must_use]
    pub fn products(&self) -> usize {
        self.products
    }

    /// (1/m) Σ λᵢ^`order`: 1 for order 0, the mean eigenvalue for 1, ‖H‖²_F/m for 2.
    #[must_use]
    pub fn moment(&self, order: i32) -> Estimate {
        self.mean(|node| node.powi(order))
    }

    /// tr H, m times the first moment.
    #[must_use]
    pub fn trace(&self) -> Estimate {
        let count = self.parameter_count as f64;
        self.mean(|node| count * node)
    }

    /// (1/m) Σ f(λᵢ), with its standard error over the probes. Quadrature errors, which come on top
    /// where f varies between nodes, are not in it.
    #[must_use]
    pub fn mean(&self, function: impl Fn(f64) -> f64) -> Estimate {
        let of_probe = |quadrature: &Quadrature| -> f64 {
            let terms = quadrature.nodes.iter().zip(&quadrature.weights);
            terms.map(|(node, weight)| weight * function(*node)).sum()
        };
        let samples: Vec<f64> = self.quadratures.iter().map(of_probe).collect();
        Estimate::of_mean(&samples)
    }

    /// The density convolved with a Gaussian of standard deviation `width` > 0, at each of
    /// `points`: (1/n) Σ ωᵢ N(t; θᵢ, `width`²), whose integral is 1.
    ///
    /// Choose the width so that single nodes in the bulk do not show; Ghorbani et al. take
    /// √10⁻⁵ ≈ 0.003 of the spectrum's breadth.
    ///
    /// # Errors
    /// If the width is not positive and finite.
    pub fn broadened(&self, points: &[f64], width: f64) -> Result<Vec<Estimate>, CurvatureError> {
        check_positive("width", width)?;
        let height = 1.0 / (width * std::f64::consts::TAU.sqrt());
        let at = |point: &f64| {
            self.mean(|node| height * (-0.5 * ((point - node) / width).powi(2)).exp())
        };
        Ok(points.iter().map(at).collect())
    }
}
