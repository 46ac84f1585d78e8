//! The program, as tests of the command line call it.
#![allow(dead_code)] // no file of tests needs all of it

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program with these arguments in a folder: no colours, no input, no cache of its own.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg"));
    command.args(arguments).current_dir(folder);
    command.env_remove("THALWEG_CACHE");
    command.env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// What it printed, and how it ended.
pub fn thalweg(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
