//! What good files stand for.

use thalweg::network::Activation;
use thalweg::optimizer::{LastBatch, Sampling};
use thalweg::regularizer::{Normalisation, PenaltyDerivative};

use super::{FILE, file_with, parse_overrides, read, read_under, trials};
use crate::spec::{
    BatchSpec, DataSize, Experiment, Method, MicroBatchSpec, NetworkSpec, Override, Precision,
    ProbeSpec, Problem, Setting, Strength, Sweep, TrialSpec,
};

/// Two sweeps over a file whose tables name neither learning rate nor penalty.
fn two_sweeps() -> String {
    let sweeps = r#"
[[sweep]]
name = "learning-rate"
optimizer.learning_rate = [0.01, 0.02, 0.1]

[[sweep]]
name = "penalty"
optimizer.learning_rate = 0.02
regularizer.coefficient = [0.0, 0.01]
"#;
    file_with("learning_rate = 0.1\n", "") + sweeps
}

fn learning_rates(experiment: &Experiment) -> Vec<f64> {
    let rates = trials(experiment).into_iter();
    rates.map(|trial| trial.optimizer.learning_rate).collect()
}

#[test]
fn a_file_that_says_little_has_the_documented_defaults() {
    let experiment = read(FILE);
    assert_eq!(experiment.title, "digits.toml");
    assert_eq!(experiment.sweeps[0].name, Sweep::UNNAMED);
    let [trial] = trials(&experiment)[..] else {
        panic!("one trial")
    };
    assert_eq!(trial.seed, 0);
    assert_eq!(trial.precision, Precision::F32);
    assert_eq!(trial.network.activation, Activation::Relu);
    assert_eq!(trial.network.bias, 0.0);
    assert_eq!(trial.optimizer.method, Method::Sgd);
    let batch = BatchSpec {
        size: 32,
        sampling: Sampling::Shuffled,
        last_batch: LastBatch::Keep,
    };
    assert_eq!(trial.optimizer.batch, Some(batch));
    assert_eq!(trial.regularizer, None);
    assert_eq!(trial.probes, [ProbeSpec::standard()]);
    assert_eq!(trial.stop.divergence_loss, 1e4);
}

#[test]
fn a_sweep_has_the_product_of_its_axes_times_the_seeds() {
    let rates = ["0.1", "[0.1, 0.2]", "{ from = 1, to = 8, count = 4 }"];
    let activations = ["relu", "[\"relu\"]", "[\"relu\", \"tanh\", \"gelu\"]"];
    for (rate, rate_count) in rates.iter().zip([1, 2, 4]) {
        for (activation, activation_count) in activations.iter().zip([1, 1, 3]) {
            for seeds in [1, 2, 5] {
                let text = file_with("learning_rate = 0.1", &format!("learning_rate = {rate}"));
                let seeds_text = format!("seeds={seeds}");
                let activation = format!("network.activation={activation}");
                let experiment = read_under(&text, &[&seeds_text, &activation]);
                let count = trials(&experiment).len();
                assert_eq!(count, rate_count * activation_count * seeds);
            }
        }
    }
}

#[test]
fn a_list_of_widths_is_one_network_and_a_list_of_lists_an_axis() {
    assert_eq!(trials(&read(FILE)).len(), 1);
    let text = file_with("[20, 20]", "[[], [20], [20, 30]]");
    let experiment = read(&text);
    let widths: Vec<usize> = trials(&experiment)
        .iter()
        .map(|trial| trial.network.hidden_widths.len())
        .collect();
    assert_eq!(widths, [0, 1, 2]);
    assert_eq!(
        experiment.sweeps[0].axes[0].values[2],
        Setting::Wholes(vec![20, 30])
    );
}

