//! Rooted trees and B-series in exact arithmetic: against published tables, the stability function,
//! and the substitution law, an identity that shares no step with how coefficients are computed.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::collections::BTreeSet;

use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;
use thalweg::flow::Tableau;
use thalweg::flow::tableau::{Rational, euler, heun, rational, runge_kutta_4};
use thalweg::modified::{BSeries, ModifiedLoss, RootedTree};

fn tree(children: &[&RootedTree]) -> RootedTree {
    RootedTree::new(children.iter().map(|child| (*child).clone()).collect())
}

/// [[…[•]…]], in which every vertex but the last has one child.
fn path(order: usize) -> RootedTree {
    (1..order).fold(RootedTree::vertex(), |below, _| tree(&[&below]))
}

fn coefficients(series: &BSeries) -> Vec<(String, String)> {
    let terms = series.iter();
    terms
        .map(|(tree, coefficient)| (tree.to_string(), coefficient.to_string()))
        .collect()
}

fn factorial(number: usize) -> BigUint {
    (1..=number).product()
}

#[test]
fn there_are_as_many_trees_as_the_tables_say() {
    let trees = RootedTree::up_to(10);
    let count = |order| trees.iter().filter(|tree| tree.order() == order).count();
    let counts: Vec<usize> = (1..=10).map(count).collect();
    assert_eq!(counts, [1, 1, 2, 4, 9, 20, 48, 115, 286, 719]);
    assert!(trees.is_sorted());
    assert_eq!(trees.iter().collect::<BTreeSet<_>>().len(), trees.len());
}

/// n!/(σγ) is the number of ways to label a tree with labels that grow from the root; over all trees
/// of n vertices these add up to (n−1)!, and n!/σ, the labelled rooted trees, to n^{n−1} (Cayley).
#[test]
fn symmetries_and_densities_count_the_labelled_trees() {
    let trees = RootedTree::up_to(9);
    for order in 1..=9 {
        let level = trees.iter().filter(|tree| tree.order() == order);
        let (mut growing, mut all) = (BigUint::zero(), BigUint::zero());
        for tree in level {
            growing += factorial(order) / (tree.symmetry() * tree.density());
            all += factorial(order) / tree.symmetry();
        }
        assert_eq!(growing, factorial(order - 1));
        assert_eq!(all, BigUint::from(order).pow(order as u32 - 1));
    }
}

#[test]
fn trees_of_order_four_have_the_published_symmetry_and_density() {
    let of = |tree: &RootedTree| (tree.to_string(), tree.symmetry(), tree.density());
    let trees = RootedTree::up_to(4);
    let seen: Vec<_> = trees[4..].iter().map(of).collect();
    let published = [
        ("[•,•,•]", 6u32, 4u32),
        ("[•,[•]]", 1, 8),
        ("[[•,•]]", 2, 12),
        ("[[[•]]]", 1, 24),
    ];
    assert_eq!(
        seen,
        published.map(|(name, sigma, gamma)| (name.to_owned(), sigma.into(), gamma.into()))
    );
}

#[test]
fn children_may_come_in_any_order() {
    let (dot, edge) = (path(1), path(2));
    assert_eq!(tree(&[&dot, &edge, &dot]), tree(&[&edge, &dot, &dot]));
    assert_ne!(tree(&[&dot, &edge]), tree(&[&edge, &edge]));
}

#[test]
fn every_edge_is_cut_and_every_vertex_is_a_root_once() {
    for tree in RootedTree::up_to(7) {
        assert_eq!(tree.cuts().len(), tree.order() - 1);
        for (trunk, branch) in tree.cuts() {
            assert_eq!(trunk.order() + branch.order(), tree.order());
        }
        let rootings = tree.rootings();
        assert_eq!((rootings.len(), &rootings[0]), (tree.order(), &tree));
        for other in &rootings {
            let mut back = other.rootings();
            let mut all = rootings.clone();
            back.sort();
            all.sort();
            assert_eq!(back, all, "{tree} rooted as {other}");
        }
    }
}

#[test]
fn classical_methods_have_their_order_and_no_more() {
    for method in [euler(), heun(), runge_kutta_4()] {
        let (ours, exact) = (BSeries::runge_kutta(&method, 6), BSeries::exact_flow(6));
        let is_exact = |order: usize| {
            let mut pairs = ours.iter().zip(exact.iter());
            pairs.all(|((tree, a), (_, e))| tree.order() != order || a == e)
        };
        for order in 1..=6 {
            assert_eq!(
                is_exact(order),
                order <= method.order,
                "{} {order}",
                method.name
            );
        }
    }
}

