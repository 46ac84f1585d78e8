//! From nodes to instructions.

use thalweg_graph::{Binary, Node, NodeId, Primitive, Program};

use super::fusion::{Treatment, sum_extents, treatments};
use super::instruction::{Instruction, MatrixProduct};
use super::places::{Places, locate, product_extents};
use crate::element::Element;
use crate::kernel::expression::{Expression, MOST_REGISTERS, Source, Step};
use crate::kernel::movement::{StridedCopy, strides};
use crate::storage::Location;

/// What a program is lowered to.
pub(crate) struct Lowered<T> {
    pub(crate) instructions: Vec<Instruction<T>>,
    /// How many instructions the first nodes have.
    pub(crate) first_stage: usize,
    /// The length of the arena.
    pub(crate) arena: usize,
}

/// Lowers a program whose first `early` nodes are its first stage.
pub(crate) fn lower<T: Element>(program: &Program, early: usize) -> Lowered<T> {
    let treatments = treatments(program);
    let (places, arena) = locate(program, &treatments, early);
    let lowering = Lowering {
        program,
        treatments: &treatments,
        places: &places,
    };
    let mut instructions = Vec::new();
    let mut lower_range = |range: std::ops::Range<usize>| {
        let within = |id: &NodeId| range.contains(&id.index());
        for id in program.ids().filter(within) {
            if treatments[id.index()] == Treatment::Stored {
                lowering.lower(id, &mut instructions);
            }
        }
        lowering.copy_outputs(within, &mut instructions);
        instructions.len()
    };
    let first_stage = lower_range(0..early);
    lower_range(early..program.nodes().len());
    Lowered {
        instructions,
        first_stage,
        arena,
    }
}

struct Lowering<'a> {
    program: &'a Program,
    treatments: &'a [Treatment],
    places: &'a Places,
}

impl Lowering<'_> {
    fn location(&self, id: NodeId) -> Location {
        self.places.values[id.index()].expect("only what is in memory is read from memory")
    }

    fn lower<T: Element>(&self, id: NodeId, instructions: &mut Vec<Instruction<T>>) {
        let node = self.program.node(id);
        let out = self.location(id);
        match &node.primitive {
            Primitive::Binary(function) if self.adds_products(node) => {
                let negate = *function == Binary::Subtract;
                let [left, right] = [node.operands[0], node.operands[1]];
                instructions.push(Instruction::MatrixProducts(vec![
                    self.matrix_product(left, out, false, false),
                    self.matrix_product(right, out, negate, true),
                ]));
            }
            Primitive::Unary(_) | Primitive::Binary(_) | Primitive::Constant(_) => {
                instructions.push(Instruction::Elementwise {
                    expression: self.expression(id),
                    out,
                    count: node.element_count(),
                });
            }
            Primitive::MatrixProduct { .. } => {
                let product = self.matrix_product(id, out, false, false);
                instructions.push(Instruction::MatrixProducts(vec![product]));
            }
            Primitive::Sum { axes } => instructions.push(self.sum(id, axes, out)),
            Primitive::LogSumExp | Primitive::Select | Primitive::Place => {
                instructions.push(self.row_operation(node, out));
            }
            _ => self.movement(id, out, instructions),
        }
    }

    fn adds_products(&self, node: &Node) -> bool {
        let accumulated = |id: &NodeId| self.treatments[id.index()] == Treatment::Accumulated;
        node.operands.iter().all(accumulated)
    }

    fn matrix_product(
        &self,
        id: NodeId,
        out: Location,
        negate: bool,
        accumulate: bool,
    ) -> MatrixProduct {
        let node = self.program.node(id);
        let (transpose_left, transpose_right) = match node.primitive {
            Primitive::MatrixProduct {
                transpose_left,
                transpose_right,
            } => (transpose_left, transpose_right),
            _ => (false, false),
        };
        MatrixProduct {
            left: self.location(node.operands[0]),
            right: self.location(node.operands[1]),
            out,
            extents: product_extents(self.program, node),
            transpose_left,
            transpose_right,
            negate,
            accumulate,
            transposed: self.places.work[id.index()],
        }
    }

    fn sum<T: Element>(&self, id: NodeId, axes: &[usize], out: Location) -> Instruction<T> {
        let operand = self.program.node(id).operands[0];
        let (outer, reduced, inner) = sum_extents(self.program, operand, axes);
        if inner > 1 {
            return Instruction::SumColumns {
                from: self.location(operand),
                extents: (outer, reduced, inner),
                out,
            };
        }
        Instruction::SumRows {
            expression: self.operand_expression(operand),
            rows: outer,
            length: reduced,
            out,
            partials: self.places.work[id.index()].expect("every sum has a place for partial sums"),
        }
    }

    fn row_operation<T>(&self, node: &Node, out: Location) -> Instruction<T> {
        let from = self.location(node.operands[0]);
        let operand = self.program.node(node.operands[0]);
        let Some(labels) = node.operands.get(1).map(|labels| self.location(*labels)) else {
            let columns = operand.shape[operand.shape.len() - 1];
            let rows = node.element_count();
            return Instruction::LogSumExp {
                from,
                rows,
                columns,
                out,
            };
        };
        match node.primitive {
            Primitive::Select => Instruction::Select {
                from,
                labels,
                rows: operand.shape[0],
                columns: operand.shape[1],
                out,
            },
            _ => Instruction::Place {
                from,
                labels,
                rows: node.shape[0],
                columns: node.shape[1],
                out,
            },
        }
    }

    fn movement<T>(&self, id: NodeId, out: Location, instructions: &mut Vec<Instruction<T>>) {
        let node = self.program.node(id);
        let on_zeros = matches!(node.primitive, Primitive::Pad { .. });
        let mut start = 0;
        for operand in &node.operands {
            let from = self.program.node(*operand);
            instructions.push(Instruction::Move {
                copy: strided_copy(node, from, start),
                from: (self.location(*operand), from.element_count()),
                out: (out, node.element_count()),
                on_zeros,
            });
            if let Primitive::Concatenate { axis } = node.primitive {
                start += from.shape[axis];
            }
        }
    }

    /// Outputs that are inputs, other names, or the same node again are copied.
    fn copy_outputs<T: Element>(
        &self,
        within: impl Fn(&NodeId) -> bool,
        instructions: &mut Vec<Instruction<T>>,
    ) {
        let outputs = self.program.outputs().iter().enumerate();
        for (index, id) in outputs.filter(|(_, id)| within(id)) {
            let (out, from) = (Location::Output(index), self.location(*id));
            if from != out {
                let expression = Expression {
                    steps: vec![],
                    result: Source::Memory(from),
                };
                let count = self.program.node(*id).element_count();
                instructions.push(Instruction::Elementwise {
                    expression,
                    out,
                    count,
                });
            }
        }
    }

    /// The expression of a node that is itself elementwise.
    fn expression<T: Element>(&self, id: NodeId) -> Expression<T> {
        let mut builder = Builder::new(self);
        let result = builder.computed(id);
        builder.finish(result)
    }

    /// The expression of an operand, which may be in memory.
    fn operand_expression<T: Element>(&self, id: NodeId) -> Expression<T> {
        let mut builder = Builder::new(self);
        let result = builder.operand(id);
        builder.finish(result)
    }
}

