//! Algebra done while tracing: what is known without running is not left to be run.
//!
//! Multiplying by a zero gives zero here even where the other factor may be infinite or undefined
//! at run time: a derivative that is zero by construction stays zero.

use crate::graph::NodeId;
use crate::primitive::{Binary, Constant, Primitive, Unary};
use crate::program::Node;
use crate::{Shape, element_count};

/// What a node turned out to be.
pub(crate) enum Simplified {
    /// Nothing to simplify.
    Unchanged,
    /// A node that is there already.
    Existing(NodeId),
    /// A simpler node.
    Node(Node),
    /// A constant times a node of this shape.
    Multiple(f64, NodeId, Shape),
}

/// Simplifies `node`, whose operands `look_up` finds.
pub(crate) fn simplify(node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    match &node.primitive {
        Primitive::Unary(function) => simplify_unary(*function, node, look_up),
        Primitive::Binary(function) => simplify_binary(*function, node, look_up),
        Primitive::MatrixProduct { .. } => simplify_matrix_product(node, look_up),
        primitive if primitive.is_linear() => simplify_linear(node, look_up),
        _ => Simplified::Unchanged,
    }
}

fn constant_of(node: &Node) -> Option<f64> {
    match node.primitive {
        Primitive::Constant(constant) => Some(constant.value()),
        _ => None,
    }
}

fn constant(value: f64, node: &Node) -> Simplified {
    let primitive = Primitive::Constant(Constant::new(value));
    Simplified::Node(Node::new(primitive, vec![], node.shape.clone()))
}

fn unary(function: Unary, operand: NodeId, node: &Node) -> Simplified {
    let primitive = Primitive::Unary(function);
    Simplified::Node(Node::new(primitive, vec![operand], node.shape.clone()))
}

fn simplify_unary(function: Unary, node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    let operand = look_up(node.operands[0]);
    match (function, &operand.primitive) {
        (Unary::Negate, Primitive::Unary(Unary::Negate)) => {
            Simplified::Existing(operand.operands[0])
        }
        (Unary::Power(power), _) if power.value() == 1.0 => Simplified::Existing(node.operands[0]),
        (Unary::Power(power), _) if power.value() == 0.0 => constant(1.0, node),
        (Unary::Negate, Primitive::Constant(value)) => constant(-value.value(), node),
        (Unary::Power(power), Primitive::Constant(value)) => {
            constant(value.value().powf(power.value()), node)
        }
        (Unary::Sqrt, Primitive::Constant(value)) => constant(value.value().sqrt(), node),
        _ => Simplified::Unchanged,
    }
}

fn simplify_binary(function: Binary, node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    let (left, right) = (node.operands[0], node.operands[1]);
    let known = (constant_of(&look_up(left)), constant_of(&look_up(right)));
    match (function, known) {
        (Binary::Add, (Some(x), Some(y))) => constant(x + y, node),
        (Binary::Subtract, (Some(x), Some(y))) => constant(x - y, node),
        (Binary::Multiply, (Some(x), Some(y))) => constant(x * y, node),
        (Binary::Divide, (Some(x), Some(y))) => constant(x / y, node),
        (Binary::Maximum, (Some(x), Some(y))) => constant(x.max(y), node),
        (Binary::Add, (Some(0.0), _)) | (Binary::Multiply, (Some(1.0), _)) => {
            Simplified::Existing(right)
        }
        (Binary::Add | Binary::Subtract, (_, Some(0.0)))
        | (Binary::Multiply | Binary::Divide, (_, Some(1.0))) => Simplified::Existing(left),
        (Binary::Multiply, (Some(0.0), _) | (_, Some(0.0))) | (Binary::Divide, (Some(0.0), _)) => {
            constant(0.0, node)
        }
        (Binary::Subtract, (Some(0.0), _)) | (Binary::Multiply, (Some(-1.0), _)) => {
            unary(Unary::Negate, right, node)
        }
        (Binary::Multiply | Binary::Divide, (_, Some(-1.0))) => unary(Unary::Negate, left, node),
        (Binary::Maximum, _) if left == right => Simplified::Existing(left),
        (Binary::Subtract, _) if left == right => constant(0.0, node),
        (Binary::Add | Binary::Multiply, _) if left > right => {
            let operands = vec![right, left];
            Simplified::Node(Node::new(
                node.primitive.clone(),
                operands,
                node.shape.clone(),
            ))
        }
        (Binary::Add, _) if left == right => scaled(2.0, left, node, look_up),
        (Binary::Multiply, (Some(factor), _)) if is_scaled(right, look_up) => {
            scaled(factor, right, node, look_up)
        }
        (Binary::Multiply, (_, Some(factor))) if is_scaled(left, look_up) => {
            scaled(factor, left, node, look_up)
        }
        _ => simplify_signs(function, node, look_up),
    }
}

