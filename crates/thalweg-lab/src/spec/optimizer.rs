//! `[optimizer]`: what moves θ.

use thalweg::Named;
use thalweg::optimizer::Sampling;

use super::Setting;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::tree::Node;
use super::want::{POSITIVE, SIZE};

/// How θ descends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptimizerSpec {
    /// h > 0, the same at every step.
    pub learning_rate: f64,
    /// What a step sees of the data.
    pub method: Method,
}

/// What a step of descent sees of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// All training examples.
    GradientDescent,
    /// A minibatch. Where `batch_size` does not divide the number of examples, the last batch of
    /// each epoch is shorter.
    Sgd {
        /// Examples in a batch, at least 1.
        batch_size: usize,
        /// How batches are drawn.
        sampling: Sampling,
    },
}

/// A name for each [`Method`], as `optimizer.method` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MethodName {
    GradientDescent,
    Sgd,
}

impl Named for MethodName {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("gradient-descent", Self::GradientDescent),
        ("sgd", Self::Sgd),
    ];
}

impl OptimizerSpec {
    pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new("optimizer", node, problems);
        let name = reader.require_choice::<MethodName>("method");
        let learning_rate = reader.require("learning_rate", &POSITIVE);
        let batch_size = reader.get("batch_size", &SIZE);
        let sampling = reader.choice("sampling").unwrap_or(Sampling::Shuffled);
        match name {
            Some(MethodName::GradientDescent) => {
                for key in ["batch_size", "sampling"] {
                    reader.inapplicable(
                        key,
                        "optimizer.method",
                        MethodName::GradientDescent.name(),
                    );
                }
            }
            Some(MethodName::Sgd) => reader.must_have("batch_size", "the examples in a batch"),
            None => {}
        }
        reader.finish();
        let method = match name? {
            MethodName::GradientDescent => Method::GradientDescent,
            MethodName::Sgd => Method::Sgd {
                batch_size: batch_size?,
                sampling,
            },
        };
        Some(Self {
            learning_rate: learning_rate?,
            method,
        })
    }

    /// The entries of `[optimizer]` in the order of files and summaries.
    pub(super) fn settings(&self) -> Vec<(&'static str, Setting)> {
        let (method, batch_size, sampling) = match self.method {
            Method::GradientDescent => (MethodName::GradientDescent, None, None),
            Method::Sgd {
                batch_size,
                sampling,
            } => (MethodName::Sgd, Some(batch_size), Some(sampling.name())),
        };
        vec![
            ("optimizer.method", method.name().into()),
            ("optimizer.learning_rate", self.learning_rate.into()),
            ("optimizer.batch_size", Setting::of(batch_size)),
            ("optimizer.sampling", Setting::of(sampling)),
        ]
    }
}
