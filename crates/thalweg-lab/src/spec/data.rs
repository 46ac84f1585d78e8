//! `[data]`: what is learnt.

use thalweg_data::{DataSource, Scaling, catalogue};

use super::Setting;
use super::diagnostic::Problems;
use super::reader::{Reader, one_of};
use super::tree::Node;
use super::want::{SIZE, WORDS};

/// What a trial learns and is tested on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DataSpec {
    /// Where the examples come from: `data.name`, or `data.folder`, which is relative to the
    /// working directory.
    pub source: DataSource,
    /// Only the first that many training examples; all of them if `None`.
    pub train_examples: Option<usize>,
    /// Only the first that many test examples; all of them if `None`.
    pub test_examples: Option<usize>,
    /// How pixels become inputs.
    pub scaling: Scaling,
}

impl DataSpec {
    pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new("data", node, problems);
        let source = read_source(&mut reader);
        let train_examples = reader.get("train_examples", &SIZE);
        let test_examples = reader.get("test_examples", &SIZE);
        let scaling = reader.choice_of("scaling", Scaling::NAMES);
        reader.finish();
        Some(Self {
            source: source?,
            train_examples,
            test_examples,
            scaling: scaling.unwrap_or_default(),
        })
    }

    /// The entries of `[data]` in the order of files and summaries.
    pub(super) fn settings(&self) -> Vec<(&'static str, Setting)> {
        let (name, folder) = match &self.source {
            DataSource::Named(name) => (Some(name.as_str()), None),
            DataSource::Folder(folder) => (None, Some(folder.to_string_lossy())),
        };
        vec![
            ("data.name", Setting::of(name)),
            ("data.folder", Setting::of(folder.as_deref())),
            ("data.train_examples", Setting::of(self.train_examples)),
            ("data.test_examples", Setting::of(self.test_examples)),
            ("data.scaling", self.scaling.name().into()),
        ]
    }
}

fn read_source(reader: &mut Reader<'_, '_>) -> Option<DataSource> {
    let datasets = catalogue().iter().map(|info| (info.name, info.name));
    let datasets: Vec<_> = datasets.collect();
    let folder = reader.get("folder", &WORDS);
    let name = reader.choice_of("name", &datasets);
    reader.exclusive("folder", "name");
    if reader.span_of("folder").is_some() {
        return folder.map(|folder| DataSource::Folder(folder.into()));
    }
    reader.must_have("name", &format!("{}, or a `folder`", one_of(&datasets)));
    name.map(|name| DataSource::Named(name.into()))
}
