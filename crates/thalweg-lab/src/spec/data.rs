//! `[data]`: what is learnt.

use thalweg::Named;

use super::Setting;
use super::diagnostic::Problems;
use super::reader::Reader;
use super::tree::Node;
use super::want::{SIZE, TEXT, WORDS};

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
    /// The datasets known by name.
    pub const NAMES: [&'static str; 3] = ["mnist-small", "mnist", "fashion-mnist"];

    pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Self> {
        let mut reader = Reader::new("data", node, problems);
        let source = read_source(&mut reader);
        let train_examples = reader.get("train_examples", &SIZE);
        let test_examples = reader.get("test_examples", &SIZE);
        let scaling = reader.choice("scaling").unwrap_or_default();
        reader.finish();
        Some(Self {
            source: source?,
            train_examples,
            test_examples,
            scaling,
        })
    }

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

fn read_source(reader: &mut Reader<'_>) -> Option<DataSource> {
    let folder = reader.get("folder", &WORDS);
    let name = reader.node("name");
    reader.exclusive("folder", "name");
    if reader.span_of("folder").is_some() {
        return folder.map(DataSource::Folder);
    }
    reader.must_have(
        "name",
        "`name = \"mnist-small\"`, or `folder` with the path of IDX files",
    );
    read_name(reader, name?)
}

fn read_name(reader: &mut Reader<'_>, node: &Node) -> Option<DataSource> {
    let known = DataSpec::NAMES.map(str::to_owned).to_vec();
    let Ok(name) = (TEXT.read)(node) else {
        reader.unsuitable("name", node, &format!("one of {}", known.join(", ")));
        return None;
    };
    if !known.contains(&name) {
        reader.unknown_name("name", name, known, node.span);
        return None;
    }
    Some(DataSource::Name(name))
}