#[test]
fn width_and_depth_are_swept_one_by_one() {
    let text = file_with(
        "hidden_widths = [20, 20]",
        "width = [10, 20]\ndepth = [1, 3]",
    );
    let experiment = read(&text);
    let widths: Vec<&NetworkSpec> = trials(&experiment).iter().map(|one| &one.network).collect();
    let widths: Vec<&[usize]> = widths.iter().map(|one| &one.hidden_widths[..]).collect();
    assert_eq!(widths, [&[10][..], &[10, 10, 10], &[20], &[20, 20, 20]]);
}

#[test]
fn a_range_has_exact_ends_and_clean_values_between() {
    let range = "learning_rate = { from = 0.001, to = 10, count = 5, scale = \"log10\" }";
    let experiment = read(&file_with("learning_rate = 0.1", range));
    assert_eq!(learning_rates(&experiment), [0.001, 0.01, 0.1, 1.0, 10.0]);
    let range = "learning_rate = { from = 0.1, to = 0.7, count = 7 }";
    let experiment = read(&file_with("learning_rate = 0.1", range));
    assert_eq!(
        learning_rates(&experiment),
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    );
}

#[test]
fn a_range_between_whole_numbers_sweeps_whole_numbers() {
    let range = "batch_size = { from = 2, to = 256, count = 8, scale = \"log2\" }";
    let experiment = read(&file_with("batch_size = 32", range));
    let sizes: Vec<Setting> = trials(&experiment)
        .iter()
        .filter_map(|trial| trial.setting("optimizer.batch_size"))
        .collect();
    let powers: Vec<Setting> = (1..=8).map(|power| Setting::Whole(1 << power)).collect();
    assert_eq!(sizes, powers);
}

#[test]
fn sweeps_lay_their_settings_over_the_tables() {
    let experiment = read(&two_sweeps());
    assert_eq!(learning_rates(&experiment), [0.01, 0.02, 0.1, 0.02, 0.02]);
    let axes: Vec<&str> = experiment
        .sweeps
        .iter()
        .map(|sweep| sweep.axes[0].path.as_str())
        .collect();
    assert_eq!(axes, ["optimizer.learning_rate", "regularizer.coefficient"]);
}

#[test]
fn an_override_wins_over_tables_and_sweeps() {
    let experiment = read_under(&two_sweeps(), &["optimizer.learning_rate=0.5"]);
    assert_eq!(learning_rates(&experiment), [0.5, 0.5, 0.5]);
    let experiment = read_under(FILE, &["seeds=[7, 9]", "stop.epochs=1", "precision=f64"]);
    let seeds: Vec<u64> = trials(&experiment).iter().map(|trial| trial.seed).collect();
    assert_eq!(seeds, [7, 9]);
    assert!(
        trials(&experiment)
            .iter()
            .all(|trial| trial.stop.epochs == Some(1))
    );
    assert!(
        trials(&experiment)
            .iter()
            .all(|trial| trial.precision == Precision::F64)
    );
}

#[test]
fn the_last_override_of_a_setting_wins() {
    let experiment = read_under(
        FILE,
        &[
            "optimizer.learning_rate=0.5",
            "optimizer.learning_rate=[1, 2]",
        ],
    );
    assert_eq!(learning_rates(&experiment), [1.0, 2.0]);
}

#[test]
fn an_override_takes_away_the_other_way_of_saying_it() {
    let experiment = read_under(FILE, &["network.width=7", "network.depth=1"]);
    assert_eq!(trials(&experiment)[0].network.hidden_widths, [7]);
    let experiment = read_under(FILE, &["data.folder=digits here"]);
    let folder = trials(&experiment)[0].setting("data.folder");
    assert_eq!(folder, Some("digits here".into()));
    let error = Experiment::parse("x", FILE, &parse_overrides(&["network.width=7"])).unwrap_err();
    assert!(matches!(
        error.problems().next(),
        Some(Problem::Incomplete { .. })
    ));
}

