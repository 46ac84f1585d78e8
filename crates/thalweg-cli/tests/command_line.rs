//! The program as people use it: what it prints, its exit codes, and what is left on the disk.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thalweg_lab::reproduction::PUBLISHED;

use crate::program::{command, text, thalweg};

const SMALL: &str = r#"title = "Small"
question = "Does it run?"
[data]
name = "mnist-small"
train_examples = 200
test_examples = 100
[network]
hidden_widths = [16]
[optimizer]
method = "sgd"
learning_rate = 0.1
batch_size = 50
[stop]
epochs = 3
"#;

/// Runs `spec` and expects it to be refused with exit code 2 and all of `words`.
fn refused(spec: &str, words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("spec.toml"), spec).unwrap();
    let output = thalweg(folder.path(), &["run", "spec.toml"]);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in:\n{message}");
    }
    assert!(!folder.path().join("runs").exists(), "something was run");
    assert!(!message.contains("panicked"));
}

#[test]
fn a_run_leaves_its_whole_folder_and_a_second_one_finds_it_finished() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let output = thalweg(folder.path(), &["run", "small.toml"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let coefficients = "h    optimizer  batch  implicit c, γ     explicit c, γ\n\
                        ──────────────────────────────────────────────────────\n\
                        0.1  sgd        50     0.025, 3.7688e−4  0\n\n\
                        What is descended is E + c‖∇E‖² + γΓ, ";
    assert!(printed.starts_with(coefficients), "{printed}");
    let warning = "\n\nwarning: Ended before 100 % training accuracy; training accuracy reached ";
    assert!(printed.contains(warning), "{printed}");
    let end = "\n\n1 trials finished. Report: runs/small/report.html\n";
    assert!(printed.ends_with(end), "{printed}");
    assert_eq!(text(&output.stderr), "", "quiet off a terminal");
    let run = folder.path().join("runs/small");
    for name in [
        "spec.toml",
        "summary.csv",
        "summary.parquet",
        "report.html",
        "experiment.json",
    ] {
        assert!(run.join(name).is_file(), "{name}");
    }
    assert_eq!(fs::read_to_string(run.join("spec.toml")).unwrap(), SMALL);
    let outcome = fs::read_dir(run.join("trials"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let before = fs::read(outcome.join("outcome.json")).unwrap();
    let again = thalweg(folder.path(), &["run", "small.toml"]);
    assert!(again.status.success());
    assert_eq!(fs::read(outcome.join("outcome.json")).unwrap(), before);
    let page = thalweg(folder.path(), &["report", "runs/small"]);
    assert_eq!(text(&page.stdout), "Report: runs/small/report.html\n");
}

#[test]
fn settings_are_overridden_and_the_whole_configuration_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let arguments = [
        "run",
        "small.toml",
        "--print-config",
        "--set",
        "optimizer.learning_rate=[0.1, 0.3]",
    ];
    let output = thalweg(folder.path(), &arguments);
    let printed = text(&output.stdout);
    assert!(printed.contains("learning_rate = [0.1, 0.3]"), "{printed}");
    assert!(printed.contains("activation = \"relu\"") && !folder.path().join("runs").exists());
    fs::write(folder.path().join("printed.toml"), &printed).unwrap();
    let again = thalweg(folder.path(), &["run", "printed.toml", "--print-config"]);
    assert_eq!(text(&again.stdout), printed);
}

#[test]
fn a_missing_experiment_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = thalweg(folder.path(), &["run", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: cannot read nowhere.toml: "));
}

#[test]
fn mistakes_in_the_file_are_shown_at_their_place_all_together() {
    let spec = SMALL
        .replace("batch_size", "batch_sise")
        .replace("0.1", "-0.1");
    refused(
        &spec,
        &["spec.toml:", "batch_sise", "`batch_size`", "-0.1", "^"],
    );
    refused(&SMALL.replace("0.1", "nan"), &["learning_rate", "nan"]);
    refused(&SMALL.replace("0.1", "\"fast\""), &["fast", "number"]);
    refused(&SMALL.replace("0.1", "[]"), &["learning_rate", "empty"]);
    refused(&SMALL.replace("[16]", "[16, 0]"), &["hidden_widths", "0"]);
    refused(
        &SMALL.replace("= 50", "= 201"),
        &["batch_size", "201", "200"],
    );
    refused(
        &SMALL.replace("= 200", "= 5001"),
        &["train_examples", "5001", "5000"],
    );
    refused(
        &SMALL.replace("title = \"Small\"", "title = \"Small"),
        &["spec.toml:1"],
    );
}

#[test]
fn data_that_cannot_be_used_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let in_folder = SMALL.replace("name = \"mnist-small\"", "folder = \"idx\"");
    fs::write(folder.path().join("spec.toml"), in_folder).unwrap();
    let run = || thalweg(folder.path(), &["run", "spec.toml"]);
    let fails = |words: &[&str]| {
        let output = run();
        let message = text(&output.stderr);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{message}");
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
        assert!(!message.contains("panicked"), "{message}");
    };
    fails(&["idx"]);
    fs::create_dir(folder.path().join("idx")).unwrap();
    fails(&["train-images"]);
    write_idx(&folder.path().join("idx"), 200, |index| (index % 10) as u8);
    assert!(run().status.success(), "{}", text(&run().stderr));
    write_idx(&folder.path().join("idx"), 200, |_| 11);
    fails(&["label", "11"]);
    let images = folder.path().join("idx/train-images-idx3-ubyte");
    write_idx(&folder.path().join("idx"), 200, |index| (index % 10) as u8);
    let whole = fs::read(&images).unwrap();
    fs::write(&images, &whole[..whole.len() / 2]).unwrap();
    fails(&["train-images-idx3-ubyte"]);
    fs::write(&images, [&[0x1f, 0x8b][..], &whole[..100]].concat()).unwrap();
    fails(&["train-images-idx3-ubyte", "gzip"]);
}

/// Four small IDX files of 4×4 images.
fn write_idx(folder: &Path, count: u32, label: impl Fn(u32) -> u8) {
    for prefix in ["train", "t10k"] {
        let mut images = vec![0, 0, 8, 3];
        [count, 4, 4]
            .iter()
            .for_each(|length| images.extend(length.to_be_bytes()));
        images.extend((0..count * 16).map(|index| (index * 7 % 251) as u8));
        fs::write(folder.join(format!("{prefix}-images-idx3-ubyte")), images).unwrap();
        let mut labels = vec![0, 0, 8, 1];
        labels.extend(count.to_be_bytes());
        labels.extend((0..count).map(&label));
        fs::write(folder.join(format!("{prefix}-labels-idx1-ubyte")), labels).unwrap();
    }
}

#[test]
fn a_folder_of_another_experiment_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    assert!(
        thalweg(folder.path(), &["run", "small.toml", "--out", "a"])
            .status
            .success()
    );
    let summary = fs::read(folder.path().join("a/summary.csv")).unwrap();
    let other = ["run", "small.toml", "--out", "a", "--set", "stop.epochs=4"];
    let output = thalweg(folder.path(), &other);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("--out"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(
        fs::read(folder.path().join("a/summary.csv")).unwrap(),
        summary
    );
    fs::write(folder.path().join("file"), "").unwrap();
    let output = thalweg(folder.path(), &["run", "small.toml", "--out", "file/below"]);
    assert!(!output.status.success() && text(&output.stderr).contains("file/below"));
}

#[test]
fn published_results_are_listed_and_a_wrong_name_gets_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let listed = text(&thalweg(folder.path(), &["reproduce"]).stdout);
    let entries = [
        "igr-mnist  Implicit and explicit gradient regularisation on digits\n    \
         Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figures 2 and 3c\n    \
         about 2 minutes on two cores\n",
        "sgd-explicit  The implicit regulariser of SGD, and the same added on purpose\n    \
         Smith, Dherin, Barrett and De, On the Origin of Implicit Regularization in Stochastic \
         Gradient Descent, ICLR 2021, Figure 1\n    \
         about a minute on two cores\n    \
         larger, on fetched data: --scale paper\n",
        "igr-fig1  Which flow gradient descent follows, and how flat it ends, on two parameters\n    \
         Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure 1\n    \
         less than a minute\n",
    ];
    for entry in entries {
        assert!(listed.contains(entry), "{entry} is not in:\n{listed}");
    }
    for published in PUBLISHED {
        let heading = format!(
            "{}  {}\n    {}\n",
            published.name, published.title, published.source
        );
        assert!(listed.contains(&heading), "{heading}");
    }
    assert!(
        listed.ends_with("minutes with: thalweg reproduce all\n"),
        "{listed}"
    );
    let output = thalweg(
        folder.path(),
        &["reproduce", "igr-mnist", "--scale", "paper"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: `igr-mnist` has no experiment at the scale of the paper, only one on embedded data; \
         these have both: igr-rates, igr-widths, igr-robustness, igr-egr, igr-stopping, igr-batches, \
         igr-long, sgd-explicit, sgd-two-optima, sgd-scaling, sgd-nstep, sgd-transfer\n"
    );
    let output = thalweg(
        folder.path(),
        &["reproduce", "igr-mnist", "--scale", "huge"],
    );
    let message = text(&output.stderr).to_owned();
    assert!(
        message.contains("possible values: embedded, paper"),
        "{message}"
    );
    let paper = [
        "reproduce",
        "sgd-explicit",
        "--scale",
        "paper",
        "--print-config",
    ];
    let output = thalweg(folder.path(), &paper);
    assert!(text(&output.stdout).contains("name = \"fashion-mnist\""));
    let output = thalweg(folder.path(), &["reproduce", "igr-minst"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: no published result is called `igr-minst`; did you mean `igr-mnist`?\n"
    );
}

/// Every file below a folder, by its path within it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = files(&path).into_iter();
            let name = PathBuf::from(path.file_name().unwrap());
            found.extend(below.map(|(below, bytes)| (name.join(below), bytes)));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path.file_name().unwrap().into(), bytes);
        }
    }
    found
}

