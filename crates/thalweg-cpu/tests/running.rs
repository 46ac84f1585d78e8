//! What a plan promises besides derivatives: few passes, the same bits for any number of threads,
//! and clear words for inputs that do not fit.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use thalweg_cpu::{Argument, Element, Memory, Plan, RunError, Stage, Threads};
use thalweg_graph::{Graph, GraphError, Var};

const ROWS: usize = 150;
const WIDTHS: [usize; 4] = [30, 170, 140, 10];

fn values<T: Element>(count: usize, seed: u64) -> Vec<T> {
    let mut state = seed;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        T::from_f64((state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5)
    };
    (0..count).map(|_| draw()).collect()
}

/// The loss of a small network and its inputs: θ tensors, examples, labels.
fn network<'g>(
    graph: &'g Graph,
    activation: impl Fn(Var<'g>) -> Var<'g>,
) -> (Vec<Var<'g>>, Var<'g>) {
    let mut parameters = Vec::new();
    let mut value = graph.input(&[ROWS, WIDTHS[0]]);
    for pair in WIDTHS.windows(2) {
        let weight = graph.input(&[pair[1], pair[0]]);
        let bias = graph.input(&[pair[1]]);
        let product = value.matrix_product(weight.transposed());
        value = product + bias.broadcast(&[ROWS, pair[1]], &[1]);
        if pair[1] != WIDTHS[3] {
            value = activation(value);
        }
        parameters.extend([weight, bias]);
    }
    let labels = graph.labels(ROWS);
    (
        parameters,
        (value.log_sum_exp() - value.select(labels)).mean_all(),
    )
}

fn run_everything<T: Element>(threads: usize) -> Vec<Vec<T>> {
    let graph = Graph::new();
    let (parameters, loss) = network(&graph, |x| x.tanh());
    let gradient = graph.gradient(loss, &parameters);
    let direction: Vec<_> = parameters
        .iter()
        .copied()
        .zip(gradient.iter().copied())
        .collect();
    let mut outputs = vec![loss];
    outputs.extend(graph.jvp(&gradient, &direction));
    outputs.extend(gradient);
    let plan = Plan::<T>::new(&graph.program(&outputs).unwrap());

    let mut given = vec![values::<T>(ROWS * WIDTHS[0], 1)];
    given.extend(
        parameters
            .iter()
            .map(|p| values(p.element_count(), p.element_count() as u64)),
    );
    let labels: Vec<u32> = (0..ROWS as u32).map(|index| index % 10).collect();
    let mut arguments: Vec<Argument<'_, T>> = given.iter().map(|x| Argument::Real(x)).collect();
    arguments.push(Argument::Labels(&labels));
    let mut results: Vec<Vec<T>> = outputs
        .iter()
        .map(|output| vec![T::ZERO; output.element_count()])
        .collect();
    let mut places: Vec<&mut [T]> = results.iter_mut().map(Vec::as_mut_slice).collect();
    plan.run(
        &arguments,
        &mut places,
        &mut Memory::new(),
        &Threads::new(threads).unwrap(),
    )
    .unwrap();
    results
}

#[test]
fn results_are_the_same_bits_for_any_number_of_threads() {
    let bits = |results: Vec<Vec<f64>>| -> Vec<u64> {
        results.iter().flatten().map(|x| x.to_bits()).collect()
    };
    let one = bits(run_everything(1));
    assert!(one.iter().any(|x| *x != 0));
    for threads in [2, 3, 5, 8] {
        assert!(bits(run_everything(threads)) == one, "{threads} threads");
    }
    let single = run_everything::<f32>(1);
    assert!(
        [2, 3, 7]
            .into_iter()
            .all(|threads| run_everything::<f32>(threads) == single)
    );
}

#[test]
fn single_and_double_precision_agree() {
    let (single, double) = (run_everything::<f32>(1), run_everything::<f64>(1));
    for (x, y) in single.iter().flatten().zip(double.iter().flatten()) {
        assert!(
            (f64::from(*x) - y).abs() < 2e-6 * (1.0 + y.abs()),
            "{x} against {y}"
        );
    }
}

#[test]
fn a_hessian_vector_product_shares_the_forward_pass_of_the_gradient() {
    let products = |with_gradient: bool, with_hessian: bool| {
        let graph = Graph::new();
        let (parameters, loss) = network(&graph, |x| x.relu());
        let gradient = graph.gradient(loss, &parameters);
        let direction: Vec<_> = parameters
            .iter()
            .copied()
            .zip(gradient.iter().copied())
            .collect();
        let mut outputs = vec![loss];
        if with_hessian {
            outputs.extend(graph.jvp(&gradient, &direction));
        }
        if with_gradient {
            outputs.extend(gradient);
        }
        let program = graph.program(&outputs).unwrap();
        Plan::<f64>::new(&program).matrix_product_count()
    };
    // Three layers: 3 products forward; 3 for weights and 2 for inputs backward.
    assert_eq!(products(false, false), 3);
    assert_eq!(products(true, false), 8);
    // A tangent through each product by each moving factor: 5 forward, where the first layer has
    // only its weights; backward 2 for each of the 2 inputs and 5 for weights, the first layer's
    // input being fixed.
    assert_eq!(products(true, true), 8 + 5 + 4 + 5);
    assert_eq!(products(false, true), products(true, true));
}

