//! Loss surfaces of stored trials: the path is the one that training took, whatever the method.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use support::{contents, run_once};
use thalweg::Threads;
use thalweg::probe::Quantity;
use thalweg_lab::store::StoredRun;
use thalweg_lab::study::Watch;
use thalweg_lab::surface::{Directions, Request, Subject, Surface, SurfaceFailure, measure};

const SPEC: &str = r#"
[data]
name = "mnist-small"
train_examples = 200
test_examples = 60

[network]
hidden_widths = [10]

[optimizer]
method = "sgd"
batch_size = 40
learning_rate = 0.2

[[probe]]
measure = ["loss", "test_accuracy"]
every = "1 epoch"

[stop]
epochs = 4
"#;

const REQUEST: Request = Request {
    directions: Directions::GradientHessian,
    radius: None,
    points: 5,
    examples: 5000,
    seed: 1,
};

/// Runs the one trial of a file, and returns its folder.
fn trial(spec: &str, out: &Path) -> PathBuf {
    run_once(spec, out, 1, 2, u64::MAX);
    let run = StoredRun::read(out).unwrap();
    out.join("trials").join(&run.trials[0].planned.id)
}

fn surface(
    trial: &Path,
    request: &Request,
    threads: usize,
    interrupt: bool,
) -> Result<Surface, SurfaceFailure> {
    let subject = Subject::of_trial(trial, Path::new("unused"))?;
    let flag = AtomicBool::new(interrupt);
    let mut tell = |_: thalweg_lab::study::Progress<'_>| {};
    let threads = Threads::new(threads).unwrap();
    measure(
        &subject,
        request,
        &threads,
        &mut Watch::new(&mut tell, &flag),
    )
}

#[test]
fn the_path_of_every_kind_of_training_is_had_again_and_ends_at_the_stored_parameters() {
    let extras = [
        ("method = \"sgd\"\nbatch_size = 40", ""),
        (
            "method = \"heavy-ball\"\nbatch_size = 40",
            "[schedule]\nkind = \"cosine\"\n",
        ),
        (
            "method = \"adam\"",
            "[weight_decay]\nkind = \"decoupled\"\ncoefficient = 0.1\n",
        ),
        (
            "method = \"sgd\"\nbatch_size = 40",
            "[regularizer]\ncoefficient = 0.01\n",
        ),
    ];
    for (method, extra) in extras {
        for precision in ["f32", "f64"] {
            let parent = tempfile::tempdir().unwrap();
            let spec = SPEC.replace("method = \"sgd\"\nbatch_size = 40", method);
            let spec = format!("precision = \"{precision}\"\n{spec}{extra}");
            let folder = trial(&spec, &parent.path().join("a"));
            let seen = surface(&folder, &REQUEST, 2, false).unwrap();
            assert_eq!(seen.no_path, None, "{method} {extra}");
            let path = seen.path.as_ref().unwrap();
            let (first, last) = (path.points[0], path.points[path.points.len() - 1]);
            assert_eq!((first.step, last.step), (0, seen.step));
            assert_eq!((last.a, last.b, last.out_of_plane), (0.0, 0.0, 0.0));
            assert!(first.out_of_plane > 0.0 && path.share_in_plane < 1.0);
            let reach = path.points.iter().map(|one| one.a.abs().max(one.b.abs()));
            assert!(reach.fold(0.0, f64::max) <= seen.coordinates[4]);
            let run = StoredRun::read(&parent.path().join("a")).unwrap();
            let loss = run.trials[0]
                .outcome
                .as_ref()
                .unwrap()
                .last
                .get(Quantity::Loss);
            assert_eq!(Some(seen.losses[12]), loss, "the middle is θ*");
        }
    }
}

#[test]
fn a_surface_is_the_same_for_any_threads_and_read_back_as_it_was() {
    let parent = tempfile::tempdir().unwrap();
    let folder = trial(SPEC, &parent.path().join("a"));
    let request = Request {
        directions: Directions::Random,
        examples: 70,
        ..REQUEST
    };
    let one = surface(&folder, &request, 1, false).unwrap();
    assert_eq!(one, surface(&folder, &request, 3, false).unwrap());
    assert_eq!(
        (one.examples, one.all_examples, one.seed),
        (70, 200, Some(1))
    );
    assert!(one.coordinates[4] >= 1.0 && one.curvature.is_none());
    let text = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Surface>(&text).unwrap(), one);
    let other = Request { seed: 2, ..request };
    assert_ne!(
        one.losses,
        surface(&folder, &other, 1, false).unwrap().losses
    );
}

#[test]
fn parameters_that_training_does_not_lead_to_have_no_path_and_it_is_said() {
    let parent = tempfile::tempdir().unwrap();
    let (one, two) = (parent.path().join("a"), parent.path().join("b"));
    let folder = trial(SPEC, &one);
    let other = trial(&format!("seeds = [7]\n{SPEC}"), &two);
    let name = "checkpoint.safetensors";
    fs::copy(other.join(name), folder.join(name)).unwrap();
    let seen = surface(&folder, &REQUEST, 1, false).unwrap();
    assert_eq!(seen.path, None);
    assert!(seen.no_path.unwrap().contains("end elsewhere"));
    assert!(seen.coordinates[4] > 0.0);
}

#[test]
fn folders_that_have_no_surface_are_answered_in_words() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("a");
    let folder = trial(SPEC, &out);
    let said = |folder: &Path| match surface(folder, &REQUEST, 1, false) {
        Ok(_) => panic!("a surface"),
        Err(error) => error.to_string(),
    };
    let run = said(&out);
    assert!(run.contains("no folder of a trial"), "{run}");
    assert!(run.contains(&folder.display().to_string()), "{run}");
    assert!(said(parent.path()).contains("runs/NAME/trials/"));
    fs::remove_file(folder.join("outcome.json")).unwrap();
    assert!(said(&folder).contains("has not ended"));
    let diverging = SPEC.replace("learning_rate = 0.2", "learning_rate = 1e8");
    let diverged = trial(&diverging, &parent.path().join("b"));
    assert!(said(&diverged).contains("diverged at step"));
}

#[test]
fn an_interruption_leaves_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let folder = trial(SPEC, &parent.path().join("a"));
    let before = contents(parent.path());
    let failure = surface(&folder, &REQUEST, 1, true);
    assert!(matches!(failure, Err(SurfaceFailure::Interrupted)));
    assert!(contents(parent.path()) == before);
}
