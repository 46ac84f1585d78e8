//! The number format a trial is computed in.

use thalweg::Named;

/// The number format a trial is computed in.
///
/// In 32 bits the O(h³) differences that the theory predicts for small h drown in rounding:
/// statements about trajectories and orders need [`Precision::F64`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// IEEE 754 binary32.
    #[default]
    F32,
    /// IEEE 754 binary64.
    F64,
}

impl Named for Precision {
    const NAMES: &'static [(&'static str, Self)] = &[("f32", Self::F32), ("f64", Self::F64)];
}
