//! How a pass over examples is cut into parts.

use std::ops::Range;

/// Rows that are worth a part of their own.
const LEAST: usize = 256;
/// The most sums that are kept apart until the end of a pass, and so the most threads that work on
/// different parts.
pub(super) const LANES: usize = 8;

/// Parts of nearly equal size, decided by the number of rows alone, so that results do not depend
/// on the number of threads. Each lane sums every [`LANES`]th part in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Partition {
    rows: usize,
    parts: usize,
}

impl Partition {
    /// Of `rows` rows into parts of at most `most`.
    pub(super) fn new(rows: usize, most: usize) -> Self {
        let few = (rows / LEAST).clamp(1, LANES);
        let parts = if rows <= few * most {
            few
        } else {
            rows.div_ceil(most).next_multiple_of(LANES).min(rows)
        };
        Self { rows, parts }
    }

    /// How many rows there are.
    pub(super) fn rows(self) -> usize {
        self.rows
    }

    /// How many parts there are.
    pub(super) fn parts(self) -> usize {
        self.parts
    }

    /// How many lanes have parts.
    pub(super) fn lanes(self) -> usize {
        self.parts.min(LANES)
    }

    /// Whether a lane has more than one part.
    pub(super) fn is_long(self) -> bool {
        self.parts > LANES
    }

    /// The numbers of the parts of a lane.
    pub(super) fn of_lane(self, lane: usize) -> impl Iterator<Item = usize> {
        (lane..self.parts).step_by(LANES)
    }

    /// The rows of a part.
    pub(super) fn range(self, part: usize) -> Range<usize> {
        let start = |part: usize| part * self.rows / self.parts;
        start(part)..start(part + 1)
    }

    /// The weight of a part in the mean over all rows.
    pub(super) fn weight(self, part: usize) -> f64 {
        self.range(part).len() as f64 / self.rows as f64
    }

    /// The different sizes of parts, at most two.
    pub(super) fn sizes(self) -> [usize; 2] {
        [self.rows / self.parts, self.rows.div_ceil(self.parts)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_all_rows_once_and_have_the_announced_sizes() {
        for rows in [1, 7, 255, 256, 511, 512, 513, 2047, 5000, 8193, 60_000] {
            for most in [1, 3, 100, 1024] {
                let partition = Partition::new(rows, most);
                let mut next = 0;
                for part in 0..partition.parts {
                    let range = partition.range(part);
                    assert_eq!(range.start, next);
                    assert!(partition.sizes().contains(&range.len()));
                    assert!((1..=most).contains(&range.len()), "{rows} {most}");
                    next = range.end;
                }
                assert_eq!(next, rows);
                let lanes = (0..partition.lanes()).flat_map(|lane| partition.of_lane(lane));
                assert_eq!(lanes.count(), partition.parts);
            }
        }
    }

    #[test]
    fn a_training_batch_is_cut_where_two_threads_gain_from_it() {
        let parts = |rows| Partition::new(rows, 1024).parts;
        assert_eq!([32, 256, 511].map(parts), [1, 1, 1]);
        assert_eq!([512, 1024, 2048, 8192].map(parts), [2, 4, 8, 8]);
        assert_eq!([8193, 60_000].map(parts), [16, 64]);
    }
}
