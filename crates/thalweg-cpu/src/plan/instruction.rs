//! What a plan is a list of.

use crate::kernel::expression::Expression;
use crate::kernel::movement::StridedCopy;
use crate::storage::Location;

/// One step of a running program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Instruction<T> {
    /// `out` = the expression.
    Elementwise {
        expression: Expression<T>,
        out: Location,
        count: usize,
    },
    /// `out` = ± op(left) op(right), added to what is there if `accumulate`.
    MatrixProduct(MatrixProduct),
    /// Sums of neighbouring elements of an expression.
    SumRows {
        expression: Expression<T>,
        rows: usize,
        length: usize,
        out: Location,
        partials: Location,
    },
    /// Sums over the middle axis of `[outer, reduced, inner]`.
    SumColumns {
        from: Location,
        extents: (usize, usize, usize),
        out: Location,
    },
    /// log Σ exp of each row.
    LogSumExp {
        from: Location,
        rows: usize,
        columns: usize,
        out: Location,
    },
    /// The value at each row's label.
    Select {
        from: Location,
        labels: Location,
        rows: usize,
        columns: usize,
        out: Location,
    },
    /// Zeros but for each row's value at its label.
    Place {
        from: Location,
        labels: Location,
        rows: usize,
        columns: usize,
        out: Location,
    },
    /// Moved elements, on zeros if `on_zeros`.
    Move {
        copy: StridedCopy,
        from: (Location, usize),
        out: (Location, usize),
        on_zeros: bool,
    },
}

/// One product of two matrices; all are stored row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MatrixProduct {
    pub(crate) left: Location,
    pub(crate) right: Location,
    pub(crate) out: Location,
    /// Rows of the result, terms of each sum, columns of the result.
    pub(crate) extents: (usize, usize, usize),
    pub(crate) transpose_left: bool,
    pub(crate) transpose_right: bool,
    pub(crate) negate: bool,
    pub(crate) accumulate: bool,
}
