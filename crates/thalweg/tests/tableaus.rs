//! Order conditions of every tableau, exactly: Σᵢ bᵢ Φᵢ(τ) = 1/γ(τ) for all rooted trees τ up to the
//! order, and not for all of the next. Hairer, Nørsett and Wanner, *Solving Ordinary Differential
//! Equations I*, II.2 and, for dense output, II.6.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use num_traits::{One, Zero};
use thalweg::flow::tableau::{
    Pair, Rational, Tableau, dormand_prince_5, euler, heun, rational, runge_kutta_4, verner_8,
};

/// A rooted tree: the trees that hang from its root, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tree(Vec<Tree>);

impl Tree {
    fn order(&self) -> usize {
        1 + self.0.iter().map(Tree::order).sum::<usize>()
    }

    /// γ, the product of the orders of all subtrees.
    fn density(&self) -> Rational {
        let own = rational(self.order() as i64, 1);
        self.0
            .iter()
            .fold(own, |product, child| product * child.density())
    }

    /// Φᵢ for all stages i, where row i of `coefficients` lists the stages before it.
    fn weights(&self, coefficients: &[Vec<Rational>]) -> Vec<Rational> {
        let mut weights = vec![Rational::one(); coefficients.len()];
        for child in &self.0 {
            let inner = child.weights(coefficients);
            for (weight, row) in weights.iter_mut().zip(coefficients) {
                *weight *= dot(row, &inner);
            }
        }
        weights
    }
}

fn dot(row: &[Rational], values: &[Rational]) -> Rational {
    let pairs = row.iter().zip(values).filter(|(a, _)| !a.is_zero());
    pairs.fold(Rational::zero(), |sum, (a, b)| sum + a * b)
}

/// All trees of each order up to `order`, order 1 first.
fn trees(order: usize) -> Vec<Vec<Tree>> {
    let mut by_order = vec![vec![Tree(Vec::new())]];
    while by_order.len() < order {
        let mut found = Vec::new();
        forests(
            &by_order,
            by_order.len(),
            by_order.len(),
            &mut Vec::new(),
            &mut found,
        );
        found.sort();
        found.dedup();
        by_order.push(found);
    }
    by_order
}

/// Adds the trees whose children are `chosen` and some of together `left` nodes, each of no more
/// than `most`.
fn forests(
    known: &[Vec<Tree>],
    left: usize,
    most: usize,
    chosen: &mut Vec<Tree>,
    found: &mut Vec<Tree>,
) {
    if left == 0 {
        let mut children = chosen.clone();
        children.sort();
        found.push(Tree(children));
    }
    for order in 1..=left.min(most) {
        for tree in &known[order - 1] {
            chosen.push(tree.clone());
            forests(known, left - order, order, chosen, found);
            chosen.pop();
        }
    }
}

/// The largest p ≤ `most` such that `weights` satisfy all conditions up to order p.
fn order(coefficients: &[Vec<Rational>], weights: &[Rational], most: usize) -> usize {
    let satisfied =
        |tree: &Tree| dot(weights, &tree.weights(coefficients)) * tree.density() == Rational::one();
    let broken = trees(most)
        .iter()
        .position(|trees| !trees.iter().all(satisfied));
    broken.unwrap_or(most)
}