/// Reads and writes of an operation that only moves elements; `start` is where the operand begins
/// in a concatenation.
fn strided_copy(node: &Node, from: &Node, start: usize) -> StridedCopy {
    let (own, other) = (strides(&node.shape), strides(&from.shape));
    let mut copy = StridedCopy {
        extents: from.shape.clone(),
        from_start: 0,
        from_strides: other.clone(),
        to_start: 0,
        to_strides: own.clone(),
    };
    match &node.primitive {
        Primitive::Transpose { permutation } => {
            copy.extents = node.shape.clone();
            copy.from_strides = permutation.iter().map(|axis| other[*axis]).collect();
        }
        Primitive::Slice { axis, start } => {
            copy.extents = node.shape.clone();
            copy.from_start = start * other[*axis];
        }
        Primitive::Pad { axis, start } => copy.to_start = start * own[*axis],
        Primitive::Concatenate { axis } => copy.to_start = start * own[*axis],
        Primitive::Broadcast { axes } => {
            copy.extents = node.shape.clone();
            copy.from_strides = vec![0; node.shape.len()];
            for (axis, stride) in axes.iter().zip(other) {
                copy.from_strides[*axis] = stride;
            }
        }
        _ => {}
    }
    copy
}

/// Builds one expression, giving out registers.
struct Builder<'a, T> {
    lowering: &'a Lowering<'a>,
    steps: Vec<Step<T>>,
    free: Vec<usize>,
}

impl<'a, T: Element> Builder<'a, T> {
    fn new(lowering: &'a Lowering<'a>) -> Self {
        Self {
            lowering,
            steps: Vec::new(),
            free: (0..MOST_REGISTERS).rev().collect(),
        }
    }

    fn finish(self, result: Source<T>) -> Expression<T> {
        Expression {
            steps: self.steps,
            result,
        }
    }

    /// Where a step finds the value of `id`: computed here if it is inlined.
    fn operand(&mut self, id: NodeId) -> Source<T> {
        if self.lowering.treatments[id.index()] == Treatment::Inlined {
            return self.computed(id);
        }
        let location = self.lowering.location(id);
        match self.lowering.program.node(id).element_count() {
            1 => Source::Scalar(location),
            _ => Source::Memory(location),
        }
    }

    /// The value of `id` by its own operation.
    fn computed(&mut self, id: NodeId) -> Source<T> {
        let node = self.lowering.program.node(id);
        match &node.primitive {
            Primitive::Constant(value) => Source::Constant(T::from_f64(value.value())),
            Primitive::Broadcast { axes } => self.repeated(node, axes),
            Primitive::Unary(function) => {
                let x = self.operand(node.operands[0]);
                let to = self.take();
                self.steps.push(Step::Unary(*function, x, to));
                self.release(x);
                Source::Register(to)
            }
            Primitive::Binary(function) => {
                let x = self.operand(node.operands[0]);
                let y = self.operand(node.operands[1]);
                let to = self.take();
                self.steps.push(Step::Binary(*function, x, y, to));
                self.release(x);
                self.release(y);
                Source::Register(to)
            }
            _ => unreachable!("only constants, repetitions and elementwise nodes are inlined"),
        }
    }

    /// A repeated operand: one number for all, or a step that repeats it.
    fn repeated(&mut self, node: &Node, axes: &[usize]) -> Source<T> {
        let operand = node.operands[0];
        let from = self.lowering.location(operand);
        let period = self.lowering.program.node(operand).element_count();
        if period == 1 {
            return Source::Scalar(from);
        }
        let end = axes.last().map_or(0, |last| last + 1);
        let inner = node.shape[end..].iter().product();
        let to = self.take();
        self.steps.push(Step::Load {
            from,
            inner,
            period,
            to,
        });
        Source::Register(to)
    }

    fn take(&mut self) -> usize {
        self.free
            .pop()
            .expect("fusion keeps expressions within the registers")
    }

    fn release(&mut self, source: Source<T>) {
        if let Source::Register(number) = source {
            self.free.push(number);
        }
    }
}
