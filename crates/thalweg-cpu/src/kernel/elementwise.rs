//! Runs expressions tile by tile, vectorised for the processor at hand.

use std::mem::MaybeUninit;

use pulp::{Arch, Simd, WithSimd};
use thalweg_graph::{Binary, Unary};

use super::expression::{Expression, MOST_REGISTERS, Source, Step, TILE};
use crate::crew::Crew;
use crate::element::Element;
use crate::storage::{Location, Storage};

/// Elements one task handles; fewer are not worth a second thread.
const TASK: usize = 32 * TILE;

/// The registers of one task. They start undefined: a step never reads one before another wrote it.
pub(crate) struct Registers<T>([[MaybeUninit<T>; TILE]; MOST_REGISTERS]);

impl<T: Element> Registers<T> {
    pub(crate) fn new() -> Self {
        Self([[MaybeUninit::uninit(); TILE]; MOST_REGISTERS])
    }
}

/// Writes the expression's value for elements `0..count` to `out`.
pub(crate) fn store<T: Element>(
    expression: &Expression<T>,
    out: Location,
    count: usize,
    storage: &Storage<'_, T>,
    crew: &Crew,
) {
    crew.each(count.div_ceil(TASK), |task| {
        let mut registers = Registers::new();
        let end = count.min((task + 1) * TASK);
        let tiles = (task * TASK..end).step_by(TILE);
        if !expression.reads(out) {
            for start in tiles {
                // SAFETY: tiles are disjoint, and `out` is none of the operands.
                let tile = unsafe { storage.write(out, start, TILE.min(end - start)) };
                evaluate(expression, start, tile, &mut registers, storage);
            }
            return;
        }
        // In place: an operand's tile is overwritten when it has been read.
        let mut values = [T::ZERO; TILE];
        for start in tiles {
            let values = &mut values[..TILE.min(end - start)];
            evaluate(expression, start, values, &mut registers, storage);
            // SAFETY: tiles are disjoint, and no operand is borrowed any more.
            unsafe { storage.write(out, start, values.len()) }.copy_from_slice(values);
        }
    });
}

/// Computes the elements from `start` on into `out`, at most a tile.
pub(crate) fn evaluate<T: Element>(
    expression: &Expression<T>,
    start: usize,
    out: &mut [T],
    registers: &mut Registers<T>,
    storage: &Storage<'_, T>,
) {
    let tile = Tile {
        start,
        length: out.len(),
        registers: (&raw mut registers.0).cast(),
        storage,
    };
    Arch::new().dispatch(Evaluation {
        expression,
        tile,
        out,
    });
}

/// One expression on one tile. A type and not a closure, so that all of it is compiled for the
/// instruction set chosen at run time: a closure's body stays a function of its own, without it.
struct Evaluation<'a, T> {
    expression: &'a Expression<T>,
    tile: Tile<'a, T>,
    out: &'a mut [T],
}

impl<T: Element> WithSimd for Evaluation<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            expression,
            tile,
            out,
        } = self;
        match expression.steps.split_last() {
            Some((last, earlier)) => {
                for step in earlier {
                    // SAFETY: a step's own register is none of its sources.
                    let register = unsafe { tile.register_mut(step.register()) };
                    tile.run(step, register);
                }
                tile.run(last, out);
            }
            None => tile.copy(expression.result, out),
        }
    }
}

/// One tile of the elements: what steps read.
struct Tile<'a, T> {
    start: usize,
    length: usize,
    registers: *mut T,
    storage: &'a Storage<'a, T>,
}

/// An operand of a step on this tile.
enum Operand<'a, T> {
    Values(&'a [T]),
    Same(T),
}

impl<T: Element> Tile<'_, T> {
    /// # Safety
    /// No other reference to this register is alive.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)] // registers are reached through a raw pointer
    unsafe fn register_mut(&self, number: usize) -> &mut [T] {
        // SAFETY: registers outlive the tile, `number` is below their count and a tile no longer
        // than one; the caller answers for uniqueness, and a step writes all before any is read.
        unsafe { std::slice::from_raw_parts_mut(self.registers.add(number * TILE), self.length) }
    }

    #[inline(always)]
    fn operand(&self, source: Source<T>) -> Operand<'_, T> {
        match source {
            Source::Constant(value) => Operand::Same(value),
            // SAFETY: the value has one element and is complete.
            Source::Scalar(location) => Operand::Same(unsafe { self.storage.read(location, 1)[0] }),
            Source::Register(number) => {
                // SAFETY: an earlier step wrote it, and only that of the running step, which is
                // another one, is borrowed mutably.
                Operand::Values(unsafe {
                    std::slice::from_raw_parts(self.registers.add(number * TILE), self.length)
                })
            }
            Source::Memory(location) => {
                // SAFETY: a direct operand has as many elements as the result.
                let values = unsafe { self.storage.read(location, self.start + self.length) };
                Operand::Values(&values[self.start..])
            }
        }
    }

    #[inline(always)]
    fn copy(&self, source: Source<T>, out: &mut [T]) {
        match self.operand(source) {
            Operand::Values(values) => out.copy_from_slice(values),
            Operand::Same(value) => out.fill(value),
        }
    }

    #[inline(always)]
    fn run(&self, step: &Step<T>, out: &mut [T]) {
        match step {
            Step::Load {
                from,
                inner,
                period,
                ..
            } => {
                // SAFETY: a repeated operand has `period` elements.
                let values = unsafe { self.storage.read(*from, *period) };
                load_repeated(values, *inner, self.start, out);
            }
            Step::Unary(function, x, _) => match self.operand(*x) {
                Operand::Values(x) => unary(*function, x, out),
                Operand::Same(x) => {
                    unary(*function, &[x], &mut out[..1]);
                    let value = out[0];
                    out.fill(value);
                }
            },
            Step::Binary(function, x, y, _) => match (self.operand(*x), self.operand(*y)) {
                (Operand::Values(x), Operand::Values(y)) => binary(*function, x, y, out),
                (Operand::Values(x), Operand::Same(y)) => binary_right(*function, x, y, out),
                (Operand::Same(x), Operand::Values(y)) => binary_left(*function, x, y, out),
                (Operand::Same(x), Operand::Same(y)) => {
                    binary(*function, &[x], &[y], &mut out[..1]);
                    let value = out[0];
                    out.fill(value);
                }
            },
        }
    }
}