/// The same for weights that are polynomials bᵢ(x), against x^{|τ|}/γ(τ).
fn dense_order(pair: &Pair, most: usize) -> usize {
    let mut coefficients = pair.tableau.coefficients.clone();
    coefficients.extend(pair.interpolant.stages.iter().cloned());
    let degree = pair.interpolant.weights.iter().map(Vec::len).max().unwrap();
    let power = |power: usize| -> Vec<Rational> {
        let of = |weights: &Vec<Rational>| weights.get(power - 1).cloned();
        let weights = pair.interpolant.weights.iter();
        weights
            .map(|one| of(one).unwrap_or_else(Rational::zero))
            .collect()
    };
    let powers: Vec<Vec<Rational>> = (1..=degree).map(power).collect();
    let satisfied = |tree: &Tree| {
        let stages = tree.weights(&coefficients);
        let wanted = |power: usize| match power == tree.order() {
            true => Rational::one() / tree.density(),
            false => Rational::zero(),
        };
        tree.order() <= degree
            && powers
                .iter()
                .zip(1..)
                .all(|(weights, power)| dot(weights, &stages) == wanted(power))
    };
    let broken = trees(most)
        .iter()
        .position(|trees| !trees.iter().all(satisfied));
    broken.unwrap_or(most)
}

fn sum(weights: &[Rational]) -> Rational {
    weights
        .iter()
        .fold(Rational::zero(), |sum, weight| sum + weight)
}

fn all() -> Vec<Tableau> {
    let pairs = [dormand_prince_5().tableau, verner_8().tableau];
    [euler(), heun(), runge_kutta_4()]
        .into_iter()
        .chain(pairs)
        .collect()
}

#[test]
fn there_are_as_many_rooted_trees_as_cayley_counted() {
    let counts: Vec<usize> = trees(9).iter().map(Vec::len).collect();
    assert_eq!(counts, [1, 1, 2, 4, 9, 20, 48, 115, 286]);
}

#[test]
fn every_tableau_has_its_order_and_no_more() {
    for tableau in all() {
        let found = order(&tableau.coefficients, &tableau.weights, tableau.order + 1);
        assert_eq!(found, tableau.order, "{}", tableau.name);
        if let Some(embedded) = &tableau.embedded {
            let found = order(&tableau.coefficients, &embedded.weights, embedded.order + 1);
            assert_eq!(found, embedded.order, "{} embedded", tableau.name);
        }
    }
}

#[test]
fn rows_and_weights_have_the_lengths_and_sums_they_must() {
    for tableau in all() {
        let stages = tableau.stages();
        assert_eq!(tableau.coefficients.len(), stages);
        assert_eq!(sum(&tableau.weights), Rational::one());
        for (row, coefficients) in tableau.coefficients.iter().enumerate() {
            assert_eq!(coefficients.len(), row, "{}", tableau.name);
        }
        if let Some(embedded) = &tableau.embedded {
            assert_eq!(embedded.weights.len(), stages);
            assert_eq!(sum(&embedded.weights), Rational::one());
        }
    }
}

#[test]
fn nodes_are_those_of_the_publications() {
    let nodes = |pairs: &[(i64, i64)]| -> Vec<Rational> {
        pairs.iter().map(|(n, d)| rational(*n, *d)).collect()
    };
    let dormand_prince = [(0, 1), (1, 5), (3, 10), (4, 5), (8, 9), (1, 1), (1, 1)];
    assert_eq!(dormand_prince_5().tableau.nodes(), nodes(&dormand_prince));
    let verner = [
        (0, 1),
        (1, 4),
        (1, 12),
        (1, 8),
        (2, 5),
        (1, 2),
        (6, 7),
        (1, 7),
        (2, 3),
        (2, 7),
        (1, 1),
        (1, 3),
        (1, 1),
    ];
    assert_eq!(verner_8().tableau.nodes(), nodes(&verner));
    let further: Vec<Rational> = verner_8()
        .interpolant
        .stages
        .iter()
        .map(|row| sum(row))
        .collect();
    assert_eq!(further, nodes(&[(1, 1), (1, 5), (3, 10), (1, 2), (3, 4)]));
}

#[test]
fn dense_output_has_its_order_and_no_more_and_meets_the_steps() {
    for pair in [dormand_prince_5(), verner_8()] {
        let name = pair.tableau.name;
        let found = dense_order(&pair, pair.interpolant.order + 1);
        assert_eq!(found, pair.interpolant.order, "{name}");
        let ends: Vec<Rational> = pair
            .interpolant
            .weights
            .iter()
            .map(|one| sum(one))
            .collect();
        let (step, further) = ends.split_at(pair.tableau.stages());
        assert_eq!(step, pair.tableau.weights, "{name}");
        assert!(further.iter().all(Zero::is_zero), "{name}");
    }
}