#[test]
fn between_two_stages_outputs_belong_to_the_caller() {
    let graph = Graph::new();
    let (x, late) = (graph.input(&[3, 2]), graph.input(&[2, 3]));
    let first = x * x;
    let second = first.reshaped(&[2, 3]) * late;
    let third = first.matrix_product(late) + x.matrix_product(late);
    let program = graph.program(&[first, second, third]).unwrap();
    let plan = Plan::<f64>::in_two_stages(&program, &[1]);
    let given = [values::<f64>(6, 1), values(6, 2)];
    let inputs: Vec<_> = given.iter().map(|x| Argument::Real(x)).collect();
    let run = |between: f64| {
        let (mut memory, threads) = (Memory::new(), Threads::one());
        let mut outputs = [vec![0.0; 6], vec![0.0; 6], vec![0.0; 9]];
        let mut seen = Vec::new();
        for stage in [Stage::First, Stage::Second] {
            let [first, second, third] = &mut outputs;
            let mut places = [&mut first[..], &mut second[..], &mut third[..]];
            plan.run_stage(stage, &inputs, &mut places, &mut memory, &threads)
                .unwrap();
            seen.push(outputs[0].clone());
            outputs[0].fill(between);
        }
        assert_eq!(seen[1], [between; 6], "the second stage left it alone");
        (seen[0].clone(), outputs[1].clone(), outputs[2].clone())
    };
    let (first, second, _) = run(0.0);
    for (place, value) in first.iter().enumerate() {
        assert_eq!(*value, given[0][place] * given[0][place]);
        assert_eq!(second[place], value * given[1][place]);
    }
    assert_eq!(run(0.0), run(7.0));
}

#[test]
fn intermediates_share_memory() {
    let graph = Graph::new();
    let mut value = graph.input(&[1000]);
    for _ in 0..50 {
        let shifted = value.exp() + 1.0;
        value = shifted * shifted; // two uses: not part of one loop
    }
    let plan = Plan::<f64>::new(&graph.program(&[value]).unwrap());
    assert!(
        plan.workspace_bytes() <= 4 * 1024 * 8,
        "{}",
        plan.workspace_bytes()
    );
}

#[test]
fn long_chains_give_what_their_parts_give() {
    let graph = Graph::new();
    let x = graph.input(&[777]);
    let y = graph.input(&[777]);
    let mut value = x;
    for index in 0..40 {
        value = (value * 0.9 + y) * (x * f64::from(index)).tanh() - (value * y).sigmoid();
    }
    let plan = Plan::<f64>::new(&graph.program(&[value, x, value]).unwrap());
    let (x, y) = (values::<f64>(777, 3), values::<f64>(777, 4));
    let (mut a, mut b, mut c) = (vec![0.0; 777], vec![0.0; 777], vec![0.0; 777]);
    let inputs = [Argument::Real(&x), Argument::Real(&y)];
    plan.run(
        &inputs,
        &mut [&mut a, &mut b, &mut c],
        &mut Memory::new(),
        &Threads::one(),
    )
    .unwrap();
    for i in 0..777 {
        let mut expected = x[i];
        for index in 0..40 {
            let sigmoid = 1.0 / (1.0 + (-(expected * y[i])).exp());
            expected = (expected * 0.9 + y[i]) * (x[i] * f64::from(index)).tanh() - sigmoid;
        }
        assert!((a[i] - expected).abs() < 1e-12);
    }
    assert_eq!((b, c), (x, a));
}

#[test]
fn mistakes_in_tracing_are_reported_with_their_shapes() {
    let graph = Graph::new();
    let x = graph.input(&[2, 3]);
    let product = x.matrix_product(x);
    match graph.program(&[product]) {
        Err(GraphError::Shapes {
            operation, shapes, ..
        }) => {
            assert_eq!(
                (operation, shapes),
                ("matrix_product", vec![vec![2, 3], vec![2, 3]])
            );
        }
        other => panic!("{other:?}"),
    }
    let graph = Graph::new();
    let sum = graph.input(&[3]) + graph.labels(3);
    assert!(matches!(
        graph.program(&[sum]),
        Err(GraphError::Kind { .. })
    ));
}

#[test]
fn inputs_that_do_not_fit_are_refused_before_anything_runs() {
    let graph = Graph::new();
    let (x, labels) = (graph.input(&[2, 3]), graph.labels(2));
    let plan = Plan::<f32>::new(&graph.program(&[x.select(labels)]).unwrap());
    let (x, mut out) = ([0.0; 6], [0.0; 2]);
    let mut run = |inputs: &[Argument<'_, f32>]| {
        plan.run(inputs, &mut [&mut out], &mut Memory::new(), &Threads::one())
    };
    let real = Argument::Real(&x);
    assert_eq!(run(&[real, Argument::Labels(&[0, 2])]), Ok(()));
    let error = run(&[real, Argument::Labels(&[0, 3])]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "example 1 has label 3, but there are only 3 classes (from 0)"
    );
    let error = run(&[Argument::Real(&x[..5]), Argument::Labels(&[0, 2])]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "input 0 has 5 elements; the program was compiled for 6"
    );
    assert!(matches!(
        run(&[real, real]),
        Err(RunError::Kind { index: 1, .. })
    ));
    assert!(matches!(
        run(&[real]),
        Err(RunError::Count { wanted: 2, .. })
    ));
}
