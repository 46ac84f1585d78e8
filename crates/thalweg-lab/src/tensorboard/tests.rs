//! Event files read back by a reader of their own, written after the formats and not after the writer.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use thalweg::probe::Quantity;

use super::*;

/// What an event file says, in its order.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    Version(String),
    Start(u64),
    Scalar {
        tag: String,
        step: u64,
        value: f32,
        time: f64,
    },
}

/// CRC-32C bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
            1 => crc >> 1 ^ 0x82f6_3b78,
            _ => crc >> 1,
        })
    };
    !bytes.iter().fold(!0, step)
}

fn masked(bytes: &[u8]) -> u32 {
    let crc = crc(bytes);
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Takes so many bytes off the front.
fn take<'a>(bytes: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (front, rest) = bytes.split_at(count);
    *bytes = rest;
    front
}

fn word(bytes: &mut &[u8]) -> u32 {
    u32::from_le_bytes(take(bytes, 4).try_into().unwrap())
}

fn long(bytes: &mut &[u8]) -> u64 {
    u64::from_le_bytes(take(bytes, 8).try_into().unwrap())
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for place in 0.. {
        let byte = take(bytes, 1)[0];
        value += u64::from(byte % 128) << (7 * place);
        if byte < 128 {
            break;
        }
    }
    value
}

/// The fields of a message: number and content, numbers as their eight bytes.
fn fields(mut message: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let content = match key % 8 {
            0 => varint(&mut message).to_le_bytes().to_vec(),
            1 => take(&mut message, 8).to_vec(),
            2 => {
                let length = varint(&mut message) as usize;
                take(&mut message, length).to_vec()
            }
            5 => take(&mut message, 4).to_vec(),
            other => panic!("wire type {other}"),
        };
        fields.push((key / 8, content));
    }
    fields
}

fn field(message: &[u8], number: u64) -> Option<Vec<u8>> {
    let fields = fields(message);
    fields
        .into_iter()
        .find_map(|(one, content)| (one == number).then_some(content))
}

fn said(event: &[u8]) -> Vec<Said> {
    let eight = |content: Option<Vec<u8>>| content.map_or([0; 8], |one| one.try_into().unwrap());
    let time = f64::from_le_bytes(eight(field(event, 1)));
    let step = u64::from_le_bytes(eight(field(event, 2)));
    if let Some(version) = field(event, 3) {
        return vec![Said::Version(String::from_utf8(version).unwrap())];
    }
    if let Some(log) = field(event, 7) {
        assert_eq!(u64::from_le_bytes(eight(field(&log, 1))), 1);
        return vec![Said::Start(step)];
    }
    let values = fields(&field(event, 5).unwrap()).into_iter();
    let scalar = |(number, value): (u64, Vec<u8>)| {
        assert_eq!(number, 1);
        let bytes = field(&value, 2).unwrap().try_into().unwrap();
        Said::Scalar {
            tag: String::from_utf8(field(&value, 1).unwrap()).unwrap(),
            step,
            value: f32::from_le_bytes(bytes),
            time,
        }
    };
    values.map(scalar).collect()
}

/// What the files of a folder say, file by file; whatever is torn or damaged fails.
fn read(folder: &Path) -> Vec<Vec<Said>> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|one| one.unwrap().path())
        .collect();
    paths.sort();
    let file = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).unwrap();
        let mut rest = &bytes[..];
        let mut all = Vec::new();
        while !rest.is_empty() {
            let length = rest[..8].to_vec();
            let count = long(&mut rest) as usize;
            assert_eq!(word(&mut rest), masked(&length));
            let data = take(&mut rest, count).to_vec();
            assert_eq!(word(&mut rest), masked(&data));
            all.extend(said(&data));
        }
        all
    };
    paths.iter().map(file).collect()
}

/// The steps of all points in the order of the files.
fn steps(folder: &Path) -> Vec<u64> {
    let all = read(folder).concat().into_iter();
    all.filter_map(|one| match one {
        Said::Scalar { step, .. } => Some(step),
        _ => None,
    })
    .collect()
}

fn at(step: u64) -> Measurement {
    Measurement {
        step,
        values: [(Quantity::Loss, 1.0 / (step + 3) as f64)].into(),
        ..Measurement::default()
    }
}

fn time(seconds: f64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds)
}

#[test]
fn the_reader_knows_the_checksum_by_its_check_value() {
    assert_eq!(crc(b"123456789"), 0xe306_9283);
}

