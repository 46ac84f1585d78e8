//! The same work in other frameworks, each in a process of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::Error;

/// What `peers.py` prints.
#[derive(Debug, Serialize, Deserialize)]
pub struct Peer {
    pub framework: String,
    pub version: String,
    pub threads: usize,
    pub results: Vec<PeerTime>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct PeerTime {
    pub work: String,
    pub batch_size: usize,
    pub milliseconds: f64,
    /// Which of several ways was fastest.
    #[serde(default)]
    pub variant: String,
}

/// Times the peers that `python` can import; the others are named and left out.
#[allow(clippy::print_stderr)]
pub fn measure(python: &str, threads: usize) -> Result<Vec<Peer>, Error> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("compare/peers.py");
    let mut peers = Vec::new();
    for framework in ["torch", "jax"] {
        let output = Command::new(python)
            .arg(&script)
            .args(["--framework", framework, "--threads", &threads.to_string()])
            .stderr(Stdio::piped())
            .output();
        match output {
            Ok(output) if output.status.success() => {
                peers.push(serde_json::from_slice(&output.stdout)?);
            }
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let last = said
                    .lines()
                    .last()
                    .unwrap_or("it did not say why")
                    .to_owned();
                eprintln!("{framework} is left out: {last}");
            }
            Err(error) => eprintln!("{framework} is left out: cannot run {python}: {error}"),
        }
    }
    Ok(peers)
}

/// The fastest peer at a work, with its time.
pub fn fastest<'a>(peers: &'a [Peer], work: &str, batch_size: usize) -> Option<(&'a str, f64)> {
    let times = peers.iter().flat_map(|peer| {
        let own = peer.results.iter();
        own.filter(|time| time.work == work && time.batch_size == batch_size)
            .map(|time| (peer.framework.as_str(), time.milliseconds))
    });
    times.min_by(|a, b| a.1.total_cmp(&b.1))
}
