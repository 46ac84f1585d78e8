//! Where every value of a program is: the caller's memory, the arena, or an operand's place.

use thalweg_graph::{Node, NodeId, Primitive, Program};

use super::allocation::{self, Lifetime};
use super::fusion::{Treatment, sum_extents};
use crate::kernel::matrix_product::is_transposed_first;
use crate::kernel::reduction::blocks_of;
use crate::storage::Location;

/// Where a program's values are.
pub(super) struct Places {
    /// Each node's value, if it is in memory.
    pub(super) values: Vec<Option<Location>>,
    /// What the instruction of a node works in: a sum's partial sums, a product made transposed.
    pub(super) work: Vec<Option<Location>>,
}

/// Gives every stored value its place: the caller's memory for outputs, the arena for the rest. An
/// output of the first stage, the first `early` nodes, that the second one reads is in the arena too:
/// between the stages the caller may do with its outputs what it likes.
pub(super) fn locate(program: &Program, treatments: &[Treatment], early: usize) -> (Places, usize) {
    let count = program.nodes().len();
    let last_reads = last_reads(program, treatments);
    let mut places = Places {
        values: given_places(program, treatments, early, &last_reads),
        work: vec![None; count],
    };
    let last_reads = with_outputs(program, treatments, last_reads);
    let mut owners = Vec::new();
    let mut lifetimes = Vec::new();
    for id in program.ids() {
        let (from, node) = (id.index(), program.node(id));
        if treatments[from] == Treatment::Stored && places.values[from].is_none() {
            let dying = in_place_operand(program, treatments, &last_reads, id);
            let owner = |dying: NodeId| owners.iter().position(|owner| *owner == (dying, true));
            lifetimes.push(Lifetime {
                count: node.element_count(),
                from,
                until: last_reads[from].max(from),
                takes_over: dying.and_then(owner),
            });
            owners.push((id, true));
        }
        let count = work_count(program, id);
        if count > 0 {
            owners.push((id, false));
            // An accumulated product runs when the sum it is part of does.
            let when = match treatments[from] {
                Treatment::Accumulated => last_reads[from],
                _ => from,
            };
            let (from, until, takes_over) = (when, when, None);
            lifetimes.push(Lifetime {
                count,
                from,
                until,
                takes_over,
            });
        }
    }
    let (offsets, arena) = allocation::assign(&lifetimes);
    for ((id, is_value), offset) in owners.into_iter().zip(offsets) {
        let place = match is_value {
            true => &mut places.values,
            false => &mut places.work,
        };
        place[id.index()] = Some(Location::Arena(offset));
    }
    for id in program.ids() {
        if treatments[id.index()] == Treatment::Alias {
            places.values[id.index()] = places.values[program.node(id).operands[0].index()];
        }
    }
    (places, arena)
}

/// An operand in whose memory an elementwise result can be written: read element by element, and
/// for the last time.
fn in_place_operand(
    program: &Program,
    treatments: &[Treatment],
    last_reads: &[usize],
    id: NodeId,
) -> Option<NodeId> {
    let node = program.node(id);
    if !node.primitive.is_elementwise() {
        return None;
    }
    let (mut direct, mut repeated) = (Vec::new(), Vec::new());
    let mut pending = node.operands.clone();
    while let Some(operand) = pending.pop() {
        let own = program.node(operand);
        match (treatments[operand.index()], &own.primitive) {
            (Treatment::Inlined, Primitive::Broadcast { .. }) => repeated.extend(&own.operands),
            (Treatment::Inlined, _) => pending.extend(&own.operands),
            _ => direct.push(operand),
        }
    }
    direct.into_iter().find(|operand| {
        treatments[operand.index()] == Treatment::Stored
            && last_reads[operand.index()] == id.index()
            && program.node(*operand).element_count() == node.element_count()
            && !repeated.contains(operand)
    })
}

/// The places of inputs and outputs.
fn given_places(
    program: &Program,
    treatments: &[Treatment],
    early: usize,
    last_reads: &[usize],
) -> Vec<Option<Location>> {
    let is_read_later = |id: NodeId| id.index() < early && last_reads[id.index()] >= early;
    let place = |id: NodeId| match (&program.node(id).primitive, treatments[id.index()]) {
        (Primitive::Input { slot } | Primitive::Labels { slot }, _) => Some(Location::Input(*slot)),
        (_, Treatment::Stored) if !is_read_later(id) => {
            let output = program.outputs().iter().position(|output| *output == id);
            output.map(Location::Output)
        }
        _ => None,
    };
    program.ids().map(place).collect()
}

/// How many elements the instruction of a node works in besides its operands and its result.
fn work_count(program: &Program, id: NodeId) -> usize {
    let node = program.node(id);
    match &node.primitive {
        Primitive::Sum { axes } => {
            let (rows, length, _) = sum_extents(program, node.operands[0], axes);
            rows * blocks_of(length)
        }
        Primitive::MatrixProduct {
            transpose_right, ..
        } if is_transposed_first(product_extents(program, node), *transpose_right) => {
            node.element_count()
        }
        _ => 0,
    }
}

/// Rows of the result, terms of each sum, columns of the result.
pub(super) fn product_extents(program: &Program, node: &Node) -> (usize, usize, usize) {
    let transpose_left = matches!(
        node.primitive,
        Primitive::MatrixProduct {
            transpose_left: true,
            ..
        }
    );
    let inner = program.node(node.operands[0]).shape[usize::from(!transpose_left)];
    (node.shape[0], inner, node.shape[1])
}

/// The place of the last instruction that reads each value, through whatever is computed inside
/// of it or is another name for it.
fn last_reads(program: &Program, treatments: &[Treatment]) -> Vec<usize> {
    let mut last = vec![0; program.nodes().len()];
    for id in program.ids().rev() {
        let own = match treatments[id.index()] {
            Treatment::Stored | Treatment::Given => id.index(),
            _ => last[id.index()],
        };
        for operand in &program.node(id).operands {
            last[operand.index()] = last[operand.index()].max(own);
        }
    }
    last
}

/// The same for the caller, who reads every output in the end: by its own name or by that of its
/// operand.
fn with_outputs(program: &Program, treatments: &[Treatment], mut last: Vec<usize>) -> Vec<usize> {
    for output in program.outputs() {
        let mut id = *output;
        last[id.index()] = usize::MAX;
        while treatments[id.index()] == Treatment::Alias {
            id = program.node(id).operands[0];
            last[id.index()] = usize::MAX;
        }
    }
    last
}