/// Hairer, Lubich and Wanner, IX.1: f₁ = −½f'f, f₂ = (1/12) f''(f,f) + ⅓ f'f'f. The next is
/// f₃ = −(1/12) f''(f,f'f) − (1/12) f'f''(f,f) − ¼ f'f'f'f, without f'''(f,f,f). With σ taken out.
#[test]
fn the_modified_equation_of_euler_is_the_published_one() {
    let weights: Vec<(String, String)> = BSeries::modified_equation(&euler(), 4)
        .iter()
        .map(|(tree, b)| {
            let weight = b / BigInt::from(tree.symmetry());
            (tree.to_string(), weight.to_string())
        })
        .collect();
    let published = [
        ("•", "1"),
        ("[•]", "-1/2"),
        ("[•,•]", "1/12"),
        ("[[•]]", "1/3"),
        ("[•,•,•]", "0"),
        ("[•,[•]]", "-1/12"),
        ("[[•,•]]", "-1/12"),
        ("[[[•]]]", "-1/4"),
    ];
    assert_eq!(
        weights,
        published.map(|(tree, weight)| (tree.to_owned(), weight.to_owned()))
    );
}

#[test]
fn an_exact_method_needs_no_modification() {
    let field = BSeries::exact_flow(6).generator();
    for (tree, coefficient) in field.iter() {
        assert_eq!(coefficient.is_one(), tree.order() == 1);
        assert_eq!(coefficient.is_zero(), tree.order() > 1, "{tree}");
    }
}

#[test]
fn a_method_of_order_p_has_no_term_before_the_power_p_of_the_step() {
    for method in [euler(), heun(), runge_kutta_4()] {
        let field = BSeries::modified_equation(&method, method.order + 1);
        let present: BTreeSet<usize> = field
            .iter()
            .filter(|(_, coefficient)| !coefficient.is_zero())
            .map(|(tree, _)| tree.order())
            .collect();
        assert_eq!(present, BTreeSet::from([1, method.order + 1]));
    }
}

/// On θ' = λθ only paths count, and the modified equation is log R(z)/z with the stability function
/// R(z) = 1 + Σ a(path n) zⁿ; for gradient descent on a quadratic log(1−hλ)/(hλ).
#[test]
fn on_a_quadratic_the_series_is_the_logarithm_of_the_stability_function() {
    const ORDER: usize = 10;
    let known = |values: &[(i64, i64)]| values.iter().map(|(n, d)| rational(*n, *d)).collect();
    let cases: [(Tableau, Vec<Rational>); 3] = [
        (euler(), known(&[(1, 1)])),
        (heun(), known(&[(1, 1), (1, 2)])),
        (runge_kutta_4(), known(&[(1, 1), (1, 2), (1, 6), (1, 24)])),
    ];
    for (method, stability) in cases {
        // (log R)' R = R', power by power: n lₙ = n rₙ − Σ_{j<n} j lⱼ r_{n−j}.
        let r = |power: usize| stability.get(power - 1).cloned().unwrap_or_default();
        let integer = |number: usize| Rational::from_integer(BigInt::from(number));
        let mut logarithm: Vec<Rational> = Vec::new();
        for n in 1..=ORDER {
            let inner = (1..n).map(|j| integer(j) * &logarithm[j - 1] * r(n - j));
            let sum = inner.fold(Rational::zero(), |sum, term| sum + term);
            logarithm.push(r(n) - sum / integer(n));
        }
        let field = BSeries::modified_equation(&method, ORDER);
        for n in 1..=ORDER {
            let ours = field.coefficient(&path(n)).unwrap();
            assert_eq!(ours, &logarithm[n - 1], "{} {n}", method.name);
            if method.name == "Euler" {
                let sign = if n % 2 == 1 { 1 } else { -1 };
                assert_eq!(ours, &rational(sign, n as i64)); // −log(1−hλ) = Σ (hλ)ⁿ/n
            }
        }
    }
}

/// The parent of each vertex but the root, which is the first.
fn parents(tree: &RootedTree, above: Option<usize>, list: &mut Vec<Option<usize>>) {
    let own = list.len();
    list.push(above);
    for child in tree.children() {
        parents(child, Some(own), list);
    }
}

/// The tree that hangs at `root` by the edges of `parents`.
fn hanging(root: usize, parents: &[Option<usize>]) -> RootedTree {
    let children = (0..parents.len()).filter(|vertex| parents[*vertex] == Some(root));
    RootedTree::new(children.map(|child| hanging(child, parents)).collect())
}

/// What the flow over time h of the field B(b) does, as a B-series, by the substitution law
/// (Chartier, Hairer and Vilmart 2010, Theorem 3.2): for each set of edges cut, the product of b over
/// the pieces, times the exact flow's coefficient of the tree in which every piece is one vertex.
fn flow_of(field: &BSeries, tree: &RootedTree) -> Rational {
    let mut above = Vec::new();
    parents(tree, None, &mut above);
    let edges = above.len() - 1;
    let mut sum = Rational::zero();
    for cut in 0..1_u32 << edges {
        let is_cut = |vertex: usize| vertex == 0 || cut >> (vertex - 1) & 1 == 1;
        let kept: Vec<_> = (0..above.len())
            .map(|vertex| above[vertex].filter(|_| !is_cut(vertex)))
            .collect();
        let piece_of = |mut vertex: usize| {
            while let Some(up) = kept[vertex] {
                vertex = up;
            }
            vertex
        };
        let tops: Vec<usize> = (0..above.len()).filter(|vertex| is_cut(*vertex)).collect();
        let pieces: Rational = tops
            .iter()
            .map(|top| field.coefficient(&hanging(*top, &kept)).unwrap())
            .product();
        let place = |top: usize| tops.iter().position(|other| *other == top);
        let contracted: Vec<_> = tops
            .iter()
            .map(|top| above[*top].and_then(|up| place(piece_of(up))))
            .collect();
        let density = hanging(0, &contracted).density();
        sum += pieces / BigInt::from(density);
    }
    sum
}

