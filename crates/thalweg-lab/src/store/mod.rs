//! Where results are kept: the run folder and everything in it.
//!
//! | file | what it is |
//! |---|---|
//! | `spec.toml` | the experiment file as given |
//! | `experiment.json` | which experiment made the folder, and by which command |
//! | `trials/<id>/trial.toml` | one trial, everything resolved |
//! | `trials/<id>/metrics.jsonl` | its measurements, appended as they are made |
//! | `trials/<id>/resume.safetensors` | how to continue it; gone when it is finished |
//! | `trials/<id>/checkpoint.safetensors` | its final parameters |
//! | `trials/<id>/best.safetensors` | those at its highest test accuracy |
//! | `trials/<id>/robustness.json` | what noise in its parameters does, if that is asked for |
//! | `trials/<id>/outcome.json` | how it ended; a trial with one is finished |
//! | `trials/<id>/stopped.json` | why it has no outcome although it was begun; gone when it is continued |
//! | `trials/<id>/claim` | empty; locked by the process that runs the trial |
//! | `summary.csv`, `summary.parquet` | one row a trial |
//! | `verdicts.json` | the rulings on the experiment's claims |
//! | `report.html`, `figures/*.svg` | what people look at |
//!
//! The folder of a study has, beside report and figures:
//!
//! | file | what it is |
//! |---|---|
//! | `study.json` | everything found, and which study found it by which command |
//! | `tables/<name>.parquet`, `tables/<name>.csv` | its tables |
//!
//! Files other than `metrics.jsonl` appear whole or not at all: they are written aside, under a
//! name that ends in `.part`, brought to the disk and renamed. What a killed process was writing is
//! swept away by the next that writes there.

mod checkpoint;
mod claimed_trial;
mod error;
mod given_trial;
mod json;
mod lock;
mod metrics_log;
mod run_folder;
mod snapshot;
mod stopped;
mod stored_run;
mod study_folder;
mod study_table;
mod summary;
mod tensors;
mod trial_folder;
mod whole_file;

pub use checkpoint::{Checkpoint, CheckpointLabel};
pub use claimed_trial::{ClaimedTrial, LostSnapshot, Start};
pub use error::StoreError;
pub use given_trial::read_given_trial;
pub use metrics_log::MetricsLog;
pub(crate) use metrics_log::Tail;
pub use run_folder::{ExperimentIdentity, RunFolder};
pub(crate) use snapshot::read_progress;
pub use snapshot::{Progress, Snapshot};
pub use stopped::Stopped;
pub use stored_run::{StoredRun, StoredTrial};
pub use study_folder::{StoredStudy, StudyFolder};
pub use summary::{Cell, Column, Kind, Summary};
pub use tensors::Storable;
pub use trial_folder::{Claim, TrialFolder};
pub use whole_file::{write as write_whole_file, write_below as write_file_below};
