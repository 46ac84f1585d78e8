//! The same work in other frameworks, each in a process of its own that waits for requests.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::work::{Work, median};

/// A framework and its times.
#[derive(Debug, Serialize)]
pub struct Peer {
    pub framework: String,
    pub version: String,
    pub results: Vec<PeerTime>,
    #[serde(skip)]
    process: Process,
}

/// The times of one work in a peer.
#[derive(Debug, Serialize)]
pub struct PeerTime {
    pub work: &'static str,
    pub batch_size: usize,
    /// The median of all.
    pub milliseconds: f64,
    pub fastest_milliseconds: f64,
    /// Which of several ways was fastest.
    pub variant: String,
    #[serde(skip)]
    all: Vec<f64>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Greeting {
    framework: String,
    version: String,
}

#[derive(Deserialize)]
struct Answer {
    variant: String,
    milliseconds: Vec<f64>,
}

/// Starts the peers that `python` can import; the others are named and left out.
#[allow(clippy::print_stderr)]
pub fn start(python: &str, threads: usize) -> Vec<Peer> {
    let mut peers = Vec::new();
    for framework in ["torch", "jax"] {
        match Peer::start(python, framework, threads) {
            Ok(peer) => peers.push(peer),
            Err(error) => eprintln!("{framework} is left out: {error}"),
        }
    }
    peers
}

impl Peer {
    fn start(python: &str, framework: &str, threads: usize) -> Result<Self, Error> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("compare/peers.py");
        let mut child = Command::new(python)
            .arg(&script)
            .args(["--framework", framework, "--threads", &threads.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot run {python}: {error}"))?;
        let requests = child.stdin.take().ok_or("no input")?;
        let mut answers = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        answers.read_line(&mut line)?;
        let greeting: Greeting =
            serde_json::from_str(&line).map_err(|_| format!("{python} has no {framework}"))?;
        Ok(Self {
            framework: greeting.framework,
            version: greeting.version,
            results: Vec::new(),
            process: Process {
                child,
                requests,
                answers,
            },
        })
    }

    /// Times a work so many times.
    pub fn time(&mut self, work: Work, batch_size: usize, times: usize) -> Result<(), Error> {
        writeln!(
            self.process.requests,
            "{} {batch_size} {times}",
            work.name()
        )?;
        let mut line = String::new();
        self.process.answers.read_line(&mut line)?;
        let answer: Answer = serde_json::from_str(&line)?;
        if answer.milliseconds.is_empty() {
            return Ok(());
        }
        let is_it = |one: &&mut PeerTime| one.work == work.name() && one.batch_size == batch_size;
        let place = match self.results.iter_mut().find(is_it) {
            Some(place) => place,
            None => {
                self.results.push(PeerTime {
                    work: work.name(),
                    batch_size,
                    milliseconds: f64::NAN,
                    fastest_milliseconds: f64::NAN,
                    variant: answer.variant,
                    all: Vec::new(),
                });
                self.results.last_mut().ok_or("it was pushed")?
            }
        };
        place.all.extend(answer.milliseconds);
        place.milliseconds = median(place.all.clone());
        place.fastest_milliseconds = place.all.iter().copied().fold(f64::MAX, f64::min);
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It would end at the end of its input; nothing is lost if it is ended at once.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The fastest peer at a work, by median and by fastest time: (framework, median, fastest).
pub fn fastest<'a>(
    peers: &'a [Peer],
    work: &str,
    batch_size: usize,
) -> Option<(&'a str, [f64; 2])> {
    let times = peers.iter().flat_map(|peer| {
        let own = peer.results.iter();
        own.filter(|time| time.work == work && time.batch_size == batch_size)
            .map(|time| {
                (
                    peer.framework.as_str(),
                    [time.milliseconds, time.fastest_milliseconds],
                )
            })
    });
    times.min_by(|a, b| a.1[0].total_cmp(&b.1[0]))
}