/// Element i gets value (i / inner) mod period.
#[inline(always)]
fn load_repeated<T: Element>(values: &[T], inner: usize, start: usize, out: &mut [T]) {
    let mut done = 0;
    while done < out.len() {
        let position = start + done;
        let index = (position / inner) % values.len();
        let length = if inner == 1 {
            let length = (values.len() - index).min(out.len() - done);
            out[done..done + length].copy_from_slice(&values[index..index + length]);
            length
        } else {
            let length = (inner - position % inner).min(out.len() - done);
            out[done..done + length].fill(values[index]);
            length
        };
        done += length;
    }
}

#[inline(always)]
fn map<T: Element>(x: &[T], out: &mut [T], function: impl Fn(T) -> T) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = function(*x);
    }
}

#[inline(always)]
fn unary<T: Element>(function: Unary, x: &[T], out: &mut [T]) {
    let step = |x: T| if x > T::ZERO { T::ONE } else { T::ZERO };
    match function {
        Unary::Negate => map(x, out, |x| -x),
        Unary::Exp => map(x, out, |x| x.exp()),
        Unary::Log => map(x, out, |x| x.log()),
        Unary::Sqrt => map(x, out, |x| x.sqrt()),
        Unary::Power(exponent) => power(exponent.value(), x, out),
        Unary::Tanh => map(x, out, |x| x.tanh()),
        Unary::Sigmoid => map(x, out, |x| x.sigmoid()),
        Unary::Softplus => map(x, out, |x| x.softplus()),
        Unary::Erf => map(x, out, |x| x.erf()),
        // Written so that an undefined number stays one.
        Unary::Relu => map(x, out, |x| if x < T::ZERO { T::ZERO } else { x }),
        Unary::Step => map(x, out, step),
    }
}

/// Small integer powers as products, so that x² is exactly x·x.
#[inline(always)]
fn power<T: Element>(exponent: f64, x: &[T], out: &mut [T]) {
    if exponent == -1.0 {
        map(x, out, |x| T::ONE / x);
    } else if exponent == 2.0 {
        map(x, out, |x| x * x);
    } else if exponent == 3.0 {
        map(x, out, |x| x * x * x);
    } else if exponent == -2.0 {
        map(x, out, |x| T::ONE / (x * x));
    } else {
        let exponent = T::from_f64(exponent);
        map(x, out, |x| x.power(exponent));
    }
}

#[inline(always)]
pub(crate) fn is_undefined<T: Element>(x: T) -> bool {
    x.partial_cmp(&x).is_none()
}

#[inline(always)]
fn zip<T: Element>(x: &[T], y: &[T], out: &mut [T], function: impl Fn(T, T) -> T) {
    for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
        *out = function(*x, *y);
    }
}

/// Matches on the function once, outside of the loop over elements.
macro_rules! with_binary {
    ($function:expr, $f:ident => $loop:expr) => {
        match $function {
            Binary::Add => {
                let $f = |x: T, y: T| x + y;
                $loop
            }
            Binary::Subtract => {
                let $f = |x: T, y: T| x - y;
                $loop
            }
            Binary::Multiply => {
                let $f = |x: T, y: T| x * y;
                $loop
            }
            Binary::Divide => {
                let $f = |x: T, y: T| x / y;
                $loop
            }
            // The second operand where they are equal; an undefined number where there is one.
            Binary::Maximum => {
                let $f = |x: T, y: T| if x > y || is_undefined(x) { x } else { y };
                $loop
            }
        }
    };
}

#[inline(always)]
fn binary<T: Element>(function: Binary, x: &[T], y: &[T], out: &mut [T]) {
    with_binary!(function, f => zip(x, y, out, f));
}

#[inline(always)]
fn binary_right<T: Element>(function: Binary, x: &[T], y: T, out: &mut [T]) {
    with_binary!(function, f => map(x, out, |x| f(x, y)));
}

#[inline(always)]
fn binary_left<T: Element>(function: Binary, x: T, y: &[T], out: &mut [T]) {
    with_binary!(function, f => map(y, out, |y| f(x, y)));
}
