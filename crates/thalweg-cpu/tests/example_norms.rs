//! Square norms of the gradients of single examples, against forming every gradient by itself.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use thalweg_cpu::{Argument, Memory, Plan, Threads};
use thalweg_graph::{Graph, GraphError, NormMethod, Var};

const EXAMPLES: usize = 6;
const INPUTS: usize = 4;
const LABELS: [u32; EXAMPLES] = [2, 0, 1, 1, 2, 0];

/// From parameters, inputs `[n, 4]` and labels to one loss for each example.
type Model = for<'g> fn(&[Var<'g>], Var<'g>, Var<'g>) -> Var<'g>;

struct Case {
    name: &'static str,
    shapes: &'static [&'static [usize]],
    model: Model,
    /// For each parameter, whether its norms are factored.
    factored: &'static [bool],
}

fn add_bias<'g>(x: Var<'g>, bias: Var<'g>) -> Var<'g> {
    x + bias.broadcast(&x.shape(), &[1])
}

fn dense<'g>(x: Var<'g>, weight: Var<'g>, bias: Var<'g>) -> Var<'g> {
    add_bias(x.matrix_product(weight.transposed()), bias)
}

fn wide<'g>(value: Var<'g>, x: Var<'g>) -> Var<'g> {
    value.broadcast(&x.shape(), &[1])
}

fn cross_entropy<'g>(outputs: Var<'g>, labels: Var<'g>) -> Var<'g> {
    outputs.log_sum_exp() - outputs.select(labels)
}

const CASES: &[Case] = &[
    Case {
        name: "dense layers",
        shapes: &[&[5, 4], &[5], &[3, 5], &[3]],
        model: |p, x, labels| {
            let hidden = add_bias(x.matrix_product(p[0].transposed()), p[1]).tanh();
            cross_entropy(
                add_bias(hidden.matrix_product(p[2].transposed()), p[3]),
                labels,
            )
        },
        factored: &[true; 4],
    },
    Case {
        name: "weights that stand on the left, examples in columns",
        shapes: &[&[5, 4], &[5], &[5, 3]],
        model: |p, x, labels| {
            let hidden = p[0].matrix_product(x.transposed());
            let hidden = (hidden + p[1].broadcast(&hidden.shape(), &[0])).tanh();
            cross_entropy(hidden.transposed().matrix_product(p[2]), labels)
        },
        factored: &[true; 3],
    },
    Case {
        name: "a layer used three times",
        shapes: &[&[4, 4], &[4], &[3, 4]],
        model: |p, x, labels| {
            let hidden = (0..3).fold(x, |x, _| dense(x, p[0], p[1]).tanh());
            cross_entropy(hidden.matrix_product(p[2].transposed()), labels)
        },
        factored: &[true; 3],
    },
    Case {
        name: "a matrix used as it is and transposed",
        shapes: &[&[5, 4], &[4]],
        model: |p, x, _| {
            let code = x.matrix_product(p[0].transposed()).sigmoid();
            let error = add_bias(code.matrix_product(p[0]), p[1]) - x;
            (error * error).sum(&[1]) * 0.5
        },
        factored: &[true; 2],
    },
    Case {
        name: "a gain and a shift for each feature, and one for all",
        shapes: &[&[4], &[4], &[], &[3, 4]],
        model: |p, x, labels| {
            let scaled = wide(p[0], x) * x.tanh() / (2.0 + wide(p[1], x) * x);
            let scaled = scaled * p[2];
            cross_entropy(scaled.matrix_product(p[3].transposed()), labels)
        },
        factored: &[true; 4],
    },
    Case {
        name: "a function of the weights, and a matrix that is also added",
        shapes: &[&[4, 4], &[6, 4]],
        model: |p, x, _| {
            let hidden = x.matrix_product(p[0] * p[0]) + p[1];
            (hidden * hidden * hidden).sum(&[1])
        },
        factored: &[false, false],
    },
    Case {
        name: "a row that is both multiplied and added",
        shapes: &[&[1, 4]],
        model: |p, x, _| {
            let score = x.matrix_product(p[0].transposed());
            let shift = p[0].reshaped(&[4]).broadcast(&x.shape(), &[1]);
            (x * shift).exp().sum(&[1]) + score.power(2.0).reshaped(&[x.shape()[0]])
        },
        factored: &[false],
    },
    Case {
        name: "a parameter that is not used",
        shapes: &[&[3, 4], &[7]],
        model: |p, x, labels| cross_entropy(x.matrix_product(p[0].transposed()), labels),
        factored: &[true; 2],
    },
];

fn wave(count: usize, frequency: f64) -> Vec<f64> {
    (1..=count).map(|i| (frequency * i as f64).sin()).collect()
}

/// Inputs of the model for the given examples, from shapes to values.
fn values(case: &Case) -> Vec<Vec<f64>> {
    let count = |shape: &&[usize]| shape.iter().product::<usize>();
    let mut values: Vec<Vec<f64>> = case.shapes.iter().map(|s| wave(count(s), 1.7)).collect();
    values.push(wave(EXAMPLES * INPUTS, 0.9));
    values
}

