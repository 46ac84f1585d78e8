//! Every rule of calculus, checked recursively: the gradient of a function by both modes against a
//! central difference, then the same for its directional derivative by both modes, to order 3.
//! So every composition vjp∘vjp, vjp∘jvp, jvp∘vjp, jvp∘jvp and their threefold ones are covered.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use thalweg_cpu::{Argument, Memory, Plan, Threads};
use thalweg_graph::{Graph, Var};

/// A scalar function of real inputs, given also the directions of earlier derivatives and labels.
type Function = Box<dyn for<'g> Fn(&'g Graph, &[Var<'g>], &[Vec<Var<'g>>], Var<'g>) -> Var<'g>>;

const ORDER: usize = 3;
const LABELS: [u32; 3] = [2, 0, 1];

struct Case {
    shapes: Vec<Vec<usize>>,
    points: Vec<Vec<f64>>,
    directions: Vec<Vec<Vec<f64>>>,
}

impl Case {
    fn new(shapes: &[&[usize]], from: f64, to: f64) -> Self {
        let mut state = 12_345_u64;
        let mut draw = |from: f64, to: f64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            from + (to - from) * ((state >> 11) as f64 / (1_u64 << 53) as f64)
        };
        let mut tensors = |from, to| -> Vec<Vec<f64>> {
            let counts = shapes.iter().map(|shape| shape.iter().product::<usize>());
            counts
                .map(|count| (0..count).map(|_| draw(from, to)).collect())
                .collect()
        };
        Self {
            points: tensors(from, to),
            directions: (0..=ORDER).map(|_| tensors(-1.0, 1.0)).collect(),
            shapes: shapes.iter().map(|shape| shape.to_vec()).collect(),
        }
    }

    /// The function's value and its derivative along `directions[depth]` by both modes.
    fn values(&self, function: &Function, points: &[Vec<f64>], depth: usize) -> [f64; 3] {
        let graph = Graph::new();
        let inputs =
            || -> Vec<Var<'_>> { self.shapes.iter().map(|shape| graph.input(shape)).collect() };
        let variables = inputs();
        let directions: Vec<Vec<Var<'_>>> = self.directions.iter().map(|_| inputs()).collect();
        let labels = graph.labels(LABELS.len());
        let value = function(&graph, &variables, &directions, labels);
        let reverse = reverse(&graph, value, &variables, &directions[depth]);
        let forward = forward(&graph, value, &variables, &directions[depth]);
        let program = graph.program(&[value, reverse, forward]).unwrap();
        let plan = Plan::<f64>::new(&program);
        let mut arguments: Vec<Argument<'_, f64>> =
            points.iter().map(|x| Argument::Real(x)).collect();
        arguments.extend(self.directions.iter().flatten().map(|x| Argument::Real(x)));
        arguments.push(Argument::Labels(&LABELS));
        let (mut a, mut b, mut c) = ([0.0], [0.0], [0.0]);
        plan.run(
            &arguments,
            &mut [&mut a, &mut b, &mut c],
            &mut Memory::new(),
            &Threads::one(),
        )
        .unwrap();
        [a[0], b[0], c[0]]
    }

    fn shifted(&self, depth: usize, by: f64) -> Vec<Vec<f64>> {
        let pairs = self.points.iter().zip(&self.directions[depth]);
        pairs
            .map(|(x, v)| x.iter().zip(v).map(|(x, v)| x + by * v).collect())
            .collect()
    }

    fn check(&self, name: &str, function: Function, depth: usize) {
        let step = 1e-5;
        let [_, reverse_value, forward_value] = self.values(&function, &self.points, depth);
        let ahead = self.values(&function, &self.shifted(depth, step), depth)[0];
        let behind = self.values(&function, &self.shifted(depth, -step), depth)[0];
        let difference = (ahead - behind) / (2.0 * step);
        let scale = 1.0 + difference.abs();
        let worst = ((reverse_value - difference).abs() / scale)
            .max((forward_value - difference).abs() / scale);
        assert!(
            worst < 2e-7,
            "{name}, order {}: reverse {reverse_value}, forward {forward_value}, difference {difference}",
            depth + 1
        );
        if depth + 1 < ORDER {
            let (first, second) = share(function);
            let along = move |use_forward: bool, function: Function| -> Function {
                Box::new(move |graph, x, v, labels| {
                    let value = function(graph, x, v, labels);
                    match use_forward {
                        true => forward(graph, value, x, &v[depth]),
                        false => reverse(graph, value, x, &v[depth]),
                    }
                })
            };
            self.check(name, along(true, first), depth + 1);
            self.check(name, along(false, second), depth + 1);
        }
    }
}

