//! The few dozen operations that every program is made of.

/// A constant by its bits, so that equal constants are equal nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Constant(u64);

impl Constant {
    /// The constant of this value. Zero has one sign here: −0 becomes 0.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self((value + 0.0).to_bits())
    }

    /// The value.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// Elementwise functions of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// −x.
    Negate,
    /// eˣ.
    Exp,
    /// log x.
    Log,
    /// √x.
    Sqrt,
    /// x^p for a constant p. Integer powers are products; x⁻¹ is a division.
    Power(Constant),
    /// tanh x.
    Tanh,
    /// 1/(1 + e⁻ˣ), without overflow.
    Sigmoid,
    /// log(1 + eˣ), without overflow.
    Softplus,
    /// The error function (2/√π) ∫₀ˣ e^(−t²) dt.
    Erf,
    /// max(x, 0).
    Relu,
    /// 1 where x > 0, else 0: the derivative of ReLU, 0 at 0.
    Step,
}

/// Elementwise functions of two operands of the same shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// x + y.
    Add,
    /// x − y.
    Subtract,
    /// x · y.
    Multiply,
    /// x / y.
    Divide,
    /// max(x, y); where they are equal, the derivative goes to y alone.
    Maximum,
}

/// One operation. Shapes of results stand in the node, so an operation lists only what its
/// operands and its result's shape do not tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Primitive {
    /// The real tensor given at run time in this place.
    Input {
        /// Its place among all inputs, in the order of creation.
        slot: usize,
    },
    /// The labels (non-negative integers, one axis) given at run time in this place.
    Labels {
        /// Its place among all inputs, in the order of creation.
        slot: usize,
    },
    /// Every element equal to one number.
    Constant(Constant),
    /// An elementwise function of one operand.
    Unary(Unary),
    /// An elementwise function of two operands of the same shape.
    Binary(Binary),
    /// The product of two matrices, each transposed first if so marked.
    MatrixProduct {
        /// Use the left operand transposed.
        transpose_left: bool,
        /// Use the right operand transposed.
        transpose_right: bool,
    },
    /// Repeats the operand along new axes: its axis i becomes axis `axes[i]` of the result.
    Broadcast {
        /// Where the operand's axes go, strictly increasing.
        axes: Vec<usize>,
    },
    /// Sums over neighbouring axes and removes them.
    Sum {
        /// The axes summed over, each one more than the last.
        axes: Vec<usize>,
    },
    /// The same elements in the same row-major order under another shape.
    Reshape,
    /// Axis i of the result is axis `permutation[i]` of the operand.
    Transpose {
        /// The permutation of axes.
        permutation: Vec<usize>,
    },
    /// A range of one axis; its length is that of the result.
    Slice {
        /// The axis.
        axis: usize,
        /// The first index kept.
        start: usize,
    },
    /// The operand surrounded by zeros along one axis: the transpose of a slice.
    Pad {
        /// The axis.
        axis: usize,
        /// Where the operand starts in the result.
        start: usize,
    },
    /// The operands one after another along one axis.
    Concatenate {
        /// The axis.
        axis: usize,
    },
    /// From values `[N, C]` and labels `[N]`: the value at each row's label, `[N]`.
    Select,
    /// From values `[N]` and labels `[N]`: a matrix `[N, C]` of zeros but for each row's value at
    /// its label: the transpose of a selection.
    Place,
    /// log Σ exp over the last axis, stable: the maximum is taken out first.
    LogSumExp,
}

impl Primitive {
    /// Whether the operation works on each element by itself.
    #[must_use]
    pub fn is_elementwise(&self) -> bool {
        matches!(self, Self::Unary(_) | Self::Binary(_))
    }

    /// Whether the result is a linear function of the real operands *jointly*, so that its
    /// derivative is the operation itself.
    #[must_use]
    pub fn is_linear(&self) -> bool {
        matches!(
            self,
            Self::Broadcast { .. }
                | Self::Sum { .. }
                | Self::Reshape
                | Self::Transpose { .. }
                | Self::Slice { .. }
                | Self::Pad { .. }
                | Self::Concatenate { .. }
                | Self::Select
                | Self::Place
        )
    }
}
