//! Landscapes: a scalar function on a grid of the plane, such as a loss of two parameters.

use serde::{Deserialize, Serialize};

use super::number;
use crate::spec::Scale;

/// A function of (x, y) on a grid, shown by its levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Landscape {
    /// The function with its symbol: "loss E".
    pub label: String,
    /// The first and the last x of the grid.
    pub x: [f64; 2],
    /// The first and the last y of the grid.
    pub y: [f64; 2],
    /// How many x there are, evenly apart; at least 2.
    pub columns: usize,
    /// The values, row by row from the first y, each row from the first x. Where one is not a
    /// number the function is taken for lower than any level.
    #[serde(with = "number::many")]
    pub values: Vec<f64>,
    /// The levels between which it is shaded, ascending.
    #[serde(with = "number::many")]
    pub levels: Vec<f64>,
    /// Whether values between samples are taken linear, or their logarithms.
    pub scale: Scale,
}

impl Landscape {
    /// A function sampled at `columns` × `rows` points, each at least 2, shown at levels that grow
    /// by a constant factor: `count` of them from `low` to `high`, both positive.
    ///
    /// # Errors
    /// Those of the function.
    pub fn logarithmic<E>(
        label: impl Into<String>,
        (x, y): ([f64; 2], [f64; 2]),
        (columns, rows): (usize, usize),
        (low, high, count): (f64, f64, usize),
        mut function: impl FnMut(f64, f64) -> Result<f64, E>,
    ) -> Result<Self, E> {
        let mut values = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                values.push(function(at(x, column, columns), at(y, row, rows))?);
            }
        }
        let ends = [low.log10(), high.log10()];
        let level = |index| 10_f64.powf(at(ends, index, count));
        Ok(Self {
            label: label.into(),
            x,
            y,
            columns,
            values,
            levels: (0..count).map(level).collect(),
            scale: Scale::Log,
        })
    }

    /// How many y there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }
}

/// Member `index` of `count` numbers evenly apart.
fn at([first, last]: [f64; 2], index: usize, count: usize) -> f64 {
    first + (last - first) * index as f64 / count.saturating_sub(1).max(1) as f64
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn a_function_is_sampled_row_by_row_and_its_levels_grow_by_a_factor() {
        let sum = |x, y| Ok::<_, Infallible>(10.0 * x + y);
        let Ok(one) =
            Landscape::logarithmic("sum", ([0.0, 2.0], [0.0, 1.0]), (3, 2), (0.01, 1.0, 3), sum);
        assert_eq!(one.values, [0.0, 10.0, 20.0, 1.0, 11.0, 21.0]);
        assert_eq!(one.rows(), 2);
        let wanted = [0.01, 0.1, 1.0];
        let pairs = one.levels.iter().zip(wanted);
        assert!(pairs.fold(0.0_f64, |most, (a, b)| most.max((a / b - 1.0).abs())) < 1e-14);
    }
}
