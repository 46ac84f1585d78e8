//! A pass over examples: parts are asked side by side, and their answers summed in a fixed order.

use std::sync::{Mutex, PoisonError};

use thalweg_cpu::{Element, Memory, Stage, Threads, vector};

use super::batch::{self, Gathered, Rows};
use super::partition::Partition;
use super::plans::{self, Plans, Question};
use crate::network::Parameters;
use crate::objective::{Examples, ObjectiveError};

/// What a pass asks, and of what.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a, T> {
    pub(super) question: Question,
    pub(super) rows: Rows<'a>,
    pub(super) partition: Partition,
    pub(super) theta: &'a [T],
    pub(super) directions: &'a [&'a [T]],
    /// Which stage to run; all at once if none is named.
    pub(super) stage: Option<Stage>,
}

/// What all parts share.
#[derive(Clone, Copy)]
pub(super) struct Model<'a, T> {
    pub(super) examples: &'a Examples<T>,
    pub(super) parameters: &'a Parameters,
    pub(super) plans: &'a Plans<T>,
    pub(super) threads: &'a Threads,
}

/// What is counted over parts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// The mean loss.
    pub(super) loss: f64,
    /// Outputs that are greatest at their label.
    pub(super) correct: usize,
}

/// The memory of passes, kept between them.
#[derive(Debug)]
pub(super) struct Streams<T> {
    lanes: Vec<Lane<T>>,
    desks: Mutex<Vec<Desk<T>>>,
}

/// The sum of some parts.
#[derive(Debug)]
struct Lane<T> {
    /// Its sums, as far as they do not go where they belong at once.
    vectors: Vec<Vec<T>>,
    /// Kept between the two stages of a pass.
    desk: Option<Desk<T>>,
    tally: Result<Tally, ObjectiveError>,
}

/// What one part at a time is computed on.
#[derive(Debug)]
struct Desk<T> {
    memory: Memory<T>,
    gathered: Gathered<T>,
    outputs: Vec<T>,
    partial: Vec<T>,
}

impl<T> Default for Streams<T> {
    fn default() -> Self {
        Self {
            lanes: Vec::new(),
            desks: Mutex::new(Vec::new()),
        }
    }
}

impl<T> Default for Lane<T> {
    fn default() -> Self {
        Self {
            vectors: Vec::new(),
            desk: None,
            tally: Ok(Tally::default()),
        }
    }
}

impl<T: Element> Default for Desk<T> {
    fn default() -> Self {
        Self {
            memory: Memory::new(),
            gathered: Gathered::default(),
            outputs: Vec::new(),
            partial: Vec::new(),
        }
    }
}

impl<T: Element> Streams<T> {
    /// Runs a pass. Writes the means of the asked-for vectors to `vectors` and what is asked of
    /// each example to `own`, part by part.
    ///
    /// In the second stage of a pass `vectors` are those that the stage completes.
    pub(super) fn run(
        &mut self,
        pass: Pass<'_, T>,
        model: Model<'_, T>,
        vectors: &mut [&mut [T]],
        own: &mut [T],
    ) -> Result<Tally, ObjectiveError> {
        let (partition, wanted) = (pass.partition, pass.question.vectors());
        let lanes = partition.lanes();
        self.lanes
            .resize_with(lanes.max(self.lanes.len()), Lane::default);
        // Which of the asked-for vectors the given ones are.
        let first = match pass.stage {
            Some(Stage::Second) => wanted - vectors.len(),
            _ => 0,
        };
        let mut tasks: Vec<Task<'_, T>> = self.lanes[..lanes].iter_mut().map(Task::new).collect();
        let direct = vectors.iter_mut().map(|vector| Some(&mut **vector));
        tasks[0].direct.resize_with(first, || None);
        tasks[0].direct.extend(direct);
        hand_out(own, partition, &mut tasks);
        let desks = &self.desks;
        model.threads.each_of(&mut tasks, |index, task, threads| {
            let mut desk = task.lane.desk.take().unwrap_or_else(|| take(desks));
            task.lane.tally = task.run(index, pass, Model { threads, ..model }, &mut desk);
            match pass.stage {
                Some(Stage::First) => task.lane.desk = Some(desk),
                _ => put(desks, desk),
            }
        });
        drop(tasks);
        let weight = |lane: usize| match partition.is_long() {
            true => 1.0, // its parts have been weighted one by one
            false => partition.weight(lane),
        };
        for (index, vector) in vectors.iter_mut().enumerate() {
            let others = self.lanes[..lanes].iter().enumerate().skip(1);
            let terms: Vec<(f64, &[T])> = others
                .map(|(lane, sum)| (weight(lane), &sum.vectors[first + index][..]))
                .collect();
            vector::weighted_sum(vector, Some(weight(0)), &terms, model.threads);
        }
        let mut total = Tally::default();
        for lane in &mut self.lanes[..lanes] {
            let tally = std::mem::replace(&mut lane.tally, Ok(Tally::default()))?;
            total.loss += tally.loss;
            total.correct += tally.correct;
        }
        Ok(total)
    }

