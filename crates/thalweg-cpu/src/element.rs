//! The element types a program can be run in.

use std::fmt::{Debug, Display};
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// A floating-point type to compute in: `f32` or `f64`.
pub trait Element:
    Copy
    + Debug
    + Display
    + Default
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The distance from 1 to the next number: 2⁻²³ or 2⁻⁵².
    const EPSILON: Self;
    /// Its name in experiment files: `f32` or `f64`.
    const NAME: &'static str;

    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;
    /// The same number in double precision.
    fn to_f64(self) -> f64;
    /// self · factor + term, rounded once.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// Whether it is neither infinite nor undefined.
    fn is_finite(self) -> bool;
    /// eˣ.
    fn exp(self) -> Self;
    /// log x.
    fn log(self) -> Self;
    /// √x.
    fn sqrt(self) -> Self;
    /// x^p.
    fn power(self, exponent: Self) -> Self;
    /// tanh x.
    fn tanh(self) -> Self;
    /// 1/(1 + e⁻ˣ).
    fn sigmoid(self) -> Self;
    /// log(1 + eˣ).
    fn softplus(self) -> Self;
    /// The error function.
    fn erf(self) -> Self;
}

impl Element for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const EPSILON: Self = f64::EPSILON;
    const NAME: &'static str = "f64";

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self.mul_add(factor, term)
    }

    #[inline(always)]
    fn is_finite(self) -> bool {
        self.is_finite()
    }

    fn exp(self) -> Self {
        libm::exp(self)
    }

    fn log(self) -> Self {
        libm::log(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }

    fn power(self, exponent: Self) -> Self {
        libm::pow(self, exponent)
    }

    fn tanh(self) -> Self {
        libm::tanh(self)
    }

    fn sigmoid(self) -> Self {
        1.0 / (1.0 + libm::exp(-self))
    }

    fn softplus(self) -> Self {
        self.max(0.0) + libm::log1p(libm::exp(-self.abs()))
    }

    fn erf(self) -> Self {
        libm::erf(self)
    }
}

impl Element for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const EPSILON: Self = f32::EPSILON;
    const NAME: &'static str = "f32";

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as f32
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self.mul_add(factor, term)
    }

    #[inline(always)]
    fn is_finite(self) -> bool {
        self.is_finite()
    }

    #[inline(always)]
    fn exp(self) -> Self {
        crate::kernel::function_f32::exp(self)
    }

    #[inline(always)]
    fn log(self) -> Self {
        libm::logf(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn power(self, exponent: Self) -> Self {
        libm::powf(self, exponent)
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        crate::kernel::function_f32::tanh(self)
    }

    #[inline(always)]
    fn sigmoid(self) -> Self {
        crate::kernel::function_f32::sigmoid(self)
    }

    #[inline(always)]
    fn softplus(self) -> Self {
        crate::kernel::function_f32::softplus(self)
    }

    #[inline(always)]
    fn erf(self) -> Self {
        crate::kernel::function_f32::erf(self)
    }
}
