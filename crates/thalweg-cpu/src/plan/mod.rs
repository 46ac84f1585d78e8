//! Compiling a program: what is computed where, in which order, and in whose memory.

mod allocation;
mod fusion;
mod instruction;
mod lower;
mod places;

use thalweg_graph::{Primitive, Program};

pub use instruction::Work;
pub(crate) use instruction::{Instruction, MatrixProduct};

use crate::element::Element;

/// What a program wants in one input place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// That many real numbers.
    Real(usize),
    /// That many labels, all below `classes`.
    Labels { count: usize, classes: usize },
    /// Anything: the program does not read it.
    Anything,
}

/// A program compiled for its shapes. It is never changed by running, so threads can share it; what
/// it works in is a [`Memory`](crate::Memory).
#[derive(Clone, Debug)]
pub struct Plan<T> {
    pub(crate) instructions: Vec<Instruction<T>>,
    /// How many instructions the first stage has.
    pub(crate) first_stage: usize,
    pub(crate) inputs: Vec<Wanted>,
    pub(crate) outputs: Vec<usize>,
    /// The memory it needs, in elements.
    pub(crate) arena: usize,
    /// Whether it ends before a helper could be there.
    pub(crate) is_short: bool,
}

/// Operations that take about as long as it takes to call a helper, some ten microseconds.
const SHORT: usize = 500_000;

impl<T: Element> Plan<T> {
    /// Compiles `program`. Costs microseconds a node.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        Self::in_two_stages(program, &[])
    }

    /// Compiles `program` so that it can be run in two stages: all that does not depend on the
    /// inputs in the places `late` first, the rest when those are known. So what one part of a
    /// computation gives (a gradient summed over many plans) can be an input of its continuation.
    #[must_use]
    pub fn in_two_stages(program: &Program, late: &[usize]) -> Self {
        let (program, early) = program.with_late_inputs_last(late);
        let lowered = lower::lower(&program, early);
        let outputs = program.outputs().iter();
        let works = lowered.instructions.iter().map(Instruction::work);
        let operations: usize = works
            .map(|work| work.extents.iter().product::<usize>())
            .sum();
        Self {
            is_short: operations < SHORT,
            instructions: lowered.instructions,
            first_stage: lowered.first_stage,
            inputs: wanted_inputs(&program),
            outputs: outputs
                .map(|id| program.node(*id).element_count())
                .collect(),
            arena: lowered.arena,
        }
    }

    /// The number of instructions: passes over memory and matrix products.
    #[must_use]
    pub fn instruction_count(&self) -> usize {
        self.instructions.len()
    }

    /// The number of matrix products among the instructions.
    #[must_use]
    pub fn matrix_product_count(&self) -> usize {
        let products = |one: &Instruction<T>| match one {
            Instruction::MatrixProducts(products) => products.len(),
            _ => 0,
        };
        self.instructions.iter().map(products).sum()
    }

    /// The memory for intermediates, in bytes.
    #[must_use]
    pub fn workspace_bytes(&self) -> usize {
        self.arena * size_of::<T>()
    }
}

fn wanted_inputs(program: &Program) -> Vec<Wanted> {
    let mut wanted = vec![Wanted::Anything; program.input_count()];
    for node in program.nodes() {
        let classes = match node.primitive {
            Primitive::Input { slot } => {
                wanted[slot] = Wanted::Real(node.element_count());
                continue;
            }
            Primitive::Select => program.node(node.operands[0]).shape[1],
            Primitive::Place => node.shape[1],
            _ => continue,
        };
        let labels = program.node(node.operands[1]);
        if let Primitive::Labels { slot } = labels.primitive {
            restrict(&mut wanted[slot], labels.element_count(), classes);
        }
    }
    wanted
}

fn restrict(wanted: &mut Wanted, count: usize, classes: usize) {
    let classes = match wanted {
        Wanted::Labels { classes: known, .. } => classes.min(*known),
        _ => classes,
    };
    *wanted = Wanted::Labels { count, classes };
}
