//! Matrix products of every size, shape and transposition: against plain loops, and with the same bits
//! for any number of threads, since large ones are cut into blocks among them.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use thalweg_cpu::{Argument, Element, Memory, Plan, Threads};
use thalweg_graph::Graph;

/// Rows, terms, columns: the borders of small products, of few rows, of what is cut into blocks and
/// panels, and of what is turned first.
const SIZES: [(usize, usize, usize); 20] = [
    (1, 1, 1),
    (2, 3, 17),
    (5, 70, 33),
    (1, 900, 700),
    (700, 900, 1),
    (3, 784, 700),
    (700, 600, 3),
    (32, 784, 400),
    (31, 513, 390),
    (128, 100, 150),
    (129, 130, 131),
    (400, 32, 784),
    (97, 1100, 193),
    (256, 400, 400),
    (500, 2, 500),
    (66, 700, 66),
    (300, 600, 200),
    (289, 600, 150),
    (150, 1500, 100),
    (64, 600, 400),
];

fn values<T: Element>(count: usize, frequency: f64) -> Vec<T> {
    (1..=count)
        .map(|i| T::from_f64((frequency * i as f64).sin()))
        .collect()
}

/// op(A) op(B) − op(A) op(C), so that one product is written and one is added.
fn difference<T: Element>(
    (rows, inner, columns): (usize, usize, usize),
    (left, right): (bool, bool),
    threads: &Threads,
) -> Vec<T> {
    let graph = Graph::new();
    let shape = |flag: bool, a: usize, b: usize| if flag { [b, a] } else { [a, b] };
    let a = graph.input(&shape(left, rows, inner));
    let b = graph.input(&shape(right, inner, columns));
    let c = graph.input(&shape(right, inner, columns));
    let (mut op_a, mut op_b, mut op_c) = (a, b, c);
    if left {
        op_a = a.transposed();
    }
    if right {
        (op_b, op_c) = (b.transposed(), c.transposed());
    }
    let result = op_a.matrix_product(op_b) - op_a.matrix_product(op_c);
    let plan = Plan::<T>::new(&graph.program(&[result]).unwrap());
    assert_eq!(
        (plan.instruction_count(), plan.matrix_product_count()),
        (1, 2)
    );
    let given = [
        values::<T>(rows * inner, 0.7),
        values(inner * columns, 1.3),
        values(inner * columns, 0.4),
    ];
    let inputs: Vec<Argument<'_, T>> = given.iter().map(|x| Argument::Real(x)).collect();
    let mut out = vec![T::ZERO; rows * columns];
    plan.run(&inputs, &mut [&mut out], &mut Memory::new(), threads)
        .unwrap();
    out
}

fn by_loops(
    (rows, inner, columns): (usize, usize, usize),
    (left, right): (bool, bool),
) -> Vec<f64> {
    let a = values::<f64>(rows * inner, 0.7);
    let (b, c) = (
        values::<f64>(inner * columns, 1.3),
        values::<f64>(inner * columns, 0.4),
    );
    let change: Vec<f64> = b.iter().zip(&c).map(|(b, c)| b - c).collect();
    let mut out = vec![0.0; rows * columns];
    for row in 0..rows {
        for term in 0..inner {
            let factor = if left {
                a[term * rows + row]
            } else {
                a[row * inner + term]
            };
            for column in 0..columns {
                let place = if right {
                    column * inner + term
                } else {
                    term * columns + column
                };
                out[row * columns + column] += factor * change[place];
            }
        }
    }
    out
}

fn check<T: Element>(tolerance: f64) {
    let teams = [2, 3, 5].map(|count| Threads::new(count).unwrap());
    for size in SIZES {
        for flags in [(false, false), (false, true), (true, false), (true, true)] {
            let alone = difference::<T>(size, flags, &Threads::one());
            for (ours, theirs) in alone.iter().zip(by_loops(size, flags)) {
                let error = (ours.to_f64() - theirs).abs();
                let bound = tolerance * size.1 as f64;
                assert!(error < bound, "{size:?} {flags:?}: {ours}, {theirs}");
            }
            for threads in &teams {
                let together = difference::<T>(size, flags, threads);
                assert!(
                    alone == together,
                    "{size:?} {flags:?} on {} threads",
                    threads.count()
                );
            }
        }
    }
}

#[test]
fn products_are_right_and_the_same_bits_on_any_number_of_threads() {
    check::<f64>(1e-14);
    check::<f32>(2e-6);
}
