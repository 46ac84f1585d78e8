//! Chains of elementwise operations as small register programs.

use thalweg_graph::{Binary, Unary};

use crate::storage::Location;

/// Elements a register holds: a few kilobytes, so that all registers stay in the first cache.
pub(crate) const TILE: usize = 512;

/// The most registers and steps one expression may use.
pub(crate) const MOST_REGISTERS: usize = 8;
/// A longer chain is cut: the value at the cut gets memory of its own.
pub(crate) const MOST_STEPS: usize = 24;

/// Where a step finds an operand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source<T> {
    /// The result of an earlier step.
    Register(usize),
    /// A value in memory, element by element.
    Memory(Location),
    /// The same number for every element, known when the plan was made.
    Constant(T),
    /// The same number for every element, known when the program runs.
    Scalar(Location),
}

/// One operation on a tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step<T> {
    /// Brings a repeated operand into a register: element i of the result uses element
    /// (i / inner) mod period of the operand. A row along rows has `inner` = 1, a column along
    /// columns the length of a row.
    Load {
        /// From where.
        from: Location,
        /// Neighbours that share an element.
        inner: usize,
        /// Elements of the operand.
        period: usize,
        /// Into which register.
        to: usize,
    },
    /// A function of one operand.
    Unary(Unary, Source<T>, usize),
    /// A function of two operands.
    Binary(Binary, Source<T>, Source<T>, usize),
}

impl<T> Step<T> {
    /// The register it writes.
    #[inline(always)]
    pub(crate) fn register(&self) -> usize {
        match self {
            Self::Load { to, .. } | Self::Unary(_, _, to) | Self::Binary(_, _, _, to) => *to,
        }
    }
}

/// A chain of elementwise operations; its value is that of `result`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression<T> {
    /// In order; the last one makes the value, and none writes a register it reads.
    pub(crate) steps: Vec<Step<T>>,
    /// The value itself where there are no steps.
    pub(crate) result: Source<T>,
}

impl<T: Copy + PartialEq> Expression<T> {
    /// Whether it reads what is at `location`, element by element.
    pub(crate) fn reads(&self, location: Location) -> bool {
        let memory = Source::Memory(location);
        self.steps.iter().any(|step| match step {
            Step::Load { .. } => false,
            Step::Unary(_, x, _) => *x == memory,
            Step::Binary(_, x, y, _) => *x == memory || *y == memory,
        })
    }
}
