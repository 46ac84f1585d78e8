//! Flows with known solutions.

use thalweg::flow::{
    AdaptiveRungeKutta, Chebyshev, Control, Field, FlowError, Integrator, Tolerance, Work,
};
use thalweg::objective::{ObjectiveError, Traced};

/// A field given by a formula that writes f(θ).
pub struct Formula<F> {
    dimension: usize,
    formula: F,
    work: Work,
}

impl<F: Fn(&[f64], &mut [f64])> Formula<F> {
    pub fn new(dimension: usize, formula: F) -> Self {
        let work = Work::default();
        Self {
            dimension,
            formula,
            work,
        }
    }
}

impl<F: Fn(&[f64], &mut [f64])> Field for Formula<F> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn velocity(&mut self, theta: &[f64], velocity: &mut [f64]) -> Result<(), ObjectiveError> {
        self.work.count(0);
        (self.formula)(theta, velocity);
        Ok(())
    }

    fn work(&self) -> Work {
        self.work
    }
}

/// A flow from a start, and where it is at any time.
pub struct Problem {
    pub name: &'static str,
    pub field: Box<dyn Field>,
    pub start: Vec<f64>,
    pub end: f64,
    pub exact: fn(f64) -> Vec<f64>,
}

impl Problem {
    /// The largest error at `times` (the steps themselves if there are none), in any element.
    pub fn error(
        &mut self,
        method: &dyn Integrator,
        within: Option<usize>,
    ) -> Result<f64, FlowError> {
        let (mut theta, mut value) = (self.start.clone(), self.start.clone());
        let (mut worst, exact) = (0.0_f64, self.exact);
        let integration =
            method.integrate(self.field.as_mut(), &mut theta, self.end, &mut |step| {
                let count = within.unwrap_or(1);
                for part in 1..=count {
                    let length = step.end() - step.start();
                    let time = match part == count {
                        true => step.end(),
                        false => step.start() + length * part as f64 / count as f64,
                    };
                    step.value(time, &mut value)?;
                    for (value, exact) in value.iter().zip(exact(time)) {
                        worst = worst.max((value - exact).abs());
                    }
                }
                Ok(std::ops::ControlFlow::Continue(()))
            })?;
        assert!(integration.outcome.reached_end(), "{}", integration.outcome);
        Ok(worst)
    }
}

/// y' = y² cos t with t' = 1, y(0) = 0.4: y = 0.4/(1 − 0.4 sin t). A linear problem cannot see a wrong
/// node, this one can.
pub fn with_time() -> Problem {
    let field = Formula::new(2, |theta: &[f64], velocity: &mut [f64]| {
        velocity[0] = theta[0] * theta[0] * theta[1].cos();
        velocity[1] = 1.0;
    });
    Problem {
        name: "y' = y² cos t",
        field: Box::new(field),
        start: vec![0.4, 0.0],
        end: 2.0,
        exact: |t| vec![0.4 / (1.0 - 0.4 * t.sin()), t],
    }
}

/// u' = u ln v, v' = −v ln u, w' = w² cos t, t' = 1: u = e^{sin t}, v = e^{cos t}, w as above.
pub fn nonlinear() -> Problem {
    let field = Formula::new(4, |theta: &[f64], velocity: &mut [f64]| {
        velocity[0] = theta[0] * theta[1].ln();
        velocity[1] = -theta[1] * theta[0].ln();
        velocity[2] = theta[2] * theta[2] * theta[3].cos();
        velocity[3] = 1.0;
    });
    Problem {
        name: "nonlinear vector",
        field: Box::new(field),
        start: vec![1.0, 1.0_f64.exp(), 0.4, 0.0],
        end: 4.0,
        exact: |t| {
            let w = 0.4 / (1.0 - 0.4 * t.sin());
            vec![t.sin().exp(), t.cos().exp(), w, t]
        },
    }
}

/// A circle in the plane, r' = r(1 − r²), φ' = 1, from r = 1/2: r² = 1/(1 + 3e⁻²ᵗ).
pub fn limit_cycle() -> Problem {
    let field = Formula::new(2, |theta: &[f64], velocity: &mut [f64]| {
        let (x, y) = (theta[0], theta[1]);
        let growth = 1.0 - x * x - y * y;
        (velocity[0], velocity[1]) = (growth * x - y, growth * y + x);
    });
    Problem {
        name: "limit cycle",
        field: Box::new(field),
        start: vec![0.5, 0.0],
        end: 12.0,
        exact: |t| {
            let r = (1.0 + 3.0 * (-2.0 * t).exp()).sqrt().recip();
            vec![r * t.cos(), r * t.sin()]
        },
    }
}

/// Gradient flow of E = Σ aᵢθᵢ⁴/4: θᵢ = 1/√(1 + 2aᵢt) from 1.
pub fn quartic() -> Problem {
    let objective = Traced::<f64>::new(3, |theta| {
        let part = |i: usize, a: f64| theta.slice(0, i, 1).power(4.0) * (a / 4.0);
        (part(0, 1.0) + part(1, 10.0) + part(2, 0.1)).sum_all()
    });
    let field = thalweg::flow::GradientFlow::new(objective.unwrap());
    Problem {
        name: "quartic",
        field: Box::new(field),
        start: vec![1.0; 3],
        end: 3.0,
        exact: |t| {
            [1.0, 10.0, 0.1]
                .map(|a| (1.0 + 2.0 * a * t).sqrt().recip())
                .to_vec()
        },
    }
}

/// E = (0.6 − ab)²/2, the two-parameter model of Barrett and Dherin (2021).
pub fn two_parameters() -> Traced<f64> {
    let formula = Traced::<f64>::new(2, |theta| {
        let product = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
        ((0.6 - product).power(2.0) * 0.5).sum_all()
    });
    formula.unwrap()
}

pub fn dormand_prince(tolerance: f64) -> AdaptiveRungeKutta {
    AdaptiveRungeKutta::dormand_prince_5(Control::new(Tolerance::new(tolerance)))
}

pub fn verner(tolerance: f64) -> AdaptiveRungeKutta {
    AdaptiveRungeKutta::verner_8(Control::new(Tolerance::new(tolerance)))
}

pub fn chebyshev(tolerance: f64) -> Chebyshev {
    Chebyshev::new(Control::new(Tolerance::new(tolerance)))
}

/// Control under which every step is accepted and has this length.
pub fn even(step: f64) -> Control {
    let tolerance = Tolerance {
        absolute: 1e6,
        relative: 1.0,
    };
    Control {
        first_step: Some(step),
        longest_step: Some(step),
        ..Control::new(tolerance)
    }
}

/// log₂ of the ratios of errors with steps halved, for steps end/counts.
pub fn slopes(errors: &[f64]) -> Vec<f64> {
    errors
        .windows(2)
        .map(|pair| (pair[0] / pair[1]).log2())
        .collect()
}
