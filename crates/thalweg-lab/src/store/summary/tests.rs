//! Summaries of whole runs, read back from their files.

use std::fs;
use std::path::Path;

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use thalweg::Named;
use thalweg::probe::Quantity;

use super::{Cell, Column, Kind, Summary, csv, parquet};
use crate::plan::Plan;
use crate::record::{Measurement, Outcome, Termination};
use crate::spec::Experiment;
use crate::store::{ExperimentIdentity, RunFolder, StoreError, StoredRun};

/// An experiment in which every setting applies somewhere.
const SPEC: &str = r#"
title = "a, \"b\""
seeds = [0, 7]

[data]
name = "mnist-small"
train_examples = 100
test_examples = 50

[network]
width = 8
depth = 2

[optimizer]
method = "sgd"
batch_size = 10

[regularizer]
coefficient = 0.1
derivative = "central-difference"
epsilon = 1e-3

[stop]
steps = 10
epochs = 2
time = 1.0
train_accuracy = 1.0
loss = 1e-3

[[sweep]]
name = "first"
optimizer.learning_rate = [0.1, 1e-7]

[[sweep]]
name = "second"
optimizer.learning_rate = [0.1]
"#;

/// The folder of an experiment of which nothing has been run.
fn folder(path: &Path, spec: &str) -> RunFolder {
    let experiment = Experiment::parse("a.toml", spec, &[]).unwrap_or_else(|e| panic!("{e}"));
    let identity = ExperimentIdentity {
        id: Plan::new(&experiment).id,
        title: experiment.title,
        question: experiment.question,
        overrides: vec![],
        command: "thalweg run a.toml".into(),
        version: "0".into(),
    };
    RunFolder::open_or_create(path, spec, &identity).unwrap()
}

fn read(folder: &RunFolder) -> StoredRun {
    StoredRun::read(folder.path()).unwrap_or_else(|error| panic!("{error}"))
}

/// Gives the first trial of a folder an outcome.
fn finish_first(folder: &RunFolder) {
    let id = &read(folder).trials[0].planned.id;
    let last = Measurement {
        step: 10,
        epoch: 1.0,
        time: 1.0,
        values: [(Quantity::Loss, f64::INFINITY), (Quantity::RIg, 1e-9)].into(),
    };
    let outcome = Outcome {
        termination: Termination::Diverged,
        steps: 10,
        max_train_accuracy: Some(0.25),
        last,
        best: None,
        warnings: vec![],
        seconds: 3.0,
    };
    let text = serde_json::to_vec(&outcome).unwrap();
    folder
        .write(&format!("trials/{id}/outcome.json"), &text)
        .unwrap();
}

fn cell<'a>(summary: &'a Summary, row: usize, name: &str) -> &'a Cell {
    let mut columns = summary.columns.iter();
    let index = columns.position(|column| column.name == name).unwrap();
    &summary.rows[row][index]
}

/// The rows of a Parquet file.
fn rows(bytes: &[u8]) -> Vec<Vec<Field>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("summary.parquet");
    fs::write(&path, bytes).unwrap();
    let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| {
        let columns = row.unwrap().into_columns().into_iter();
        columns.map(|(_, field)| field).collect()
    })
    .collect()
}

#[test]
fn a_run_has_a_row_a_trial_in_the_order_of_the_plan() {
    let parent = tempfile::tempdir().unwrap();
    let folder = folder(parent.path(), SPEC);
    finish_first(&folder);
    let run = read(&folder);
    let summary = Summary::of(&run);
    let ids = run.trials.iter().map(|trial| &trial.planned.id);
    for (row, id) in ids.enumerate() {
        assert_eq!(cell(&summary, row, "id"), &Cell::Text(id.clone()));
    }
    assert_eq!(
        cell(&summary, 0, "sweep"),
        &Cell::Text("first+second".into())
    );
    assert_eq!(cell(&summary, 1, "seed"), &Cell::Whole(7));
    assert_eq!(
        cell(&summary, 2, "optimizer.learning_rate"),
        &Cell::Number(1e-7)
    );
    assert_eq!(
        cell(&summary, 0, "termination"),
        &Cell::Text("diverged".into())
    );
    assert_eq!(cell(&summary, 0, "r_ig"), &Cell::Number(1e-9));
    assert!(matches!(cell(&summary, 0, "loss"), Cell::Number(loss) if loss.is_nan()));
    assert_eq!(cell(&summary, 0, "test_loss"), &Cell::Missing);
    assert_eq!(cell(&summary, 0, "best_step"), &Cell::Missing);
    assert_eq!(cell(&summary, 1, "steps"), &Cell::Missing);
}

#[test]
fn columns_stand_in_the_order_that_people_rely_on() {
    let parent = tempfile::tempdir().unwrap();
    let run = read(&folder(parent.path(), SPEC));
    let summary = Summary::of(&run);
    let names: Vec<&str> = summary
        .columns
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let mut settings = run.trials[0].planned.spec.settings();
    settings.extend(run.trials[0].planned.spec.derived_settings());
    let measured = ["step", "epoch", "time"].into_iter();
    let measured = measured.chain(Quantity::NAMES.iter().map(|(name, _)| *name));
    let measured: Vec<&str> = measured.collect();
    let wanted: Vec<String> = ["id", "sweep", "seed"]
        .into_iter()
        .chain(settings.iter().map(|(path, _)| *path))
        .chain(["termination", "steps", "max_train_accuracy"])
        .chain(measured.iter().copied())
        .map(String::from)
        .chain(measured.iter().map(|name| format!("best_{name}")))
        .collect();
    assert_eq!(names, wanted);
}