#[test]
fn points_are_read_back_with_tag_step_value_and_wall_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = EventLog::open(folder.path(), &[], time(0.0)).unwrap();
    let mut measurement = at(300);
    measurement.values.insert(Quantity::TestAccuracy, 0.75);
    measurement
        .values
        .insert(Quantity::GradientNormSquared, f64::NAN);
    log.append(&at(0), time(12.5)).unwrap();
    log.append(&measurement, time(13.25)).unwrap();
    let files = read(folder.path());
    assert_eq!(files.len(), 1);
    assert_eq!(files[0][0], Said::Version("brain.Event:2".into()));
    let scalar = |tag: &str, step, value, time| Said::Scalar {
        tag: tag.into(),
        step,
        value,
        time,
    };
    assert_eq!(files[0][1], scalar("loss/train", 0, 1.0 / 3.0, 12.5));
    assert_eq!(files[0][2], scalar("loss/train", 300, 1.0 / 303.0, 13.25));
    let Said::Scalar { tag, value, .. } = &files[0][3] else {
        panic!("{:?}", files[0]);
    };
    assert!(tag == "igr/gradient_norm_squared" && value.is_nan());
    assert_eq!(files[0][4], scalar("accuracy/test", 300, 0.75, 13.25));
    assert_eq!(files[0].len(), 5);
}

#[test]
fn going_on_after_an_interruption_neither_repeats_nor_loses_points() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = EventLog::open(folder.path(), &[], time(0.0)).unwrap();
    (0..6).for_each(|step| log.append(&at(step), time(1.0)).unwrap());
    drop(log);
    // The trial goes on from step 4: steps 4 and 5 are made again.
    let kept: Vec<Measurement> = (0..4).map(at).collect();
    let mut log = EventLog::open(folder.path(), &kept, time(2.0)).unwrap();
    (4..8).for_each(|step| log.append(&at(step), time(3.0)).unwrap());
    drop(log);
    assert_eq!(steps(folder.path()), (0..8).collect::<Vec<_>>());
    let files = read(folder.path());
    assert_eq!(files[1][1], Said::Start(4));
    // Its last point has not reached the disk, another only in part.
    let last = fs::read_dir(folder.path())
        .unwrap()
        .map(|one| one.unwrap().path())
        .max()
        .unwrap();
    let whole = fs::read(&last).unwrap();
    fs::write(&last, &whole[..whole.len() - 60]).unwrap();
    let kept: Vec<Measurement> = (0..8).map(at).collect();
    let mut log = EventLog::open(folder.path(), &kept, time(4.0)).unwrap();
    log.append(&at(8), time(5.0)).unwrap();
    assert_eq!(steps(folder.path()), (0..9).collect::<Vec<_>>());
    // Nothing to add: nothing is written.
    let kept: Vec<Measurement> = (0..9).map(at).collect();
    let before = read(folder.path());
    EventLog::open(folder.path(), &kept, time(6.0)).unwrap();
    assert_eq!(read(folder.path()).len(), before.len());
    // A trial that starts again.
    let mut log = EventLog::open(folder.path(), &[], time(7.0)).unwrap();
    log.append(&at(0), time(8.0)).unwrap();
    assert_eq!(steps(folder.path()), [0]);
}

#[test]
fn wherever_a_file_is_torn_it_is_brought_to_all_points_again() {
    let folder = tempfile::tempdir().unwrap();
    let kept: Vec<Measurement> = (0..3).map(at).collect();
    EventLog::open(folder.path(), &kept, time(0.0)).unwrap();
    let path = fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::read_dir(folder.path()).unwrap().for_each(|one| {
            fs::remove_file(one.unwrap().path()).unwrap();
        });
        fs::write(&path, &whole[..length]).unwrap();
        EventLog::open(folder.path(), &kept, time(0.0)).unwrap();
        assert_eq!(steps(folder.path()), [0, 1, 2], "{length}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let below = folder.path().join("file/trial");
    assert!(EventLog::open(&below, &[], time(0.0)).is_err());
}

/// Puts everything on a board, and interrupts after so many steps.
struct Watching<'a> {
    board: &'a Board,
    steps: std::sync::atomic::AtomicU64,
    after: u64,
    interrupt: &'a std::sync::atomic::AtomicBool,
}

