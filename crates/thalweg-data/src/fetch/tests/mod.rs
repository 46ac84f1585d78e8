//! Fetching, against servers on this machine that behave well and badly. What they serve is
//! `mnist-small`, under the name `digits`.

use super::server::{Answer, Request, Server};
use super::*;
use crate::folder::Role;
use crate::source::load_fetched;
use crate::{Idx, Sha256, mnist_small};
use std::io::Read;
use tempfile::TempDir;

mod cache;
mod mirrors;
mod resuming;

const IMAGES: &str = "train-images-idx3-ubyte.gz";

fn checksums() -> [Sha256; 4] {
    Role::ALL.map(|role| {
        let content = Idx::decode(mnist_small::embedded(role), role.kind()).unwrap();
        content.checksum()
    })
}

fn digits() -> DatasetInfo {
    let mut info = DatasetInfo::find("mnist-small").unwrap().clone();
    info.name = "digits";
    info.storage = Storage::Fetched {
        mirrors: &["https://mirror.invalid"],
        checksums: checksums(),
    };
    info
}

fn role_of(file: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.file_name() == file)
}

/// The files as they were published.
fn published(file: &str) -> Option<Vec<u8>> {
    role_of(file).map(|role| mnist_small::embedded(role).to_vec())
}

/// The same contents, not compressed.
fn plain(file: &str) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(published(file)?.as_slice())
        .read_to_end(&mut content)
        .unwrap();
    Some(content)
}

/// Well-formed files of the right shape, but with training and test examples exchanged.
fn exchanged(file: &str) -> Option<Vec<u8>> {
    let other = if file.starts_with("train") {
        file.replace("train", "t10k")
    } else {
        file.replace("t10k", "train")
    };
    published(&other)
}

/// A page as a captive portal shows it, whatever was asked for.
fn portal(_: &str) -> Option<Vec<u8>> {
    Some(b"<!DOCTYPE html><title>Welcome</title>".to_vec())
}

fn always_file(_: &Request, _: usize) -> Answer {
    Answer::File
}

/// A cache in a temporary directory.
struct Cache(TempDir);

impl Cache {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn options(&self, servers: &[&Server]) -> FetchOptions {
        FetchOptions {
            cache_dir: self.0.path().to_owned(),
            mirrors: servers
                .iter()
                .map(|server| server.address.clone())
                .collect(),
            offline: false,
        }
    }

    fn fetch(&self, servers: &[&Server]) -> Result<Fetched, DataError> {
        fetch_dataset(&digits(), &self.options(servers), &mut |_| {})
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join("digits").join(name)
    }

    fn part(&self) -> PathBuf {
        self.file(&format!("{IMAGES}.part"))
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.0.path().join("digits")).unwrap();
        fs::write(self.file(name), bytes).unwrap();
    }

    fn assert_whole(&self) {
        let read = load_fetched(&digits(), &checksums(), self.0.path()).unwrap();
        assert_eq!(read.checksum(), mnist_small::load().unwrap().checksum());
        assert!(!self.part().exists());
    }
}

fn attempts(outcome: Result<Fetched, DataError>) -> Vec<Attempt> {
    match outcome {
        Err(DataError::NoMirror { attempts, .. }) => attempts,
        other => panic!("expected that no mirror gave the file, got {other:?}"),
    }
}