#[test]
fn slopes_of_dense_output_are_the_field_at_both_ends_of_a_step() {
    for pair in [dormand_prince_5(), verner_8()] {
        let slope = |weights: &Vec<Rational>| {
            let terms = weights.iter().zip(1..);
            terms.fold(Rational::zero(), |sum, (b, k)| sum + b * rational(k, 1))
        };
        let weights = &pair.interpolant.weights;
        let begin: Vec<usize> = (0..weights.len())
            .filter(|i| !weights[*i][0].is_zero())
            .collect();
        let end: Vec<usize> = (0..weights.len())
            .filter(|i| !slope(&weights[*i]).is_zero())
            .collect();
        assert_eq!((begin, end.len()), (vec![0], 1));
        assert_eq!(weights[0][0], Rational::one());
        assert_eq!(slope(&weights[end[0]]), Rational::one());
        // The stage picked at the end is f at the end: its row holds the weights of the step.
        let mut rows = pair.tableau.coefficients.clone();
        rows.extend(pair.interpolant.stages.iter().cloned());
        let mut step = pair.tableau.weights.clone();
        step.resize(end[0], Rational::zero());
        assert_eq!(rows[end[0]], step);
    }
}

#[test]
fn the_error_estimate_of_verner_sees_pure_quadratures() {
    // The trees whose nodes all hang from the root: Σ bᵢ cᵢᵏ⁻¹ = 1/k.
    let tableau = verner_8().tableau;
    let embedded = tableau.embedded.clone().unwrap();
    let bushy = Tree(vec![Tree(Vec::new()); 7]).weights(&tableau.coefficients);
    assert_eq!(dot(&tableau.weights, &bushy), rational(1, 8));
    assert_ne!(dot(&embedded.weights, &bushy), rational(1, 8));
}

#[test]
fn a_damaged_coefficient_costs_the_order() {
    let damage = rational(1, 1_000_000_007);
    for tableau in all() {
        let stages = tableau.stages();
        let damaged_weights = |index: usize| {
            let mut weights = tableau.weights.clone();
            weights[index] += &damage;
            order(&tableau.coefficients, &weights, tableau.order)
        };
        assert!((0..stages).all(|index| damaged_weights(index) < tableau.order));
        for row in 1..stages {
            let mut coefficients = tableau.coefficients.clone();
            coefficients[row][0] += &damage;
            let step = order(&coefficients, &tableau.weights, tableau.order) < tableau.order;
            let comparison = tableau.embedded.as_ref().is_some_and(|embedded| {
                order(&coefficients, &embedded.weights, embedded.order) < embedded.order
            });
            assert!(step || comparison, "{} row {row}", tableau.name);
        }
    }
}

#[test]
fn a_damaged_coefficient_of_dense_output_costs_its_order() {
    for pair in [dormand_prince_5(), verner_8()] {
        let used = (0..pair.interpolant.weights.len()).filter(|stage| {
            pair.interpolant.weights[*stage]
                .iter()
                .any(|b| !b.is_zero())
        });
        for stage in used {
            let mut damaged = pair.clone();
            let last = damaged.interpolant.weights[stage].last_mut().unwrap();
            *last += rational(1, 1_000_000_007);
            let found = dense_order(&damaged, pair.interpolant.order);
            assert!(
                found < pair.interpolant.order,
                "{} stage {stage}",
                pair.tableau.name
            );
        }
    }
    let mut damaged = verner_8();
    damaged.interpolant.stages[2][0] += rational(1, 1_000_000_007);
    assert!(dense_order(&damaged, 7) < 7);
}