/// The first tree on which the flow of the field is not the method's step.
fn first_difference(field: &BSeries, step: &BSeries) -> Option<RootedTree> {
    let mut terms = step.iter();
    let differing = terms.find(|(tree, a)| flow_of(field, tree) != **a);
    differing.map(|(tree, _)| tree.clone())
}

#[test]
fn the_flow_of_the_modified_equation_is_the_step_to_order_seven() {
    for method in [euler(), heun(), runge_kutta_4()] {
        let step = BSeries::runge_kutta(&method, 7);
        let field = BSeries::modified_equation(&method, 7);
        assert_eq!(first_difference(&field, &step), None, "{}", method.name);
    }
}

#[test]
fn the_flow_of_another_methods_equation_is_not_the_step() {
    let step = BSeries::runge_kutta(&heun(), 4);
    let field = BSeries::modified_equation(&euler(), 4);
    assert_eq!(first_difference(&field, &step), Some(path(2)));
    let damaged = BSeries::runge_kutta(
        &Tableau {
            weights: vec![rational(1, 2), rational(51, 100)],
            ..heun()
        },
        4,
    );
    let field = BSeries::modified_equation(&heun(), 4);
    assert_eq!(first_difference(&field, &damaged), Some(path(1)));
}

fn fraction() -> impl Strategy<Value = BigRational> {
    (-6_i64..=6, 1_i64..=7).prop_map(|(numerator, denominator)| rational(numerator, denominator))
}

/// Explicit methods of three stages with any coefficients, consistent or not.
fn tableau() -> impl Strategy<Value = Tableau> {
    let three = || (fraction(), fraction(), fraction());
    (three(), three()).prop_map(|(a, b)| Tableau {
        name: "random",
        order: 0,
        coefficients: vec![vec![], vec![a.0], vec![a.1, a.2]],
        weights: vec![b.0, b.1, b.2],
        embedded: None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_flow_of_any_methods_modified_equation_is_its_step(method in tableau()) {
        let step = BSeries::runge_kutta(&method, 7);
        let field = BSeries::modified_equation(&method, 7);
        prop_assert_eq!(first_difference(&field, &step), None);
    }
}

/// Two stages, order 2, second node ⅓: Σb c² = Σb a c + 1/6, so f₂ is a gradient.
fn heun_with_modified_loss() -> Tableau {
    Tableau {
        name: "second order with a modified loss",
        order: 2,
        coefficients: vec![vec![], vec![rational(1, 3)]],
        weights: vec![rational(-1, 2), rational(3, 2)],
        embedded: None,
    }
}

#[test]
fn a_modified_loss_is_offered_exactly_where_roots_do_not_matter() {
    let first_without = |method: &Tableau| {
        (1..=7).find(|terms| {
            let loss = ModifiedLoss::of(method, *terms).unwrap();
            matches!(loss, ModifiedLoss::Absent(_))
        })
    };
    assert_eq!(first_without(&euler()), Some(3));
    assert_eq!(first_without(&heun()), Some(3));
    assert_eq!(first_without(&runge_kutta_4()), Some(5));
    assert_eq!(first_without(&heun_with_modified_loss()), Some(4));
}

#[test]
fn the_modified_loss_of_gradient_descent_is_a_quarter_of_the_step_times_the_squared_gradient() {
    let ModifiedLoss::Exists(series) = ModifiedLoss::of(&euler(), 2).unwrap() else {
        panic!("gradient descent has a modified loss");
    };
    let [term] = series.terms() else {
        panic!("one term: {series:?}");
    };
    let expected = (rational(1, 4), (path(1), path(1)), 1);
    assert_eq!(
        (term.coefficient.clone(), term.factors.clone(), term.power()),
        expected
    );
    // Heun's field of two terms is the flow of E itself.
    let ModifiedLoss::Exists(series) = ModifiedLoss::of(&heun(), 2).unwrap() else {
        panic!("a method of order 2 descends E");
    };
    assert_eq!(series.terms(), []);
}

#[test]
fn numbers_of_terms_outside_the_range_are_refused() {
    for terms in [0, 13] {
        let error = ModifiedLoss::of(&euler(), terms).unwrap_err();
        let text = format!("a modified equation takes 1 to 12 terms, not {terms}");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn heuns_first_term_is_its_error_in_the_order_conditions() {
    let field = BSeries::modified_equation(&heun(), 3);
    let names = ["•", "[•]", "[•,•]", "[[•]]"];
    let values = ["1", "0", "1/6", "-1/6"];
    let expected: Vec<_> = names.iter().zip(values).collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(n, v)| (n.to_string(), v.to_string()))
        .collect();
    assert_eq!(coefficients(&field), expected);
}
