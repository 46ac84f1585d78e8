//! `[optimizer]`: what moves θ.

mod batch;
mod inline;
mod method;

use thalweg::modified::stochastic::Epoch;
use thalweg::optimizer::Sampling;

pub use self::batch::BatchSpec;
pub use self::method::Method;
use self::method::MethodName;
use super::Setting;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::tree::Node;
use super::want::POSITIVE;

/// How θ descends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptimizerSpec {
    /// h > 0: the rate of every step, or what a [`ScheduleSpec`](super::ScheduleSpec) makes it a
    /// multiple of. The physical time after n steps is the sum of their rates, n·h if all are h,
    /// whatever the method.
    pub learning_rate: f64,
    /// The rule of a step.
    pub method: Method,
    /// What a step sees of the data; `None` is all training examples.
    pub batch: Option<BatchSpec>,
    /// The norm above which a gradient, penalty and coupled weight decay included, is scaled down to
    /// it; `None` is no clipping.
    pub clip_norm: Option<f64>,
}

impl OptimizerSpec {
    pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new("optimizer", node, problems);
        let name = reader.require_choice::<MethodName>("method");
        let learning_rate = reader.require("learning_rate", &POSITIVE);
        let batch = batch::read(&mut reader, name);
        let clip_norm = reader.get("clip_norm", &POSITIVE);
        let method = name.and_then(|name| Method::read(&mut reader, name));
        if name.is_none() {
            // Whatever is set may well belong to the method that was meant.
            method::know_all(&mut reader);
        }
        reader.finish();
        Some(Self {
            learning_rate: learning_rate?,
            method: method?,
            batch: batch?,
            clip_norm,
        })
    }

    /// Its epochs over so many training examples. All examples in each step come in a random order,
    /// which decides what micro-batches of them hold.
    #[must_use]
    pub fn epoch(&self, examples: usize) -> Epoch {
        match self.batch {
            None => Epoch {
                sampling: Sampling::Shuffled,
                ..Epoch::full_batch(examples)
            },
            Some(batch) => Epoch {
                examples,
                batch_size: batch.size,
                last_batch: batch.last_batch,
                sampling: batch.sampling,
            },
        }
    }

    /// The entries of `[optimizer]` in the order of files and summaries.
    pub(crate) fn settings(&self) -> Vec<(&'static str, Setting)> {
        let mut settings = vec![
            ("optimizer.method", self.method.name().into()),
            ("optimizer.learning_rate", self.learning_rate.into()),
        ];
        settings.extend(batch::settings(self.batch.as_ref()));
        settings.extend(self.method.settings());
        settings.push(("optimizer.clip_norm", Setting::of(self.clip_norm)));
        settings
    }
}
