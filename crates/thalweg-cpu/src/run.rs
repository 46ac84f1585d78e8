//! Running a plan.

use std::ops::Range;

use crate::crew::Crew;
use crate::element::Element;
use crate::error::RunError;
use crate::kernel::{elementwise, matrix_product, reduction, rows};
use crate::plan::{Instruction, Plan, Wanted, Work};
use crate::storage::{Memory, Storage};
use crate::threads::Threads;

/// What is given for one input of a program.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a, T> {
    /// A tensor of real numbers, row by row.
    Real(&'a [T]),
    /// Labels.
    Labels(&'a [u32]),
}

/// A part of a program that is run by itself; see [`Plan::in_two_stages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What needs no late input.
    First,
    /// The rest.
    Second,
}

impl<T: Element> Plan<T> {
    /// Runs the program: reads `inputs` in the order of their creation, fills `outputs` in the
    /// order in which they were asked for, works in `memory`.
    ///
    /// Equal inputs give equal outputs to the bit, whatever the number of `threads`.
    ///
    /// # Errors
    /// If inputs or outputs do not fit the program; nothing has been computed then.
    pub fn run(
        &self,
        inputs: &[Argument<'_, T>],
        outputs: &mut [&mut [T]],
        memory: &mut Memory<T>,
        threads: &Threads,
    ) -> Result<(), RunError> {
        self.run_range(
            0..self.instructions.len(),
            inputs,
            outputs,
            memory,
            threads,
            |_| {},
        )
    }

    /// Runs one stage: the first, then, with late inputs given and all else as it was (the same
    /// `memory`, untouched), the second. Late inputs have their lengths in the first stage too. What
    /// the first stage wrote to `outputs` is the caller's in between: the second reads none of it.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn run_stage(
        &self,
        stage: Stage,
        inputs: &[Argument<'_, T>],
        outputs: &mut [&mut [T]],
        memory: &mut Memory<T>,
        threads: &Threads,
    ) -> Result<(), RunError> {
        let range = match stage {
            Stage::First => 0..self.first_stage,
            Stage::Second => self.first_stage..self.instructions.len(),
        };
        self.run_range(range, inputs, outputs, memory, threads, |_| {})
    }

    /// Runs the program, telling `watch` of each instruction when it is done: with a clock in
    /// `watch`, a profile.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn run_watched(
        &self,
        inputs: &[Argument<'_, T>],
        outputs: &mut [&mut [T]],
        memory: &mut Memory<T>,
        threads: &Threads,
        watch: impl FnMut(Work),
    ) -> Result<(), RunError> {
        self.run_range(
            0..self.instructions.len(),
            inputs,
            outputs,
            memory,
            threads,
            watch,
        )
    }

    fn run_range(
        &self,
        range: Range<usize>,
        inputs: &[Argument<'_, T>],
        outputs: &mut [&mut [T]],
        memory: &mut Memory<T>,
        threads: &Threads,
        mut watch: impl FnMut(Work),
    ) -> Result<(), RunError> {
        self.check_inputs(inputs)?;
        self.check_outputs(outputs)?;
        let storage = Storage::new(inputs, outputs, memory, self.arena);
        let mut follow = |crew: &Crew| {
            for instruction in &self.instructions[range.clone()] {
                execute(instruction, &storage, crew);
                watch(instruction.work());
            }
        };
        match self.is_short {
            true => follow(&Crew::alone()),
            false => threads.enter(follow),
        }
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

fn execute<T: Element>(instruction: &Instruction<T>, storage: &Storage<'_, T>, crew: &Crew) {
    match instruction {
        Instruction::Elementwise {
            expression,
            out,
            count,
        } => elementwise::store(expression, *out, *count, storage, crew),
        Instruction::MatrixProducts(products) => matrix_product::multiply(products, storage, crew),
        Instruction::SumRows {
            expression,
            rows,
            length,
            out,
            partials,
        } => {
            reduction::sum_rows(expression, (*rows, *length), *out, *partials, storage, crew);
        }
        Instruction::SumColumns { from, extents, out } => {
            reduction::sum_columns(*from, *extents, *out, storage, crew);
        }
        Instruction::LogSumExp {
            from,
            rows,
            columns,
            out,
        } => rows::log_sum_exp(*from, (*rows, *columns), *out, storage, crew),
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
