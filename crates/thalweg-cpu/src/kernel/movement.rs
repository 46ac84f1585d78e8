//! Moving elements: transposes, slices, padding, concatenation, repetition.

use crate::element::Element;
use crate::storage::{Location, Storage};

/// A copy between two strided views of the same extents.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StridedCopy {
    /// Lengths of the axes, outermost first.
    pub(crate) extents: Vec<usize>,
    /// Where the first element is read.
    pub(crate) from_start: usize,
    /// How far apart neighbours along each axis are read; 0 repeats.
    pub(crate) from_strides: Vec<usize>,
    /// Where the first element is written.
    pub(crate) to_start: usize,
    /// How far apart neighbours along each axis are written.
    pub(crate) to_strides: Vec<usize>,
}

impl StridedCopy {
    /// Copies from a value of `from_count` elements into one of `to_count`.
    pub(crate) fn run<T: Element>(
        &self,
        (from, from_count): (Location, usize),
        (to, to_count): (Location, usize),
        storage: &Storage<'_, T>,
    ) {
        // SAFETY: the operand is complete; the plan keeps it apart from the result.
        let (from, to) = unsafe {
            (
                storage.read(from, from_count),
                storage.write(to, 0, to_count),
            )
        };
        self.copy_axis(0, (from, self.from_start), (to, self.to_start));
    }

    fn copy_axis<T: Element>(
        &self,
        axis: usize,
        (from, from_start): (&[T], usize),
        (to, to_start): (&mut [T], usize),
    ) {
        let Some(&extent) = self.extents.get(axis) else {
            to[to_start] = from[from_start];
            return;
        };
        let (from_stride, to_stride) = (self.from_strides[axis], self.to_strides[axis]);
        let innermost = axis + 1 == self.extents.len();
        if innermost && from_stride == 1 && to_stride == 1 {
            to[to_start..to_start + extent].copy_from_slice(&from[from_start..from_start + extent]);
            return;
        }
        for index in 0..extent {
            let from = (from, from_start + index * from_stride);
            self.copy_axis(axis + 1, from, (&mut *to, to_start + index * to_stride));
        }
    }
}

/// The strides of a row-major tensor.
pub(crate) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}
