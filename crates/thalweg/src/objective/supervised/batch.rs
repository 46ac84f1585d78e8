//! Which rows of the data a pass sees, and their gathering.

use std::ops::Range;

use thalweg_cpu::Element;

use crate::objective::{Examples, Targets};

/// Some examples: a run of neighbours, or any.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows<'a> {
    Neighbours(usize, usize),
    Some(&'a [usize]),
}

impl<'a> Rows<'a> {
    pub(super) fn all(count: usize) -> Self {
        Self::Neighbours(0, count)
    }

    pub(super) fn len(self) -> usize {
        match self {
            Self::Neighbours(from, to) => to - from,
            Self::Some(rows) => rows.len(),
        }
    }

    /// The rows in these places.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        match self {
            Self::Neighbours(from, _) => Self::Neighbours(from + range.start, from + range.end),
            Self::Some(rows) => Self::Some(&rows[range]),
        }
    }
}

/// The rows of one pass, gathered where they are not neighbours.
#[derive(Debug)]
pub(super) struct Batch<'a, T> {
    pub(super) rows: usize,
    pub(super) inputs: &'a [T],
    pub(super) labels: Option<&'a [u32]>,
    pub(super) values: Option<&'a [T]>,
}

/// Memory for gathered rows.
#[derive(Debug, Default)]
pub(super) struct Gathered<T> {
    inputs: Vec<T>,
    labels: Vec<u32>,
    values: Vec<T>,
}

impl<T: Element> Gathered<T> {
    /// The rows as one batch: borrowed from the data where they are neighbours, else copied here.
    pub(super) fn batch<'a>(&'a mut self, data: &'a Examples<T>, rows: Rows<'_>) -> Batch<'a, T> {
        let features = data.features();
        let (labels, values, width) = match data.targets() {
            Targets::Labels { labels, .. } => (labels.as_slice(), &[][..], 0),
            Targets::Values { values, outputs } => (&[][..], values.as_slice(), *outputs),
        };
        let has_labels = matches!(data.targets(), Targets::Labels { .. });
        let (inputs, labels, values) = match rows {
            Rows::Neighbours(from, to) => (
                &data.inputs()[from * features..to * features],
                if has_labels {
                    &labels[from..to]
                } else {
                    labels
                },
                &values[from * width..to * width],
            ),
            Rows::Some(rows) => {
                gather(data.inputs(), features, rows, &mut self.inputs);
                gather(labels, usize::from(has_labels), rows, &mut self.labels);
                gather(values, width, rows, &mut self.values);
                (&self.inputs[..], &self.labels[..], &self.values[..])
            }
        };
        Batch {
            rows: rows.len(),
            inputs,
            labels: has_labels.then_some(labels),
            values: (!has_labels).then_some(values),
        }
    }
}

fn gather<V: Copy>(from: &[V], width: usize, rows: &[usize], to: &mut Vec<V>) {
    to.clear();
    if width > 0 {
        for row in rows {
            to.extend_from_slice(&from[row * width..(row + 1) * width]);
        }
    }
}

/// How many rows of `outputs` are greatest at their label: the first of equal ones counts, and an
/// undefined output never does.
pub(super) fn count_correct<T: Element>(outputs: &[T], width: usize, labels: &[u32]) -> usize {
    let is_correct = |row: &[T], label: u32| {
        let own = row[label as usize];
        let before = row[..label as usize].iter().all(|other| *other < own);
        before && row[label as usize..].iter().all(|other| *other <= own)
    };
    let rows = outputs.chunks_exact(width).zip(labels);
    rows.filter(|(row, label)| is_correct(row, **label)).count()
}
