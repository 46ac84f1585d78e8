//! Running a plan.

use crate::element::Element;
use crate::error::RunError;
use crate::kernel::{elementwise, reduction, rows};
use crate::plan::{Instruction, MatrixProduct, Plan, Wanted, Work};
use crate::storage::Storage;
use crate::threads::Threads;

/// What is given for one input of a program.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a, T> {
    /// A tensor of real numbers, row by row.
    Real(&'a [T]),
    /// Labels.
    Labels(&'a [u32]),
}

impl<T: Element> Plan<T> {
    /// Runs the program: reads `inputs` in the order of their creation, fills `outputs` in the
    /// order in which they were asked for.
    ///
    /// Equal inputs give equal outputs to the bit, whatever the number of `threads`.
    ///
    /// # Errors
    /// If inputs or outputs do not fit the program; nothing has been computed then.
    pub fn run(
        &mut self,
        inputs: &[Argument<'_, T>],
        outputs: &mut [&mut [T]],
        threads: &Threads,
    ) -> Result<(), RunError> {
        self.run_watched(inputs, outputs, threads, |_| {})
    }

    /// The same, telling `watch` of each instruction when it is done: with a clock in `watch`, a
    /// profile.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn run_watched(
        &mut self,
        inputs: &[Argument<'_, T>],
        outputs: &mut [&mut [T]],
        threads: &Threads,
        mut watch: impl FnMut(Work) + Send,
    ) -> Result<(), RunError> {
        self.check_inputs(inputs)?;
        self.check_outputs(outputs)?;
        let outputs: Vec<*mut T> = outputs.iter_mut().map(|out| out.as_mut_ptr()).collect();
        let storage = Storage::new(inputs, &outputs, &mut self.arena);
        let instructions = &self.instructions;
        threads.enter(|| {
            for instruction in instructions {
                execute(instruction, &storage, threads);
                watch(instruction.work());
            }
        });
        Ok(())
    }

    fn check_inputs(&self, inputs: &[Argument<'_, T>]) -> Result<(), RunError> {
        check_count("input", self.inputs.len(), inputs.len())?;
        for (index, (wanted, given)) in self.inputs.iter().zip(inputs).enumerate() {
            match (wanted, given) {
                (Wanted::Anything, _) => {}
                (Wanted::Real(wanted), Argument::Real(given)) => {
                    check_length("input", index, *wanted, given.len())?;
                }
                (Wanted::Labels { count, classes }, Argument::Labels(given)) => {
                    check_length("input", index, *count, given.len())?;
                    check_labels(given, *classes)?;
                }
                (Wanted::Real(_), _) => {
                    let wanted = "real numbers";
                    return Err(RunError::Kind { index, wanted });
                }
                (Wanted::Labels { .. }, _) => {
                    let wanted = "labels";
                    return Err(RunError::Kind { index, wanted });
                }
            }
        }
        Ok(())
    }

    fn check_outputs(&self, outputs: &[&mut [T]]) -> Result<(), RunError> {
        check_count("output", self.outputs.len(), outputs.len())?;
        for (index, (wanted, given)) in self.outputs.iter().zip(outputs).enumerate() {
            check_length("output", index, *wanted, given.len())?;
        }
        Ok(())
    }
}

fn check_count(role: &'static str, wanted: usize, given: usize) -> Result<(), RunError> {
    if wanted == given {
        return Ok(());
    }
    Err(RunError::Count {
        role,
        wanted,
        given,
    })
}

fn check_length(
    role: &'static str,
    index: usize,
    wanted: usize,
    given: usize,
) -> Result<(), RunError> {
    if wanted == given {
        return Ok(());
    }
    Err(RunError::Length {
        role,
        index,
        wanted,
        given,
    })
}

fn check_labels(labels: &[u32], classes: usize) -> Result<(), RunError> {
    match labels.iter().position(|label| *label as usize >= classes) {
        None => Ok(()),
        Some(example) => Err(RunError::Label {
            example,
            label: labels[example],
            classes,
        }),
    }
}

fn execute<T: Element>(instruction: &Instruction<T>, storage: &Storage<'_, T>, threads: &Threads) {
    match instruction {
        Instruction::Elementwise {
            expression,
            out,
            count,
        } => elementwise::store(expression, *out, *count, storage, threads),
        Instruction::MatrixProduct(product) => multiply(product, storage, threads),
        Instruction::SumRows {
            expression,
            rows,
            length,
            out,
            partials,
        } => {
            reduction::sum_rows(
                expression,
                (*rows, *length),
                *out,
                *partials,
                storage,
                threads,
            );
        }
        Instruction::SumColumns { from, extents, out } => {
            reduction::sum_columns(*from, *extents, *out, storage, threads);
        }
        Instruction::LogSumExp {
            from,
            rows,
            columns,
            out,
        } => rows::log_sum_exp(*from, (*rows, *columns), *out, storage, threads),
        Instruction::Select {
            from,
            labels,
            rows,
            columns,
            out,
        } => rows::select(*from, *labels, (*rows, *columns), *out, storage),
        Instruction::Place {
            from,
            labels,
            rows,
            columns,
            out,
        } => rows::place(*from, *labels, (*rows, *columns), *out, storage),
        Instruction::Move {
            copy,
            from,
            out,
            on_zeros,
        } => {
            if *on_zeros {
                // SAFETY: the plan gave the value this many elements.
                unsafe { storage.write(out.0, 0, out.1) }.fill(T::ZERO);
            }
            copy.run(*from, *out, storage);
        }
    }
}

/// One matrix product by the `gemm` crate, whose sums run over the inner axis in an order that
/// does not depend on the number of threads.
fn multiply<T: Element>(product: &MatrixProduct, storage: &Storage<'_, T>, threads: &Threads) {
    let (rows, inner, columns) = product.extents;
    let strides = |transposed: bool, width: usize, height: usize| match transposed {
        false => (1, width as isize),
        true => (height as isize, 1),
    };
    let (left_column, left_row) = strides(product.transpose_left, inner, rows);
    let (right_column, right_row) = strides(product.transpose_right, columns, inner);
    // SAFETY: both operands are complete and have these extents; the plan keeps `out` apart.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            storage.target(product.out),
            1,
            columns as isize,
            product.accumulate,
            storage.source(product.left),
            left_column,
            left_row,
            storage.source(product.right),
            right_column,
            right_row,
            T::ONE,
            if product.negate { -T::ONE } else { T::ONE },
            false,
            false,
            false,
            threads.parallelism(),
        );
    }
}