    /// Runs a pass of a single part, or its first stage, and writes its vectors where they belong
    /// at once.
    pub(super) fn run_single(
        &mut self,
        pass: Pass<'_, T>,
        model: Model<'_, T>,
        vectors: &mut [&mut [T]],
        own: &mut [T],
    ) -> Result<Tally, ObjectiveError> {
        let mut desk = take(&self.desks);
        let vectors = vectors.iter_mut().map(|vector| &mut **vector);
        let tally = ask(0, pass, model, &mut desk, Answers { vectors, own });
        match pass.stage {
            Some(_) => {
                self.lanes
                    .resize_with(1.max(self.lanes.len()), Lane::default);
                self.lanes[0].desk = Some(desk);
            }
            None => put(&self.desks, desk),
        }
        tally
    }
}

fn take<T: Element>(desks: &Mutex<Vec<Desk<T>>>) -> Desk<T> {
    let mut desks = desks.lock().unwrap_or_else(PoisonError::into_inner);
    desks.pop().unwrap_or_default()
}

fn put<T>(desks: &Mutex<Vec<Desk<T>>>, desk: Desk<T>) {
    let mut desks = desks.lock().unwrap_or_else(PoisonError::into_inner);
    desks.push(desk);
}

/// A lane at work.
struct Task<'a, T> {
    lane: &'a mut Lane<T>,
    /// The places of its vectors, of those that are written where they belong at once.
    direct: Vec<Option<&'a mut [T]>>,
    /// The places of what is asked of the examples of its parts.
    own: Vec<&'a mut [T]>,
}

/// Gives each lane the places of its parts' examples.
fn hand_out<'a, T>(mut own: &'a mut [T], partition: Partition, tasks: &mut [Task<'a, T>]) {
    if own.is_empty() {
        return;
    }
    let rows: usize = partition.rows();
    let each = own.len() / rows;
    for part in 0..partition.parts() {
        let (first, rest) = own.split_at_mut(each * partition.range(part).len());
        let lanes = tasks.len();
        tasks[part % lanes].own.push(first);
        own = rest;
    }
}

impl<'a, T: Element> Task<'a, T> {
    fn new(lane: &'a mut Lane<T>) -> Self {
        Self {
            lane,
            direct: Vec::new(),
            own: Vec::new(),
        }
    }

    fn run(
        &mut self,
        index: usize,
        pass: Pass<'_, T>,
        model: Model<'_, T>,
        desk: &mut Desk<T>,
    ) -> Result<Tally, ObjectiveError> {
        let (count, wanted) = (model.parameters.count(), pass.question.vectors());
        self.direct.resize_with(wanted, || None);
        self.lane
            .vectors
            .resize_with(wanted.max(self.lane.vectors.len()), Vec::new);
        for (vector, direct) in self.lane.vectors.iter_mut().zip(&self.direct) {
            if direct.is_none() {
                vector.resize(count, T::ZERO);
            }
        }
        let mut own = std::mem::take(&mut self.own).into_iter();
        let mut total = Tally::default();
        for (round, part) in pass.partition.of_lane(index).enumerate() {
            let own = own.next().unwrap_or_default();
            let weight = pass.partition.weight(part);
            let places = self.lane.vectors.iter_mut().zip(&mut self.direct);
            let vectors = places.map(|(kept, direct)| match direct {
                Some(direct) => &mut **direct,
                None => kept.as_mut_slice(),
            });
            let tally = if pass.partition.is_long() {
                let mut partial = std::mem::take(&mut desk.partial);
                partial.resize(wanted * count, T::ZERO);
                let parts = partial.chunks_exact_mut(count);
                let answers = Answers {
                    vectors: parts,
                    own,
                };
                let tally = ask(part, pass, model, desk, answers)?;
                for (sum, part) in vectors.zip(partial.chunks_exact(count)) {
                    let before = (round > 0).then_some(1.0);
                    vector::weighted_sum(sum, before, &[(weight, part)], model.threads);
                }
                desk.partial = partial;
                tally
            } else {
                ask(part, pass, model, desk, Answers { vectors, own })?
            };
            total.loss += weight * tally.loss;
            total.correct += tally.correct;
        }
        Ok(total)
    }
}

/// Where the answers of one part go.
struct Answers<'a, T, V> {
    vectors: V,
    own: &'a mut [T],
}

/// Asks one part.
fn ask<'a, T: Element, V: Iterator<Item = &'a mut [T]>>(
    part: usize,
    pass: Pass<'_, T>,
    model: Model<'_, T>,
    desk: &mut Desk<T>,
    answers: Answers<'a, T, V>,
) -> Result<Tally, ObjectiveError> {
    let rows = pass.rows.part(pass.partition.range(part));
    let batch = desk.gathered.batch(model.examples, rows);
    let width = model.examples.outputs();
    desk.outputs.resize(batch.rows * width, T::ZERO);
    let mut loss = [T::ZERO];
    let arguments = plans::arguments(model.parameters, pass.theta, pass.directions, &batch);
    let mut places = plans::tensors(model.parameters, answers.vectors);
    let wants_loss = pass.question.wants_loss();
    if wants_loss {
        places.extend([&mut loss[..], &mut desk.outputs[..]]);
    }
    places.extend(answers.own.chunks_exact_mut(batch.rows));
    let plan = model.plans.get(pass.question, batch.rows);
    let memory = &mut desk.memory;
    match pass.stage {
        None => plan.run(&arguments, &mut places, memory, model.threads)?,
        Some(stage) => plan.run_stage(stage, &arguments, &mut places, memory, model.threads)?,
    }
    let correct = match (wants_loss, batch.labels) {
        (true, Some(labels)) => batch::count_correct(&desk.outputs, width, labels),
        _ => 0,
    };
    Ok(Tally {
        loss: loss[0].to_f64(),
        correct,
    })
}
