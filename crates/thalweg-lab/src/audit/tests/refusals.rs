//! What cannot be audited.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use thalweg::Threads;

use super::{SGD, experiment, folder, subject};
use crate::audit::*;

#[test]
fn what_cannot_be_audited_says_so() {
    let folder = folder();
    let fails = |optimizer: &str, overrides: &[&str]| {
        subject(folder.path(), optimizer, overrides)
            .unwrap_err()
            .to_string()
    };
    let message = fails(SGD, &["optimizer.learning_rate=[0.1, 0.2]"]);
    assert!(
        message.contains("differ in `optimizer.learning_rate`, which is 0.1, 0.2")
            && message.contains("--set optimizer.learning_rate=0.1"),
        "{message}"
    );
    let message = fails(SGD, &["network.hidden_widths=[3]"]);
    assert!(
        message.contains("where the network has layers.0.weight [3, 1]")
            && message.contains("the file has layers.0.bias [10], layers.0.weight [10, 1]"),
        "{message}"
    );
    // Seeds and limits are no matter.
    assert!(subject(folder.path(), SGD, &["seeds=3", "stop.steps=[1, 2]"]).is_ok());
    let none = Subject::of_trial(folder.path(), Which::Final, Path::new("unused"));
    let message = none.unwrap_err().to_string();
    assert!(message.contains("it has no trial.toml"), "{message}");
    fs::write(
        folder.path().join("trial.toml"),
        experiment(folder.path(), SGD),
    )
    .unwrap();
    for (which, complaint) in [
        (Which::Final, "the trial has not ended"),
        (Which::Best, "take --at final"),
    ] {
        let none = Subject::of_trial(folder.path(), which, Path::new("unused"));
        let message = none.unwrap_err().to_string();
        assert!(message.contains(complaint), "{message}");
    }
    let interrupt = AtomicBool::new(true);
    let mut tell = |_: crate::study::Progress<'_>| {};
    let subject = subject(folder.path(), SGD, &[]).unwrap();
    let mut watch = Watch::new(&mut tell, &interrupt);
    let stopped = Audit::of(&subject, Budget::Full, &Threads::one(), &mut watch);
    assert!(matches!(stopped, Err(AuditError::Interrupted)));
}