/// A node c·x or −x as (c, x).
fn scale_of(id: NodeId, look_up: &dyn Fn(NodeId) -> Node) -> Option<(f64, NodeId)> {
    let node = look_up(id);
    match node.primitive {
        Primitive::Unary(Unary::Negate) => Some((-1.0, node.operands[0])),
        Primitive::Binary(Binary::Multiply) => {
            let [left, right] = [node.operands[0], node.operands[1]];
            let known = [constant_of(&look_up(left)), constant_of(&look_up(right))];
            match known {
                [Some(factor), _] => Some((factor, right)),
                [_, Some(factor)] => Some((factor, left)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_scaled(id: NodeId, look_up: &dyn Fn(NodeId) -> Node) -> bool {
    scale_of(id, look_up).is_some()
}

/// `factor` · x, where x itself may be a multiple of something.
fn scaled(factor: f64, id: NodeId, node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    let (factor, id) = match scale_of(id, look_up) {
        Some((inner, id)) => (factor * inner, id),
        None => (factor, id),
    };
    Simplified::Multiple(factor, id, node.shape.clone())
}

/// x + (−y) = x − y and x − (−y) = x + y.
fn simplify_signs(function: Binary, node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    let (left, right) = (node.operands[0], node.operands[1]);
    let negated = |id: NodeId| match look_up(id) {
        Node {
            primitive: Primitive::Unary(Unary::Negate),
            operands,
            ..
        } => Some(operands[0]),
        _ => None,
    };
    let (function, operands) = match (function, negated(left), negated(right)) {
        (Binary::Add, _, Some(y)) => (Binary::Subtract, vec![left, y]),
        (Binary::Add, Some(x), _) => (Binary::Subtract, vec![right, x]),
        (Binary::Subtract, _, Some(y)) => (Binary::Add, vec![left, y]),
        _ => return Simplified::Unchanged,
    };
    Simplified::Node(Node::new(
        Primitive::Binary(function),
        operands,
        node.shape.clone(),
    ))
}

/// A zero factor makes the product zero; a transposed operand becomes a flag.
fn simplify_matrix_product(node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    let Primitive::MatrixProduct {
        mut transpose_left,
        mut transpose_right,
    } = node.primitive
    else {
        return Simplified::Unchanged;
    };
    let mut operands = node.operands.clone();
    for (operand, flag) in operands
        .iter_mut()
        .zip([&mut transpose_left, &mut transpose_right])
    {
        let factor = look_up(*operand);
        if constant_of(&factor) == Some(0.0) {
            return constant(0.0, node);
        }
        if matches!(factor.primitive, Primitive::Transpose { .. }) {
            *operand = factor.operands[0];
            *flag = !*flag;
        }
    }
    if operands == node.operands {
        return Simplified::Unchanged;
    }
    let primitive = Primitive::MatrixProduct {
        transpose_left,
        transpose_right,
    };
    Simplified::Node(Node::new(primitive, operands, node.shape.clone()))
}

/// Linear operations keep constants and zeros simple, and merge with their like.
fn simplify_linear(node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    let operand = look_up(node.operands[0]);
    match (&node.primitive, constant_of(&operand)) {
        (Primitive::Concatenate { .. }, _) => simplify_concatenation(node, look_up),
        (Primitive::Sum { .. }, Some(value)) => {
            let count = operand.element_count() / element_count(&node.shape).max(1);
            constant(value * count as f64, node)
        }
        (Primitive::Pad { .. } | Primitive::Place, Some(value)) if value != 0.0 => {
            Simplified::Unchanged
        }
        (_, Some(value)) => constant(value, node),
        (Primitive::Select | Primitive::Place, None) => Simplified::Unchanged,
        (Primitive::Transpose { permutation }, None) => {
            simplify_transpose(permutation, node, &operand)
        }
        (_, None) if operand.shape == node.shape => Simplified::Existing(node.operands[0]),
        (Primitive::Reshape, None) if operand.primitive == Primitive::Reshape => {
            let operands = operand.operands.clone();
            Simplified::Node(Node::new(Primitive::Reshape, operands, node.shape.clone()))
        }
        _ => Simplified::Unchanged,
    }
}

fn simplify_concatenation(node: &Node, look_up: &dyn Fn(NodeId) -> Node) -> Simplified {
    let values: Vec<Option<f64>> = node
        .operands
        .iter()
        .map(|id| constant_of(&look_up(*id)))
        .collect();
    match values[0] {
        Some(value) if values.iter().all(|other| *other == Some(value)) => constant(value, node),
        _ if node.operands.len() == 1 => Simplified::Existing(node.operands[0]),
        _ => Simplified::Unchanged,
    }
}

fn simplify_transpose(permutation: &[usize], node: &Node, operand: &Node) -> Simplified {
    if permutation
        .iter()
        .enumerate()
        .all(|(index, axis)| index == *axis)
    {
        return Simplified::Existing(node.operands[0]);
    }
    if let Primitive::MatrixProduct {
        transpose_left,
        transpose_right,
    } = operand.primitive
    {
        // (AB)ᵀ = BᵀAᵀ
        let primitive = Primitive::MatrixProduct {
            transpose_left: !transpose_right,
            transpose_right: !transpose_left,
        };
        let operands = operand.operands.iter().rev().copied().collect();
        return Simplified::Node(Node::new(primitive, operands, node.shape.clone()));
    }
    let Primitive::Transpose { permutation: inner } = &operand.primitive else {
        return Simplified::Unchanged;
    };
    let permutation = permutation.iter().map(|axis| inner[*axis]).collect();
    let primitive = Primitive::Transpose { permutation };
    Simplified::Node(Node::new(
        primitive,
        operand.operands.clone(),
        node.shape.clone(),
    ))
}