/// (norms by the transformation, methods, matrix products beside those of the gradient).
fn transformed(case: &Case) -> (Vec<Vec<f64>>, Vec<NormMethod>, usize) {
    let graph = Graph::new();
    let parameters: Vec<Var<'_>> = case.shapes.iter().map(|s| graph.input(s)).collect();
    let inputs = graph.input(&[EXAMPLES, INPUTS]);
    let labels = graph.labels(EXAMPLES);
    let losses = (case.model)(&parameters, inputs, labels);
    let weight = 1.0 / EXAMPLES as f64;
    let norms = graph
        .example_square_norms(losses, weight, &[inputs, labels], &parameters)
        .unwrap();
    let gradient = graph.gradient(losses.mean_all(), &parameters);
    let count = |outputs: &[Var<'_>]| {
        Plan::<f64>::new(&graph.program(outputs).unwrap()).matrix_product_count()
    };
    let wanted: Vec<Var<'_>> = norms.iter().map(|norms| norms.values).collect();
    let with_gradient: Vec<Var<'_>> = wanted.iter().chain(&gradient).copied().collect();
    let more = count(&with_gradient) - count(&gradient);
    let plan = Plan::<f64>::new(&graph.program(&wanted).unwrap());
    let values = values(case);
    let mut arguments: Vec<Argument<'_, f64>> = values.iter().map(|v| Argument::Real(v)).collect();
    arguments.push(Argument::Labels(&LABELS));
    let mut results = vec![vec![0.0; EXAMPLES]; wanted.len()];
    let mut places: Vec<&mut [f64]> = results.iter_mut().map(Vec::as_mut_slice).collect();
    plan.run(&arguments, &mut places, &mut Memory::new(), &Threads::one())
        .unwrap();
    (
        results,
        norms.iter().map(|norms| norms.method).collect(),
        more,
    )
}

/// The norms of each example's own gradient. Where a parameter has one row for each example, the
/// model is traced over all and the losses of the others have weight 0.
fn one_by_one(case: &Case) -> Vec<Vec<f64>> {
    let mut results = vec![vec![0.0; EXAMPLES]; case.shapes.len()];
    for example in 0..EXAMPLES {
        let graph = Graph::new();
        let parameters: Vec<Var<'_>> = case.shapes.iter().map(|s| graph.input(s)).collect();
        let inputs = graph.input(&[EXAMPLES, INPUTS]);
        let labels = graph.labels(EXAMPLES);
        let losses = (case.model)(&parameters, inputs, labels);
        let gradient = graph.gradient(losses.slice(0, example, 1).sum_all(), &parameters);
        let wanted: Vec<Var<'_>> = gradient.iter().map(|g| g.dot(*g)).collect();
        let plan = Plan::<f64>::new(&graph.program(&wanted).unwrap());
        let values = values(case);
        let mut arguments: Vec<Argument<'_, f64>> =
            values.iter().map(|v| Argument::Real(v)).collect();
        arguments.push(Argument::Labels(&LABELS));
        let mut norms = vec![[0.0]; wanted.len()];
        let mut places: Vec<&mut [f64]> = norms.iter_mut().map(|n| &mut n[..]).collect();
        plan.run(&arguments, &mut places, &mut Memory::new(), &Threads::one())
            .unwrap();
        for (result, norm) in results.iter_mut().zip(norms) {
            result[example] = norm[0];
        }
    }
    results
}

#[test]
fn norms_are_those_of_each_examples_own_gradient() {
    for case in CASES {
        let (ours, methods, _) = transformed(case);
        let factored: Vec<bool> = methods
            .iter()
            .map(|method| *method == NormMethod::Factored)
            .collect();
        assert_eq!(factored, case.factored, "{}: {methods:?}", case.name);
        for (parameter, (ours, theirs)) in ours.iter().zip(one_by_one(case)).enumerate() {
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert!(
                    (ours - theirs).abs() < 1e-12 * (1.0 + theirs),
                    "{}, parameter {parameter}: {ours}, {theirs}",
                    case.name
                );
            }
        }
    }
}

#[test]
fn factored_norms_need_no_matrix_product_beside_those_of_the_gradient() {
    for case in CASES
        .iter()
        .filter(|case| case.factored.iter().all(|one| *one))
    {
        assert_eq!(transformed(case).2, 0, "{}", case.name);
    }
}

/// The negative control: norms of single uses added up, without their inner products, are wrong.
#[test]
fn a_parameter_used_twice_is_more_than_its_uses() {
    let tied = one_by_one(&CASES[2])[0].clone();
    let apart = Case {
        name: "the same layers, each with weights of its own",
        shapes: &[&[4, 4], &[4], &[3, 4], &[4, 4], &[4, 4]],
        model: |p, x, labels| {
            let hidden = dense(dense(x, p[0], p[1]).tanh(), p[3], p[1]).tanh();
            let hidden = dense(hidden, p[4], p[1]).tanh();
            cross_entropy(hidden.matrix_product(p[2].transposed()), labels)
        },
        factored: &[true; 5],
    };
    let (apart, ..) = transformed(&apart);
    for example in 0..EXAMPLES {
        let sum = apart[0][example] + apart[3][example] + apart[4][example];
        assert!((sum / tied[example] - 1.0).abs() > 0.01);
    }
}

#[test]
fn a_loss_that_mixes_examples_is_refused() {
    let graph = Graph::new();
    let weight = graph.input(&[3, INPUTS]);
    let inputs = graph.input(&[EXAMPLES, INPUTS]);
    let labels = graph.labels(EXAMPLES);
    let mean = inputs.sum(&[0]) / EXAMPLES as f64;
    let centred = inputs - mean.broadcast(&inputs.shape(), &[1]);
    let outputs = centred.matrix_product(weight.transposed());
    let losses = cross_entropy(outputs, labels);
    let error = graph
        .example_square_norms(losses, 1.0, &[inputs, labels], &[weight])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a sum over examples mixes examples, so single examples have no gradients of their own"
    );
    let error = graph
        .example_square_norms(losses.mean_all(), 1.0, &[labels], &[weight])
        .unwrap_err();
    assert!(matches!(error, GraphError::MixedExamples { .. }), "{error}");
}
