//! What a tableau and its dense output come to in double precision.

use num_traits::{ToPrimitive, Zero};

use crate::flow::tableau::{Interpolant, Rational, Tableau};

/// Coefficients by stage, without the zeros.
pub(super) type Terms = Vec<(usize, f64)>;

/// A tableau with its dense output.
#[derive(Clone, Debug)]
pub(in crate::flow) struct Method {
    pub(in crate::flow) name: &'static str,
    pub(super) stages: usize,
    pub(super) rows: Vec<Terms>,
    pub(super) weights: Terms,
    /// k: the error of one step goes as hᵏ.
    pub(in crate::flow) power: usize,
    /// b − b̂, empty without b̂.
    pub(in crate::flow) error: Terms,
    /// Whether the last stage is f(θ⁺), the first of the next step.
    pub(super) reuses_last: bool,
    pub(super) stability: Option<Stability>,
    /// Whether the first of the stages that only dense output needs is f(θ⁺).
    pub(super) further_begins_at_end: bool,
    /// The stages that only dense output needs.
    pub(super) further: Vec<Terms>,
    /// bᵢ(x) as coefficients of x, x², ….
    pub(super) within: Vec<(usize, Vec<f64>)>,
}

/// How a method notices that stability limits its steps: two stages u, v at the end of the step give
/// |λ| ≈ ‖f(u) − f(v)‖/‖u − v‖. Hairer and Wanner, *Solving Ordinary Differential Equations II*,
/// IV.2.
#[derive(Clone, Debug)]
pub(super) struct Stability {
    pub(super) stages: (usize, usize),
    /// (u − v)/h by stages.
    pub(super) difference: Terms,
    /// Where the method stops being stable along the negative axis.
    pub(super) boundary: f64,
}

/// A step counts as limited by stability if h|λ| is within 2 % of the boundary.
pub(super) const NEAR_BOUNDARY: f64 = 0.98;

impl Method {
    pub(in crate::flow) fn new(tableau: &Tableau, interpolant: &Interpolant) -> Self {
        let stages = tableau.stages();
        let rows: Vec<Terms> = tableau.coefficients.iter().map(|row| terms(row)).collect();
        let weights = terms(&tableau.weights);
        let error = tableau.embedded.as_ref().map(|embedded| {
            let pairs = tableau.weights.iter().zip(&embedded.weights);
            terms(&pairs.map(|(b, other)| b - other).collect::<Vec<_>>())
        });
        let floats = |weights: &Vec<Rational>| -> Vec<f64> { weights.iter().map(float).collect() };
        let within = interpolant.weights.iter().map(floats).enumerate();
        let used = |(_, weights): &(usize, Vec<f64>)| weights.iter().any(|b| *b != 0.0);
        let orders = tableau.embedded.iter().map(|embedded| embedded.order);
        Self {
            name: tableau.name,
            stages,
            reuses_last: stages > 1 && rows[stages - 1] == weights,
            stability: Stability::new(tableau),
            rows,
            power: orders.fold(tableau.order, usize::min) + 1,
            further_begins_at_end: interpolant.stages.first() == Some(&tableau.weights),
            weights,
            error: error.unwrap_or_default(),
            further: interpolant.stages.iter().map(|row| terms(row)).collect(),
            within: within.filter(used).collect(),
        }
    }
}

impl Stability {
    fn new(tableau: &Tableau) -> Option<Self> {
        let nodes = tableau.nodes();
        let at_end = |stage: &usize| float(&nodes[*stage]) == 1.0;
        let mut late = (0..tableau.stages()).rev().filter(at_end);
        let stages = (late.next()?, late.next()?);
        let (last, other) = (
            &tableau.coefficients[stages.0],
            &tableau.coefficients[stages.1],
        );
        let other = |stage: usize| other.get(stage).cloned().unwrap_or_else(Rational::zero);
        let difference = last.iter().enumerate().map(|(stage, a)| a - other(stage));
        Some(Self {
            stages,
            difference: terms(&difference.collect::<Vec<_>>()),
            boundary: stability_boundary(tableau),
        })
    }
}

/// How finely the negative axis is searched for the boundary, and how far.
const GRID: f64 = 0.05;
const SEARCHED: f64 = 1000.0;

/// The largest x such that the method is stable on θ' = λθ for all −x ≤ hλ ≤ 0.
fn stability_boundary(tableau: &Tableau) -> f64 {
    let rows: Vec<Terms> = tableau.coefficients.iter().map(|row| terms(row)).collect();
    let weights = terms(&tableau.weights);
    let growth = |z: f64| {
        let mut slopes = vec![0.0; rows.len()];
        for (stage, row) in rows.iter().enumerate() {
            slopes[stage] = 1.0 + z * row.iter().map(|(j, a)| a * slopes[*j]).sum::<f64>();
        }
        1.0 + z * weights.iter().map(|(j, b)| b * slopes[*j]).sum::<f64>()
    };
    let stable = |x: f64| growth(-x).abs() <= 1.0;
    let mut inside = 0.0;
    while inside < SEARCHED && stable(inside + GRID) {
        inside += GRID;
    }
    let mut outside = inside + GRID;
    while outside - inside > 1e-6 {
        let middle = f64::midpoint(inside, outside);
        *(if stable(middle) {
            &mut inside
        } else {
            &mut outside
        }) = middle;
    }
    inside
}

fn float(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}

fn terms(row: &[Rational]) -> Terms {
    let floats = row.iter().map(float).enumerate();
    floats.filter(|(_, a)| *a != 0.0).collect()
}
