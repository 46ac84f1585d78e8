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
    /// At least one matrix product, all to one place: the first is written there, the others are added.
    MatrixProducts(Vec<MatrixProduct>),
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

/// `out` = ± op(left) op(right), added to what is there if `accumulate`; all are stored row by row.
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
    /// Where the result is made transposed first, if that is faster.
    pub(crate) transposed: Option<Location>,
}

/// What one instruction does, for profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Work {
    /// Its kind.
    pub kind: &'static str,
    /// Its extents: (rows, inner, columns) of a matrix product, of a sum of them with the sum of inner
    /// extents; rows, elements summed, columns of a
    /// sum; elements and steps of an elementwise expression; rows and columns of a row operation.
    pub extents: [usize; 3],
}

impl Work {
    /// The multiplications and additions of matrix products; 0 of anything else.
    #[must_use]
    pub fn matrix_product_flops(&self) -> u64 {
        match self.kind.contains("matrix product") {
            true => 2 * self.extents.iter().product::<usize>() as u64,
            false => 0,
        }
    }
}

impl<T> Instruction<T> {
    /// What it does.
    pub(crate) fn work(&self) -> Work {
        let (kind, extents) = match self {
            Self::Elementwise {
                expression, count, ..
            } => ("elementwise", [*count, expression.steps.len(), 1]),
            Self::MatrixProducts(products) => {
                let (rows, _, columns) = products[0].extents;
                let inner = products.iter().map(|product| product.extents.1).sum();
                (products_kind(products), [rows, inner, columns])
            }
            Self::SumRows { rows, length, .. } => ("sum of rows", [*rows, *length, 1]),
            Self::SumColumns { extents, .. } => {
                ("sum of columns", [extents.0, extents.1, extents.2])
            }
            Self::LogSumExp { rows, columns, .. } => ("log-sum-exp", [*rows, *columns, 1]),
            Self::Select { rows, columns, .. } => ("select", [*rows, *columns, 1]),
            Self::Place { rows, columns, .. } => ("place", [*rows, *columns, 1]),
            Self::Move { from, .. } => ("move", [from.1, 1, 1]),
        };
        Work { kind, extents }
    }
}

fn products_kind(products: &[MatrixProduct]) -> &'static str {
    let flags = |product: &MatrixProduct| (product.transpose_left, product.transpose_right);
    match products {
        [product] => match flags(product) {
            (false, false) => "matrix product",
            (true, false) => "matrix product, left transposed",
            (false, true) => "matrix product, right transposed",
            (true, true) => "matrix product, both transposed",
        },
        [first, others @ ..] if others.iter().all(|other| flags(other) == flags(first)) => {
            match flags(first) {
                (false, false) => "sum of matrix products",
                (true, false) => "sum of matrix products, left transposed",
                (false, true) => "sum of matrix products, right transposed",
                (true, true) => "sum of matrix products, both transposed",
            }
        }
        _ => "sum of matrix products, some transposed",
    }
}