fn share(function: Function) -> (Function, Function) {
    let shared = std::rc::Rc::new(function);
    let other = shared.clone();
    (
        Box::new(move |graph, x, v, labels| shared(graph, x, v, labels)),
        Box::new(move |graph, x, v, labels| other(graph, x, v, labels)),
    )
}

fn reverse<'g>(graph: &'g Graph, value: Var<'g>, x: &[Var<'g>], v: &[Var<'g>]) -> Var<'g> {
    let gradients = graph.gradient(value, x);
    let terms = gradients
        .iter()
        .zip(v)
        .map(|(gradient, v)| gradient.dot(*v));
    terms.reduce(|sum, term| sum + term).unwrap()
}

fn forward<'g>(graph: &'g Graph, value: Var<'g>, x: &[Var<'g>], v: &[Var<'g>]) -> Var<'g> {
    let direction: Vec<_> = x.iter().copied().zip(v.iter().copied()).collect();
    graph.jvp(&[value], &direction)[0]
}

/// Checks `$body` on inputs of the given shapes within the given range. The body is made scalar by
/// a smooth function, so that all derivatives of order up to 3 are nonzero.
macro_rules! rule {
    ($name:ident, $range:expr, [$($shape:expr),*], |$x:ident, $labels:ident| $body:expr) => {
        #[test]
        fn $name() {
            let case = Case::new(&[$(&$shape),*], $range.start, $range.end);
            let function: Function = Box::new(|_, $x, _, $labels| {
                let value = $body;
                let weights = value.graph().constant(0.7, &value.shape());
                (value * value * 0.3 + (value * weights).tanh()).sum_all()
            });
            case.check(stringify!($name), function, 0);
        }
    };
}

rule!(negate, -1.0..1.0, [[3]], |x, _l| -x[0]);
rule!(exp, -1.0..1.0, [[3]], |x, _l| x[0].exp());
rule!(log, 0.5..2.0, [[3]], |x, _l| x[0].log());
rule!(sqrt, 0.5..2.0, [[3]], |x, _l| x[0].sqrt());
rule!(power, 0.5..2.0, [[3]], |x, _l| x[0].power(2.5));
rule!(square, -1.0..1.0, [[3]], |x, _l| x[0].power(2.0));
rule!(reciprocal, 0.5..2.0, [[3]], |x, _l| x[0].power(-1.0));
rule!(tanh, -1.0..1.0, [[3]], |x, _l| x[0].tanh());
rule!(sigmoid, -2.0..2.0, [[3]], |x, _l| x[0].sigmoid());
rule!(softplus, -2.0..2.0, [[3]], |x, _l| x[0].softplus());
rule!(erf, -1.0..1.0, [[3]], |x, _l| x[0].erf());
rule!(relu, 0.2..2.0, [[3]], |x, _l| x[0].relu()
    + (x[0] - 3.0).relu() * x[0]);
rule!(step, 0.2..2.0, [[3]], |x, _l| x[0].step() * x[0] * x[0]);
rule!(add, -1.0..1.0, [[3], [3]], |x, _l| x[0] + x[1]);
rule!(subtract, -1.0..1.0, [[3], [3]], |x, _l| x[0] - x[1]);
rule!(multiply, -1.0..1.0, [[3], [3]], |x, _l| x[0] * x[1]);
rule!(divide, 0.5..2.0, [[3], [3]], |x, _l| x[0] / x[1]);
rule!(maximum, -1.0..1.0, [[4], [4]], |x, _l| x[0].maximum(x[1])
    * x[0]);
rule!(matrix_product, -1.0..1.0, [[2, 3], [3, 4]], |x, _l| x[0]
    .matrix_product(x[1]));
rule!(matrix_product_left, -1.0..1.0, [[3, 2], [3, 4]], |x, _l| x
    [0]
.transposed()
.matrix_product(x[1]));
rule!(
    matrix_product_right,
    -1.0..1.0,
    [[2, 3], [4, 3]],
    |x, _l| x[0].matrix_product(x[1].transposed())
);
rule!(matrix_product_both, -1.0..1.0, [[3, 2], [4, 3]], |x, _l| x
    [0]
.transposed()
.matrix_product(x[1].transposed()));
rule!(broadcast_row, -1.0..1.0, [[3], [2, 3]], |x, _l| x[0]
    .broadcast(&[2, 3], &[1])
    * x[1]);
rule!(broadcast_column, -1.0..1.0, [[2], [2, 3]], |x, _l| x[0]
    .broadcast(&[2, 3], &[0])
    * x[1]);
rule!(broadcast_apart, -1.0..1.0, [[2, 3]], |x, _l| x[0]
    .broadcast(&[2, 4, 3], &[0, 2]));
rule!(sum_first, -1.0..1.0, [[2, 3]], |x, _l| x[0].sum(&[0]));
rule!(sum_last, -1.0..1.0, [[2, 3]], |x, _l| x[0].sum(&[1]));
rule!(sum_apart, -1.0..1.0, [[2, 3, 2]], |x, _l| x[0].sum(&[0, 2]));
rule!(mean, -1.0..1.0, [[2, 3]], |x, _l| x[0].mean_all());
rule!(reshape, -1.0..1.0, [[2, 3], [6]], |x, _l| x[0]
    .reshaped(&[6])
    * x[1]);
rule!(transpose, -1.0..1.0, [[2, 3, 2], [2, 2, 3]], |x, _l| x[0]
    .permuted(&[2, 0, 1])
    * x[1]);
rule!(slice, -1.0..1.0, [[4, 3]], |x, _l| x[0]
    .slice(0, 1, 2)
    .slice(1, 0, 2));
rule!(pad, -1.0..1.0, [[2, 3], [5, 3]], |x, _l| x[0]
    .padded(0, 2, 5)
    * x[1]
    + x[1]);
rule!(concatenate, -1.0..1.0, [[2, 3], [2, 1]], |x, _l| {
    Var::concatenated(&[x[0], x[1], x[0]], 1)
});
rule!(select, -1.0..1.0, [[3, 4]], |x, labels| x[0].select(labels));
rule!(place, -1.0..1.0, [[3], [3, 4]], |x, labels| x[0]
    .place(labels, 4)
    * x[1]);
rule!(log_sum_exp, -1.0..1.0, [[3, 4]], |x, _l| x[0].log_sum_exp());
rule!(used_twice, -1.0..1.0, [[3]], |x, _l| x[0] * x[0].exp()
    + x[0].tanh() * x[0]);

#[test]
#[should_panic(expected = "kinked, order 2")]
fn a_rule_that_fails_from_order_two_on_is_found() {
    // max(x − 1, 0)² at x = 1 exactly: its first derivative is right there, its second one jumps.
    let case = Case::new(&[&[3]], 1.0, 1.0);
    let function: Function = Box::new(|_, x, _, _| (x[0] - 1.0).relu().power(2.0).sum_all() * 0.01);
    case.check("kinked", function, 0);
}
