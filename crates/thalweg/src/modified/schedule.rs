//! In which order a sum of elementary differentials is evaluated, and in how few vectors.

use std::collections::BTreeSet;

use super::RootedTree;
use super::b_series::index_of;
use super::elementary_differential::with_subtrees;

/// The evaluation of Σ c(τ) F(τ) over some trees: one step for each of them and their subtrees.
///
/// A value lives in a register from its step to its last use. Trees that are no other's subtree go
/// to the sum at once, the first of them without a register.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub steps: Vec<Step>,
    /// How many vectors are needed beside the sum itself.
    pub registers: usize,
}

/// One derivative f⁽ᵏ⁾\[…\], and what becomes of it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The registers of the k directions.
    pub directions: Vec<usize>,
    pub target: Target,
    /// What is added to the sum after it.
    pub additions: Vec<Addition>,
}

/// Where a derivative is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Register(usize),
    /// It is the first in the sum, which it sets; this is its term.
    Sum(Term),
}

/// A register that is added to the sum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addition {
    pub register: usize,
    pub term: Term,
}

/// c h^{order−1}, the factor of an elementary differential.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub coefficient: f64,
    /// |τ|.
    pub order: usize,
}

impl Term {
    /// c h^{|τ|−1}.
    pub fn factor(self, learning_rate: f64) -> f64 {
        self.coefficient * learning_rate.powi(self.order as i32 - 1)
    }
}

impl Schedule {
    /// For trees with coefficients that are not zero.
    pub fn new(terms: &[(RootedTree, f64)]) -> Self {
        let mut scheduler = Scheduler::new(terms);
        let steps = std::iter::from_fn(|| scheduler.step()).collect();
        Self {
            steps,
            registers: scheduler.registers,
        }
    }

    /// Every term of the sum.
    pub fn terms(&self) -> impl Iterator<Item = Term> {
        self.steps.iter().flat_map(|step| {
            let first = match step.target {
                Target::Sum(term) => Some(term),
                Target::Register(_) => None,
            };
            let added = step.additions.iter().map(|addition| addition.term);
            first.into_iter().chain(added)
        })
    }
}

struct Scheduler {
    trees: Vec<Node>,
    /// Trees not yet evaluated whose subtrees are.
    ready: BTreeSet<usize>,
    free: Vec<usize>,
    registers: usize,
    /// Whether the sum has been set.
    is_started: bool,
    /// Values that wait in their registers to be added.
    waiting: Vec<usize>,
}

struct Node {
    /// `None` if the tree is wanted for others only, or is in the sum already.
    term: Option<Term>,
    /// With repetition.
    children: Vec<usize>,
    /// Each once.
    parents: Vec<usize>,
    /// Different children without a value yet.
    missing: usize,
    /// Parents without a value yet.
    unused: usize,
    register: Option<usize>,
}

impl Scheduler {
    fn new(terms: &[(RootedTree, f64)]) -> Self {
        let wanted: Vec<RootedTree> = terms.iter().map(|(tree, _)| tree.clone()).collect();
        let all = with_subtrees(&wanted);
        let mut trees: Vec<Node> = Vec::with_capacity(all.len());
        for (index, tree) in all.iter().enumerate() {
            let children = tree.children().iter();
            let children: Vec<usize> = children.map(|child| index_of(&all, child)).collect();
            let different = different(&children);
            for child in &different {
                trees[*child].parents.push(index);
                trees[*child].unused += 1;
            }
            trees.push(Node {
                term: None,
                missing: different.len(),
                children,
                parents: Vec::new(),
                unused: 0,
                register: None,
            });
        }
        for (tree, coefficient) in terms {
            trees[index_of(&all, tree)].term = Some(Term {
                coefficient: *coefficient,
                order: tree.order(),
            });
        }
        Self {
            ready: (0..trees.len().min(1)).collect(),
            trees,
            free: Vec::new(),
            registers: 0,
            is_started: false,
            waiting: Vec::new(),
        }
    }

    /// How many registers are freed, less those taken, if a tree comes next.
    fn relief(&self, tree: usize) -> isize {
        let node = &self.trees[tree];
        let is_last = |child: &&usize| self.trees[**child].unused == 1;
        let freed = different(&node.children).iter().filter(is_last).count();
        freed as isize - isize::from(node.unused > 0)
    }

    /// The next step: of the ready trees that which relieves most, and of those the largest.
    fn step(&mut self) -> Option<Step> {
        let ready = self.ready.iter().copied();
        let tree = ready.max_by_key(|tree| (self.relief(*tree), *tree))?;
        self.ready.remove(&tree);
        let children = self.trees[tree].children.iter();
        let directions = children
            .filter_map(|child| self.trees[*child].register)
            .collect();
        let target = self.place(tree);
        let additions = self.add();
        self.release(tree);
        Some(Step {
            directions,
            target,
            additions,
        })
    }

    /// The sum itself for the first tree that is nobody's subtree, a register for others.
    fn place(&mut self, tree: usize) -> Target {
        if !self.is_started
            && self.trees[tree].unused == 0
            && let Some(term) = self.trees[tree].term.take()
        {
            self.is_started = true;
            return Target::Sum(term);
        }
        let register = self.free.pop().unwrap_or_else(|| {
            self.registers += 1;
            self.registers - 1
        });
        self.trees[tree].register = Some(register);
        self.waiting.push(tree);
        Target::Register(register)
    }

    /// Adds what waits, once the sum has been set.
    fn add(&mut self) -> Vec<Addition> {
        if !self.is_started {
            return Vec::new();
        }
        let mut additions = Vec::new();
        for tree in std::mem::take(&mut self.waiting) {
            let node = &mut self.trees[tree];
            if let (Some(term), Some(register)) = (node.term.take(), node.register) {
                additions.push(Addition { register, term });
            }
            self.free_if_dead(tree);
        }
        additions
    }

    /// Says to the children of a tree that it has used them, and to its parents that it is there.
    fn release(&mut self, tree: usize) {
        for child in different(&self.trees[tree].children) {
            self.trees[child].unused -= 1;
            self.free_if_dead(child);
        }
        for parent in self.trees[tree].parents.clone() {
            self.trees[parent].missing -= 1;
            if self.trees[parent].missing == 0 {
                self.ready.insert(parent);
            }
        }
    }

    fn free_if_dead(&mut self, tree: usize) {
        let node = &mut self.trees[tree];
        if node.unused == 0 && node.term.is_none() {
            self.free.extend(node.register.take());
        }
    }
}

/// The children are sorted: each once.
fn different(children: &[usize]) -> Vec<usize> {
    let mut different = children.to_vec();
    different.dedup();
    different
}
