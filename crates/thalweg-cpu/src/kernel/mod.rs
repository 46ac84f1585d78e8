//! The kernels: what one instruction does, on slices.

pub(crate) mod elementwise;
pub(crate) mod expression;
pub(crate) mod function_f32;
pub(crate) mod matrix_product;
pub(crate) mod movement;
pub(crate) mod reduction;
pub(crate) mod rows;
