//! `[data]`: what is learnt.

use thalweg::Named;

use super::Setting;

/// What a trial learns and is tested on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DataSpec {
    /// Where the examples come from.
    pub source: DataSource,
    /// Only the first that many training examples; all of them if `None`.
    pub train_examples: Option<usize>,
    /// Only the first that many test examples; all of them if `None`.
    pub test_examples: Option<usize>,
    /// What is done to the inputs.
    pub scaling: Scaling,
}

/// Where examples come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DataSource {
    /// A dataset known by name, `data.name`.
    Name(String),
    /// A folder of IDX files, `data.folder`, relative to the working directory.
    Folder(String),
}

/// What is done to the pixels (0 to 255) of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scaling {
    /// Divided by 255.
    #[default]
    Unit,
    /// Each image shifted and scaled to mean 0 and variance 1.
    Standardised,
    /// Left as they are.
    Raw,
}

impl Named for Scaling {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("unit", Self::Unit),
        ("standardised", Self::Standardised),
        ("raw", Self::Raw),
    ];
}

impl DataSpec {
    /// The entries of `[data]` in the order of files and summaries.
    pub(super) fn settings(&self) -> Vec<(&'static str, Setting)> {
        let (name, folder) = match &self.source {
            DataSource::Name(name) => (Setting::from(name.as_str()), Setting::Absent),
            DataSource::Folder(folder) => (Setting::Absent, Setting::from(folder.as_str())),
        };
        vec![
            ("data.name", name),
            ("data.folder", folder),
            ("data.train_examples", Setting::of(self.train_examples)),
            ("data.test_examples", Setting::of(self.test_examples)),
            ("data.scaling", self.scaling.name().into()),
        ]
    }
}
