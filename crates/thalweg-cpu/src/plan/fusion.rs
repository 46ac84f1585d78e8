//! Which values get memory of their own, and which are computed where they are used.

use thalweg_graph::{Binary, NodeId, Primitive, Program, Unary};

use crate::kernel::expression::{MOST_REGISTERS, MOST_STEPS};

/// How each node of a program comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// An input: there already.
    Given,
    /// Another name for the operand's memory (a reshape).
    Alias,
    /// Computed into memory of its own.
    Stored,
    /// Computed inside the loops of its users.
    Inlined,
    /// A matrix product that its user adds straight into its own memory.
    Accumulated,
}

/// Decides for every node of `program`.
pub(crate) fn treatments(program: &Program) -> Vec<Treatment> {
    let users = users(program);
    let mut treatments = Vec::with_capacity(program.nodes().len());
    let mut sizes = Vec::with_capacity(program.nodes().len());
    for id in program.ids() {
        let treatment = preferred(program, id, &users[id.index()]);
        treatments.push(treatment);
        sizes.push(Size::of(program, id, &mut treatments, &sizes));
    }
    treatments
}

/// The users of each node; an output counts as a user of its own kind (`None`).
fn users(program: &Program) -> Vec<Vec<Option<NodeId>>> {
    let mut users = vec![Vec::new(); program.nodes().len()];
    for id in program.ids() {
        for operand in &program.node(id).operands {
            users[operand.index()].push(Some(id));
        }
    }
    for output in program.outputs() {
        users[output.index()].push(None);
    }
    users
}

fn preferred(program: &Program, id: NodeId, users: &[Option<NodeId>]) -> Treatment {
    let node = program.node(id);
    let in_loops = users
        .iter()
        .all(|user| user.is_some_and(|user| takes_expressions(program, user)));
    match &node.primitive {
        Primitive::Input { .. } | Primitive::Labels { .. } => Treatment::Given,
        Primitive::Reshape => Treatment::Alias,
        Primitive::Constant(_) if in_loops => Treatment::Inlined,
        Primitive::Broadcast { axes } if in_loops && is_block(axes) => Treatment::Inlined,
        Primitive::Unary(Unary::Step) if in_loops => Treatment::Inlined,
        Primitive::Unary(_) | Primitive::Binary(_)
            if in_loops && users.len() == 1 && !is_sum_of_products(program, id) =>
        {
            Treatment::Inlined
        }
        Primitive::MatrixProduct { .. } => match users {
            [Some(user)] if is_sum_of_products(program, *user) => Treatment::Accumulated,
            _ => Treatment::Stored,
        },
        _ => Treatment::Stored,
    }
}

/// Whether a node computes its operands in its own loop.
fn takes_expressions(program: &Program, id: NodeId) -> bool {
    let node = program.node(id);
    match &node.primitive {
        Primitive::Unary(_) | Primitive::Binary(_) => true,
        Primitive::Sum { axes } => sum_extents(program, node.operands[0], axes).2 == 1,
        _ => false,
    }
}

/// Whether a node is C ± D for matrix products C and D that only it uses.
pub(crate) fn is_sum_of_products(program: &Program, id: NodeId) -> bool {
    let node = program.node(id);
    let additive = matches!(
        node.primitive,
        Primitive::Binary(Binary::Add | Binary::Subtract)
    );
    let is_product = |operand: &NodeId| {
        matches!(
            program.node(*operand).primitive,
            Primitive::MatrixProduct { .. }
        ) && use_count(program, *operand) == 1
    };
    additive && node.operands.iter().all(is_product)
}

fn use_count(program: &Program, id: NodeId) -> usize {
    let operands = program.nodes().iter().flat_map(|node| &node.operands);
    operands
        .chain(program.outputs())
        .filter(|user| **user == id)
        .count()
}

/// The operand of a sum as `[outer, reduced, inner]`.
pub(crate) fn sum_extents(
    program: &Program,
    operand: NodeId,
    axes: &[usize],
) -> (usize, usize, usize) {
    let shape = &program.node(operand).shape;
    let (first, end) = axes
        .first()
        .map_or((0, 0), |first| (*first, first + axes.len()));
    let product = |range: std::ops::Range<usize>| shape[range].iter().product();
    (
        product(0..first),
        product(first..end),
        product(end..shape.len()),
    )
}

/// Whether axes are neighbours, so that a broadcast is a repetition.
fn is_block(axes: &[usize]) -> bool {
    axes.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

/// What a node costs the expression it is part of.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    steps: usize,
    registers: usize,
}

impl Size {
    /// The size of a node's own expression. Where it would be too large, an operand is given
    /// memory of its own.
    fn of(program: &Program, id: NodeId, treatments: &mut [Treatment], sizes: &[Self]) -> Self {
        let node = program.node(id);
        if !node.primitive.is_elementwise() && !matches!(node.primitive, Primitive::Sum { .. }) {
            let loads = matches!(node.primitive, Primitive::Broadcast { .. });
            return Self {
                steps: usize::from(loads),
                registers: usize::from(loads),
            };
        }
        loop {
            let operands = node.operands.iter().copied();
            let inlined: Vec<NodeId> = operands
                .filter(|operand| treatments[operand.index()] == Treatment::Inlined)
                .collect();
            let parts = inlined.iter().map(|operand| sizes[operand.index()]);
            let size = Self {
                steps: 1 + parts.clone().map(|part| part.steps).sum::<usize>(),
                // One for the result, one held for an earlier operand, and what the largest needs.
                registers: 2 + parts.map(|part| part.registers).max().unwrap_or(0),
            };
            let largest = inlined
                .into_iter()
                .filter(|operand| program.node(*operand).primitive.is_elementwise())
                .max_by_key(|operand| sizes[operand.index()].steps);
            match largest {
                Some(operand) if size.steps > MOST_STEPS || size.registers > MOST_REGISTERS => {
                    treatments[operand.index()] = Treatment::Stored;
                }
                _ => return size,
            }
        }
    }
}