impl crate::run::Observer for Watching<'_> {
    fn started(&self, _: &PlannedTrial) {}

    fn restarted(&self, trial: &PlannedTrial, lost: &crate::store::LostSnapshot) {
        panic!("{}: {lost}", trial.id);
    }

    fn began(&self, trial: &PlannedTrial, kept: &[Measurement]) {
        self.board.began(trial, kept).unwrap();
    }

    fn measured(&self, trial: &PlannedTrial, measurement: &Measurement) {
        self.board.measured(trial, measurement).unwrap();
    }

    fn advanced(&self, _: &PlannedTrial, _: u64, _: u64) {
        use std::sync::atomic::Ordering::Relaxed;
        if self.steps.fetch_add(1, Relaxed) + 1 >= self.after {
            self.interrupt.store(true, Relaxed);
        }
    }

    fn finished(&self, trial: &PlannedTrial, _: &crate::record::Outcome, _: bool) {
        self.board.complete(trial).unwrap();
    }

    fn failed(&self, trial: &PlannedTrial, error: &crate::trial::TrialError) {
        panic!("{}: {error}", trial.id);
    }
}

const SPEC: &str = "seeds = 2\n[data]\nname = \"mnist-small\"\ntrain_examples = 40\ntest_examples = 10\n\
                    [network]\nhidden_widths = [3]\n[optimizer]\nmethod = \"sgd\"\nlearning_rate = 0.1\n\
                    batch_size = 8\n[stop]\nsteps = 30\n[[probe]]\nmeasure = [\"loss\", \"r_ig\"]\n\
                    every = \"3 steps\"\n";

/// Runs until it is done, interrupted after so many steps each time.
fn run_in(out: &Path, after: u64) -> (RunFolder, Plan) {
    use std::sync::atomic::{AtomicBool, AtomicU64};
    let experiment =
        crate::spec::Experiment::parse("x", SPEC, &[]).unwrap_or_else(|e| panic!("{e}"));
    let plan = Plan::new(&experiment);
    let datasets = crate::datasets::Datasets::load(&experiment, Path::new("unused")).unwrap();
    let identity = crate::store::ExperimentIdentity {
        id: plan.id.clone(),
        title: "x".into(),
        question: String::new(),
        overrides: vec![],
        command: "thalweg run x.toml".into(),
        version: "0".into(),
    };
    let folder = RunFolder::open_or_create(out, SPEC, &identity).unwrap();
    let resources = crate::run::Resources {
        jobs: 2,
        threads: 2,
    };
    for _ in 0..100 {
        let (board, interrupt) = (Board::new(&folder, &plan), AtomicBool::new(false));
        let watching = Watching {
            board: &board,
            steps: AtomicU64::new(0),
            after,
            interrupt: &interrupt,
        };
        let end = crate::run::run(&plan, &folder, &datasets, resources, &interrupt, &watching);
        if end.unwrap().interrupted == 0 {
            return (folder, plan);
        }
    }
    panic!("it does not end");
}

/// That the board has what the trials have stored, each point once.
fn is_what_is_stored(folder: &RunFolder, plan: &Plan) {
    let board = Board::new(folder, plan);
    for trial in &plan.trials {
        let mut wanted = Vec::new();
        for measurement in folder.trial(&trial.id).measurements().unwrap() {
            for (quantity, value) in &measurement.values {
                wanted.push((tag(*quantity), measurement.step, *value as f32));
            }
        }
        let found = read(&board.folder_of(trial)).concat().into_iter();
        let found: Vec<_> = found
            .filter_map(|one| match one {
                Said::Scalar {
                    tag, step, value, ..
                } => Some((tag, step, value)),
                _ => None,
            })
            .collect();
        assert_eq!(found.len(), 11 * 3, "loss, ‖∇E‖² and R_IG at 11 steps");
        assert_eq!(found, wanted);
    }
}

#[test]
fn a_sweep_has_each_point_once_however_often_it_is_interrupted() {
    for after in [u64::MAX, 7] {
        let parent = tempfile::tempdir().unwrap();
        let (folder, plan) = run_in(&parent.path().join("run"), after);
        is_what_is_stored(&folder, &plan);
    }
}

#[test]
fn points_that_are_not_there_are_written_afterwards_and_failing_disks_are_said_once() {
    let parent = tempfile::tempdir().unwrap();
    let (folder, plan) = run_in(&parent.path().join("run"), u64::MAX);
    let board = Board::new(&folder, &plan);
    fs::remove_dir_all(board.path()).unwrap();
    plan.trials
        .iter()
        .for_each(|trial| board.complete(trial).unwrap());
    is_what_is_stored(&folder, &plan);
    fs::remove_dir_all(board.path()).unwrap();
    fs::write(board.path(), "a file in the way").unwrap();
    let trial = &plan.trials[0];
    let message = board.began(trial, &[]).unwrap_err().to_string();
    assert!(
        message.contains("cannot write TensorBoard events below"),
        "{message}"
    );
    assert!(
        message.contains("the trial goes on without them"),
        "{message}"
    );
    board.measured(trial, &at(0)).unwrap();
    board.complete(trial).unwrap();
}