#[test]
fn columns_have_the_same_type_whether_or_not_anything_is_in_them() {
    let sparse = SPEC
        .replace("train_examples = 100\ntest_examples = 50", "")
        .replace("width = 8\ndepth = 2", "hidden_widths = [8, 9]")
        .replace("\"sgd\"\nbatch_size = 10", "\"gradient-descent\"")
        .replace(
            "coefficient = 0.1\nderivative = \"central-difference\"\nepsilon = 1e-3",
            "coefficient = 0.0",
        )
        .replace(
            "epochs = 2\ntime = 1.0\ntrain_accuracy = 1.0\nloss = 1e-3",
            "",
        );
    let parents = [SPEC, &sparse].map(|spec| (tempfile::tempdir().unwrap(), spec));
    let [full, sparse] = parents.map(|(parent, spec)| {
        let folder = folder(parent.path(), spec);
        if spec == SPEC {
            finish_first(&folder);
        }
        Summary::of(&read(&folder))
    });
    assert_eq!(full.columns, sparse.columns);
    assert_eq!(cell(&sparse, 0, "optimizer.batch_size"), &Cell::Missing);
    let folder = full
        .columns
        .iter()
        .find(|one| one.name == "data.folder")
        .unwrap();
    assert_eq!(folder.kind, Kind::Text);
}

#[test]
fn both_files_hold_the_same_table_and_have_equal_bytes_each_time() {
    let parent = tempfile::tempdir().unwrap();
    let folder = folder(parent.path(), SPEC);
    finish_first(&folder);
    let read_files = || {
        let paths = Summary::of(&read(&folder)).write(&folder).unwrap();
        paths.map(|path| fs::read(path).unwrap())
    };
    let [csv, parquet] = read_files();
    assert_eq!(read_files(), [csv.clone(), parquet.clone()]);
    let mut lines = ::csv::Reader::from_reader(csv.as_slice());
    let lines: Vec<::csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    let rows = rows(&parquet);
    assert_eq!((lines.len(), rows.len()), (4, 4));
    for (line, row) in lines.iter().zip(&rows) {
        for (text, field) in line.iter().zip(row) {
            match field {
                Field::Null => assert_eq!(text, ""),
                Field::Str(value) => assert_eq!(text, value),
                Field::Long(value) => assert_eq!(text.parse(), Ok(*value)),
                Field::Double(value) if value.is_nan() => assert_eq!(text, "NaN"),
                Field::Double(value) => assert_eq!(text.parse(), Ok(*value)),
                other => panic!("{other:?}"),
            }
        }
    }
}

fn columns(kinds: &[(&str, Kind)]) -> Vec<Column> {
    let column = |(name, kind): &(&str, Kind)| Column {
        name: (*name).into(),
        kind: *kind,
    };
    kinds.iter().map(column).collect()
}

#[test]
fn every_kind_is_read_back_gaps_included() {
    let summary = Summary {
        columns: columns(&[
            ("id", Kind::Text),
            ("steps", Kind::Whole),
            ("loss", Kind::Number),
            ("mixed", Kind::Text),
            ("nothing", Kind::Whole),
        ]),
        rows: vec![
            vec![
                Cell::Text("∇, \"quoted\"".into()),
                Cell::Whole(-3),
                Cell::Number(0.1),
                Cell::Number(0.5),
                Cell::Missing,
            ],
            vec![
                Cell::Missing,
                Cell::Missing,
                Cell::Whole(2),
                Cell::Text("x".into()),
                Cell::Missing,
            ],
        ],
    };
    let first = [
        Field::Str("∇, \"quoted\"".into()),
        Field::Long(-3),
        Field::Double(0.1),
        Field::Str("0.5".into()),
        Field::Null,
    ];
    let second = [
        Field::Null,
        Field::Null,
        Field::Double(2.0),
        Field::Str("x".into()),
        Field::Null,
    ];
    assert_eq!(rows(&parquet::encode(&summary).unwrap()), [first, second]);
    let text = String::from_utf8(csv::encode(&summary).unwrap()).unwrap();
    let first = "\"∇, \"\"quoted\"\"\",-3,0.1,0.5,\n";
    assert_eq!(
        text,
        format!("id,steps,loss,mixed,nothing\n{first},,2,x,\n")
    );
}

#[test]
fn a_table_without_rows_is_still_a_table() {
    let summary = Summary {
        columns: columns(&[("id", Kind::Text), ("steps", Kind::Whole)]),
        rows: vec![],
    };
    assert!(rows(&parquet::encode(&summary).unwrap()).is_empty());
    assert_eq!(csv::encode(&summary).unwrap(), b"id,steps\n");
}

#[test]
fn an_experiment_file_changed_afterwards_is_not_believed() {
    let parent = tempfile::tempdir().unwrap();
    let folder = folder(parent.path(), SPEC);
    folder
        .write("spec.toml", SPEC.replace("1e-7", "1e-6").as_bytes())
        .unwrap();
    let error = StoredRun::read(parent.path()).unwrap_err();
    assert!(matches!(error, StoreError::ChangedSpec { .. }), "{error}");
    folder.write("spec.toml", b"seeds = ").unwrap();
    let error = StoredRun::read(parent.path()).unwrap_err();
    assert!(matches!(error, StoreError::Spec(_)), "{error}");
}

#[test]
fn a_file_without_title_keeps_the_one_it_had() {
    let parent = tempfile::tempdir().unwrap();
    let spec = SPEC.replace("title = \"a, \\\"b\\\"\"", "");
    let run = read(&folder(parent.path(), &spec));
    assert_eq!(run.experiment.title, run.identity.title);
    assert_ne!(run.experiment.title, "spec");
}