#[test]
fn a_study_leaves_its_whole_folder_and_the_same_bytes_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let output = thalweg(folder.path(), &["reproduce", "igr-a1"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "quiet off a terminal");
    let printed = text(&output.stdout);
    let table = "\
claim         statement                                            measured    expected       ruling
────────────────────────────────────────────────────────────────────────────────────────────────────
flatter       The larger a moderate learning rate, the flatter     −0.0070519  below 0        holds
              the minimum that gradient descent finds
reversal      With h_L = 0.18 the effect has reversed: gradient    5.4337      above 4.5704   holds
              descent ends sharper than the gradient flow
ricochet      With h_L = 0.18 gradient descent ricochets and       −0.259      below 0        holds
              lands on the negative branch of minima
";
    assert!(printed.starts_with(table), "{printed}");
    let ending = "no evidence for or against it.\n\nReport: runs/igr-a1/report.html\n";
    assert!(printed.ends_with(ending), "{printed}");
    let run = folder.path().join("runs/igr-a1");
    let before = files(&run);
    let names: Vec<String> = before
        .keys()
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "figures/flatness.svg",
            "figures/phase-portrait.svg",
            "figures/stability.svg",
            "report.html",
            "study.json",
            "tables/ends.csv",
            "tables/ends.parquet",
            "tables/path-large.csv",
            "tables/path-large.parquet",
            "tables/path-moderate.csv",
            "tables/path-moderate.parquet",
            "tables/path-small.csv",
            "tables/path-small.parquet",
        ]
    );
    let again = thalweg(folder.path(), &["reproduce", "igr-a1"]);
    assert!(again.status.success() && files(&run) == before);
    fs::remove_file(run.join("report.html")).unwrap();
    let page = thalweg(folder.path(), &["report", "runs/igr-a1"]);
    assert_eq!(text(&page.stdout), "Report: runs/igr-a1/report.html\n");
    assert!(files(&run) == before);
}

