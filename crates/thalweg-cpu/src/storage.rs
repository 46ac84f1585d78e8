//! Where values live while a program runs.

use crate::element::Element;

/// The start of values on cache lines, in elements of the smallest type.
pub(crate) const ALIGNMENT: usize = 16;

/// Where a value is: given by the caller, asked for by the caller, or in the plan's own block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// The input in this place.
    Input(usize),
    /// The output in this place.
    Output(usize),
    /// The plan's own memory from this element on.
    Arena(usize),
}

/// The memory that programs run in. It grows to what the largest of them needs and can serve any
/// number of plans, one at a time.
#[derive(Debug)]
pub struct Memory<T> {
    elements: Vec<T>,
    outputs: Vec<Place<T>>,
}

/// Where an output is written.
#[derive(Clone, Copy, Debug)]
struct Place<T>(*mut T);

// SAFETY: places are only kept for their memory: they are overwritten before each run.
unsafe impl<T: Send> Send for Place<T> {}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self {
            elements: Vec::new(),
            outputs: Vec::new(),
        }
    }
}

impl<T: Element> Memory<T> {
    /// No memory yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How much there is, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.elements.len() * size_of::<T>()
    }

    /// The first of `count` elements, aligned to cache lines. What was written before stays as
    /// long as no larger program has run.
    fn base(&mut self, count: usize) -> *mut T {
        if self.elements.len() < count + ALIGNMENT {
            self.elements.resize(count + ALIGNMENT, T::ZERO);
        }
        let line = ALIGNMENT * size_of::<f32>();
        let start = self.elements.as_ptr().align_offset(line).min(ALIGNMENT);
        // The offset is within the vector: `start` is at most `ALIGNMENT`.
        self.elements[start..].as_mut_ptr()
    }
}

/// Everything an instruction can read or write during one run, by raw pointers: a plan gives two
/// values the same memory only when they never live at the same time.
pub(crate) struct Storage<'a, T> {
    inputs: &'a [crate::Argument<'a, T>],
    outputs: &'a [Place<T>],
    arena: *mut T,
}

// SAFETY: instructions run one after another; the tasks of one instruction write disjoint ranges.
unsafe impl<T: Element> Sync for Storage<'_, T> {}
// SAFETY: as above; the memory outlives the run because its borrows do.
unsafe impl<T: Element> Send for Storage<'_, T> {}

impl<'a, T: Element> Storage<'a, T> {
    pub(crate) fn new(
        inputs: &'a [crate::Argument<'a, T>],
        outputs: &mut [&mut [T]],
        memory: &'a mut Memory<T>,
        arena: usize,
    ) -> Self {
        let arena = memory.base(arena);
        memory.outputs.clear();
        let places = outputs.iter_mut().map(|out| Place(out.as_mut_ptr()));
        memory.outputs.extend(places);
        Self {
            inputs,
            outputs: &memory.outputs,
            arena,
        }
    }

    /// Where to read a value of real numbers.
    pub(crate) fn source(&self, location: Location) -> *const T {
        match location {
            Location::Input(slot) => match self.inputs[slot] {
                crate::Argument::Real(values) => values.as_ptr(),
                crate::Argument::Labels(_) => unreachable!("kinds are checked before a run"),
            },
            _ => self.target(location),
        }
    }

    /// Where to write a value.
    pub(crate) fn target(&self, location: Location) -> *mut T {
        match location {
            Location::Input(_) => unreachable!("a plan never writes to an input"),
            Location::Output(index) => self.outputs[index].0,
            Location::Arena(offset) => self.arena.wrapping_add(offset),
        }
    }

    /// `count` elements to read.
    ///
    /// # Safety
    /// The plan gave this value `count` elements, and no task writes them meanwhile.
    pub(crate) unsafe fn read(&self, location: Location, count: usize) -> &[T] {
        // SAFETY: lengths of inputs and outputs are checked before a run, the arena is planned.
        unsafe { std::slice::from_raw_parts(self.source(location), count) }
    }

    /// `count` elements to write, `start` elements into the value.
    ///
    /// # Safety
    /// As for [`Self::read`]; tasks of one instruction ask for disjoint ranges.
    #[allow(clippy::mut_from_ref)]
    pub(crate) unsafe fn write(&self, location: Location, start: usize, count: usize) -> &mut [T] {
        // SAFETY: as for `read`; the caller keeps ranges disjoint.
        unsafe { std::slice::from_raw_parts_mut(self.target(location).add(start), count) }
    }

    /// The labels in an input.
    pub(crate) fn labels(&self, location: Location) -> &[u32] {
        match location {
            Location::Input(slot) => match self.inputs[slot] {
                crate::Argument::Labels(labels) => labels,
                crate::Argument::Real(_) => unreachable!("kinds are checked before a run"),
            },
            _ => unreachable!("labels are inputs"),
        }
    }
}