#[test]
fn an_override_that_is_none_is_refused_before_any_file() {
    for text in [
        "", "a", "=1", "a=", "a b=1", ".a=1", "a.=1", "a=[1", "a=\"x",
    ] {
        assert!(Override::parse(text).is_err(), "{text}");
    }
    for text in ["a=1", "a.b = words with = in them", " a.b=[1, 2] "] {
        assert!(Override::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn an_override_may_take_away_the_axis_of_a_claim() {
    let claim = r#"
[[claim]]
name = "flat"
statement = "Larger learning rates end flatter"
sweep = "learning-rate"
axis = "optimizer.learning_rate"
quantity = "loss"
expect = "decreases"
"#;
    let text = two_sweeps() + claim;
    assert_eq!(read(&text).claims.len(), 1);
    read_under(&text, &["optimizer.learning_rate=0.5"]);
}

#[test]
fn a_penalty_of_zero_is_no_regularizer_and_still_has_its_column() {
    let text = file_with(
        "[stop]",
        "[regularizer]\ncoefficient = [0, 0.0]\nnormalisation = \"r-ig\"\n\n[stop]",
    );
    let error = Experiment::parse("x", &text, &[]).unwrap_err();
    assert!(matches!(
        error.problems().next(),
        Some(Problem::Duplicate { .. })
    ));

    let with_zero = read(&text.replace("[0, 0.0]", "0"));
    let without = read(FILE);
    assert_eq!(trials(&with_zero)[0].id(), trials(&without)[0].id());
    for experiment in [&with_zero, &without] {
        let coefficient = trials(experiment)[0].setting("regularizer.coefficient");
        assert_eq!(coefficient, Some(Setting::Number(0.0)));
    }
}

#[test]
fn a_penalty_is_read_with_its_defaults() {
    let text = file_with(
        "[stop]",
        "[regularizer]\ncoefficient = 0.1\nderivative = \"forward-difference\"\nepsilon = 1e-3\n\n[stop]",
    );
    let experiment = read(&text);
    let penalty = trials(&experiment)[0].regularizer.unwrap();
    let strength = Strength::Penalty {
        coefficient: 0.1,
        normalisation: Normalisation::SquaredNorm,
    };
    assert_eq!(penalty.strength, strength);
    assert_eq!(penalty.micro_batches, None);
    assert_eq!(penalty.derivative, PenaltyDerivative::ForwardDifference);
    assert_eq!(penalty.epsilon, Some(1e-3));
}

#[test]
fn micro_batches_and_multiples_of_the_implicit_term_are_read_and_written_again() {
    let with = |lines: &str| file_with("[stop]", &format!("[regularizer]\n{lines}\n\n[stop]"));
    let parts = "coefficient = 0.1\nnormalisation = \"e-reg\"\nmicro_batch_size = 8\nwhole_batch_coefficient = 0.02";
    let multiple = "kind = \"implicit-multiple\"\nmultiplier = [-1.0, 0.0, 1.0]";
    let [parts, multiple] = [parts, multiple].map(|lines| read(&with(lines)));
    let penalty = trials(&parts)[0].regularizer.unwrap();
    let micro_batches = MicroBatchSpec {
        size: 8,
        whole_batch_coefficient: 0.02,
    };
    assert_eq!(penalty.micro_batches, Some(micro_batches));
    let strengths: Vec<Option<Strength>> = trials(&multiple)
        .iter()
        .map(|trial| trial.regularizer.map(|penalty| penalty.strength))
        .collect();
    let times = |multiplier| Some(Strength::ImplicitMultiple { multiplier });
    let mut each_once = strengths.clone();
    each_once.dedup();
    assert_eq!(each_once, [times(-1.0), None, times(1.0)]);
    for experiment in [&parts, &multiple] {
        assert_eq!(read(&experiment.to_toml()).to_toml(), experiment.to_toml());
        for trial in trials(experiment) {
            assert_eq!(TrialSpec::from_toml("x", &trial.to_toml()).unwrap(), *trial);
        }
    }
}

#[test]
fn sizes_beyond_the_data_are_pointed_at_once_the_data_are_known() {
    let text = file_with("batch_size = 32", "batch_size = [32, 64]")
        .replace("\n\n[network]", "\ntest_examples = 9\n\n[network]");
    let experiment = read(&text);
    let size = |train_examples, test_examples| {
        move |_: &_| {
            Some(DataSize {
                train_examples,
                test_examples,
            })
        }
    };
    assert!(experiment.check_against_data(size(64, 9)).is_ok());
    assert!(experiment.check_against_data(|_| None).is_ok());
    let error = experiment.check_against_data(size(50, 8)).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"error: `data.test_examples` is 9, but there are only 8 test examples
 --> digits.toml:3:17
  |
3 | test_examples = 9
  |                 ^

error: `optimizer.batch_size` is 64, but there are only 50 training examples
  --> digits.toml:11:19
   |
11 | batch_size = [32, 64]
   |                   ^^"#
    );
}

#[test]
fn all_mistakes_of_a_file_come_together_and_once() {
    let text = file_with("learning_rate = 0.1", "learning_rate = [-1, 0.1, 0.2]")
        .replace("epochs = 2", "epochs = 0")
        .replace("name =", "nmae =")
        .replace("32", "\"many\"");
    let error = Experiment::parse("x", &text, &parse_overrides(&["seeds=0"])).unwrap_err();
    assert_eq!(error.problems().count(), 5, "{error}");
}

#[test]
fn a_mistake_is_not_followed_by_what_it_alone_brings_about() {
    let wrong = [
        file_with("[data]\nname = \"mnist-small\"", "data = \"mnist-small\""),
        file_with("epochs = 2", "epochs = 99999999999999999999"),
        file_with("[stop]", "[stopp]"),
        file_with("learning_rate", "learnig_rate"),
        file_with(
            "learning_rate = 0.1",
            "learning_rate = { from = 1, to = 2 }",
        ),
        format!("probe = []\n{FILE}"),
        format!("sweep = 3\n{FILE}"),
        format!("{FILE}\n[[sweep]]\n"),
        format!("{FILE}\n[[figure]]\ntitle = \"t\"\nx = \"step\"\ny = \"lambda\"\n"),
    ];
    for text in wrong {
        let error = Experiment::parse("x", &text, &[]).unwrap_err();
        assert_eq!(error.problems().count(), 1, "{error}");
    }
}

#[test]
fn an_override_is_pointed_at_whole_even_if_it_is_a_table() {
    let overrides = parse_overrides(&["seeds = {from = 1, to = 2, count = 2}"]);
    let error = Experiment::parse("x", FILE, &overrides).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("--set:1:9"), "{message}");
    assert!(
        message.ends_with("        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"),
        "{message}"
    );
}

#[test]
fn a_grid_beyond_reason_is_refused_and_not_built() {
    let range = "{ from = 1, to = 2, count = 10000 }";
    let text = file_with("learning_rate = 0.1", &format!("learning_rate = {range}"));
    let bias = format!("network.bias={range}");
    let overrides = parse_overrides(&[&bias]);
    let error = Experiment::parse("x", &text, &overrides).unwrap_err();
    assert!(matches!(
        error.problems().next(),
        Some(Problem::TooManyTrials { .. })
    ));
}

#[test]
fn no_damage_to_a_file_makes_it_panic() {
    let text = two_sweeps();
    for place in 0..text.len() {
        let damaged = [
            text[..place].to_owned(),
            text[place..].to_owned(),
            format!("{}[{}", &text[..place], &text[place..]),
            format!("{}= é\"{}", &text[..place], &text[place + 1..]),
            format!("{}-{}", &text[..place], &text[place + 1..]),
        ];
        for text in damaged {
            if let Err(error) = Experiment::parse("x", &text, &[]) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}