#[test]
fn options_of_training_are_refused_by_a_study() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["reproduce", "igr-a1", "--set", "stop.epochs=3", "--jobs=2"];
    let output = thalweg(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: --set, --jobs mean nothing for `igr-a1`: it is a study, which is computed as \
         published and trains nothing, so that there is nothing to set, share out or load; it takes \
         --out and --quiet\n"
    );
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn options_of_one_experiment_are_refused_by_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "reproduce",
        "all",
        "--set",
        "stop.epochs=3",
        "--print-config",
    ];
    let output = thalweg(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: --set, --print-config mean nothing for `all`: the published results are different \
         experiments, and one setting does not fit them all; name one of them\n"
    );
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn trials_that_are_finished_in_another_folder_are_taken_from_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let rates = SMALL.replace("learning_rate = 0.1", "learning_rate = [0.05, 0.1]");
    fs::write(folder.path().join("rates.toml"), rates).unwrap();
    assert!(
        thalweg(folder.path(), &["run", "small.toml"])
            .status
            .success()
    );
    let arguments = ["run", "rates.toml", "--reuse", "runs/small"];
    let output = thalweg(folder.path(), &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let trials = |run: &str| files(&folder.path().join(run).join("trials"));
    let (small, rates) = (trials("runs/small"), trials("runs/rates"));
    let shared: Vec<_> = small
        .iter()
        .filter(|(path, _)| rates.contains_key(*path))
        .collect();
    assert!(shared.len() >= 5, "{:?}", small.keys());
    // The outcome has the seconds that training took, so equal bytes are a copy.
    let is_page = |path: &Path| path.extension().is_some_and(|one| one == "html");
    for (path, bytes) in shared {
        assert!(is_page(path) || rates[path] == *bytes, "{}", path.display());
    }
    let ended: usize = rates
        .keys()
        .filter(|path| path.ends_with("outcome.json"))
        .count();
    assert_eq!(ended, 2);
    let output = thalweg(
        folder.path(),
        &["run", "rates.toml", "--reuse", "runs/none"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("runs/none holds no results"));
}

#[test]
fn a_study_leaves_other_folders_alone_and_names_a_damaged_file() {
    let folder = tempfile::tempdir().unwrap();
    let reproduce = || thalweg(folder.path(), &["reproduce", "igr-a1", "--out", "a"]);
    fs::create_dir(folder.path().join("a")).unwrap();
    fs::write(folder.path().join("a/experiment.json"), "{}").unwrap();
    let output = reproduce();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("a holds the results of an experiment, not of a study"));
    fs::remove_file(folder.path().join("a/experiment.json")).unwrap();
    assert!(reproduce().status.success());
    let study = folder.path().join("a/study.json");
    let whole = fs::read(&study).unwrap();
    fs::write(&study, &whole[..whole.len() / 2]).unwrap();
    for output in [reproduce(), thalweg(folder.path(), &["report", "a"])] {
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(
            message.starts_with("error: a/study.json is damaged: "),
            "{message}"
        );
        assert!(
            message.ends_with("; remove a and run the study again\n"),
            "{message}"
        );
    }
    let nothing = thalweg(folder.path(), &["report", "."]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(text(&nothing.stderr).contains("neither experiment.json nor study.json"));
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_exits_with_130_and_continues() {
    let folder = tempfile::tempdir().unwrap();
    let long = SMALL.replace("epochs = 3", "epochs = 20000");
    fs::write(folder.path().join("long.toml"), long).unwrap();
    let mut running = command(folder.path(), &["run", "long.toml", "--threads", "1"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let trials = folder.path().join("runs/long/trials");
    let has_begun = || {
        let mut trials = fs::read_dir(&trials).into_iter().flatten();
        trials.any(|trial| {
            let log = trial.unwrap().path().join("metrics.jsonl");
            fs::metadata(log).is_ok_and(|log| log.len() > 2000)
        })
    };
    while !has_begun() {
        assert!(
            running.try_wait().unwrap().is_none(),
            "it ended before it was interrupted"
        );
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let pid = running.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let output = running.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(text(&output.stderr).contains("continues where it stopped"));
    let trial = fs::read_dir(&trials)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert!(trial.join("resume.safetensors").is_file());
    assert!(!trial.join("outcome.json").exists());
}

/// The exit code, standard output and standard error of `thalweg verify` with some arguments.
fn verify(arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<&str> = ["verify"].iter().chain(arguments).copied().collect();
    let output = thalweg(folder.path(), &all);
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "one method leaves nothing on the disk");
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

const HEAVY_BALL: [&str; 8] = [
    "--method",
    "heavy-ball",
    "--problem",
    "quadratic",
    "--learning-rate",
    "0.0078125",
    "--halvings",
    "3",
];

const HEAVY_BALL_OUTPUT: &str = "\
heavy-ball on quadratic from start ones: distance between the method and the flow of its field

flow of 1 term, fixed time
             h         error   slope
     0.0078125      0.059364       –
     0.0039062      0.028181    1.07
     0.0019531      0.013821    1.03
     9.7656e−4     0.0068505    1.01

flow of 2 terms, fixed time
             h         error   slope
     0.0078125      0.017107       –
     0.0039062     0.0042719    2.00
     0.0019531     0.0010847    1.98
     9.7656e−4     2.7404e−4    1.98

flow of   over        measured  expected  verdict
──────────────────────────────────────────────────
1 term    fixed time      1.01         1  confirmed
2 terms   fixed time      1.98         2  confirmed
";

#[test]
fn one_verification_prints_errors_slopes_orders_and_verdicts() {
    let (code, out, error) = verify(&HEAVY_BALL);
    assert_eq!(error, "");
    assert_eq!(code, Some(0));
    assert_eq!(out, HEAVY_BALL_OUTPUT);
}

#[test]
fn a_verification_of_minibatches_names_the_losses_and_the_epoch() {
    let (code, out, error) = verify(&["--method", "sgd", "--problem", "logistic-regression"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    let table = "\
flow of   over        measured  expected  verdict
──────────────────────────────────────────────────
E         one epoch       2.00         2  confirmed
Ẽ_GD      one epoch       2.00         2  confirmed
Ẽ_SGD     one epoch       3.00         3  confirmed
";
    assert!(out.ends_with(table), "{out}");
}

#[test]
fn many_minibatches_are_sampled_and_judged_by_standard_errors() {
    let sgd = [
        "--method",
        "sgd",
        "--problem",
        "digits-network",
        "--batches",
        "12",
    ];
    let (code, out, error) = verify(&sgd);
    assert_eq!((code, error.as_str()), (Some(0), ""), "{out}");
    assert!(out.contains("2000 sampled epochs of 12 batches"), "{out}");
    assert!(out.ends_with(" from 0: confirmed.\n"), "{out}");
    let as_json: Vec<&str> = sgd.iter().chain(&["--json"]).copied().collect();
    let (_, out, _) = verify(&as_json);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["batches"], 12);
    let number = |name: &str| document[name].as_f64().unwrap();
    assert!(
        (number("share") - 1.0).abs() < 3.0 * number("standard_error"),
        "{out}"
    );
    let (code, _, error) = verify(&[
        "--method",
        "heun",
        "--problem",
        "quadratic",
        "--batches",
        "3",
    ]);
    assert_eq!(code, Some(2));
    assert!(error.contains("it is for a loss as a whole"), "{error}");
}

#[test]
fn a_verification_as_json_says_the_same_to_programs() {
    let arguments: Vec<&str> = HEAVY_BALL.iter().chain(&["--json"]).copied().collect();
    let (code, out, _) = verify(&arguments);
    assert_eq!(code, Some(0));
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["method"], "heavy-ball");
    assert_eq!(document["start"], "ones");
    let measurements = document["measurements"].as_array().unwrap();
    assert_eq!(measurements.len(), 2);
    for (terms, measurement) in (1..).zip(measurements) {
        assert_eq!(measurement["terms"], terms);
        assert_eq!(measurement["claimed"], terms.to_string());
        assert_eq!(measurement["verdict"], "confirmed");
        let order = measurement["measured"].as_f64().unwrap();
        assert!((order - f64::from(terms)).abs() < 0.2, "{order}");
        assert_eq!(measurement["points"].as_array().unwrap().len(), 4);
        assert_eq!(measurement["slopes"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn wrong_names_for_verification_get_the_nearest_and_exit_with_2() {
    let message = |method: &str, problem: &str| {
        let (code, out, error) = verify(&["--method", method, "--problem", problem]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{error}");
        error
    };
    assert_eq!(
        message("gradient-decent", "quadratic"),
        "error: no method is called `gradient-decent`; did you mean `gradient-descent`?\n"
    );
    assert_eq!(
        message("heun", "quadratics"),
        "error: no problem is called `quadratics`; did you mean `quadratic`?\n"
    );
    assert!(message("principal-flow", "rosenbrock").contains("it is for quadratics"));
    let (code, _, error) = verify(&["--method", "heun"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--problem"), "{error}");
}

#[test]
fn what_cannot_be_decided_says_why_and_exits_with_1() {
    let few = ["--method", "heun", "--problem", "quadratic"];
    let few: Vec<&str> = few
        .iter()
        .chain(&["--terms", "1", "--learning-rate", "0.00001"])
        .copied()
        .collect();
    let (code, out, error) = verify(&few);
    assert_eq!(code, Some(1));
    assert!(out.contains("undecided: "), "{out}");
    assert!(out.contains("begin with a larger learning rate"), "{out}");
    assert_eq!(
        error,
        "error: 2 of 2 statements are not confirmed; what is above says which, and why\n"
    );
}

#[test]
fn without_arguments_verify_lists_methods_with_what_suits_them() {
    let (code, out, _) = verify(&[]);
    assert_eq!(code, Some(0));
    assert!(
        out.contains("gradient-descent\n    on two-parameter, quadratic,"),
        "{out}"
    );
    assert!(
        out.contains("alternating-game\n    on bilinear, general\n"),
        "{out}"
    );
    let sums = "sgd\n    on linear-regression, logistic-regression, digits-network\n";
    assert!(out.contains(sums), "{out}");
    assert!(out.ends_with("Everything: thalweg verify --all\n"), "{out}");
}
