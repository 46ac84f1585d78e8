//! What claims and figures compare, and what people read when that cannot be.

use super::{file_with, read, read_under};
use crate::plan::Plan;
use crate::spec::{Comparison, Derived, Experiment, Setting};

/// Learning rates and batch sizes, measured.
fn grid() -> String {
    file_with(
        "learning_rate = 0.1\nbatch_size = 32",
        "learning_rate = [0.1, 0.2, 0.4]\nbatch_size = [16, 32]",
    ) + r#"
[[probe]]
measure = ["loss", "gradient_norm_squared", "test_accuracy"]
every = "1 epoch"
"#
}

fn claim(lines: &str) -> String {
    let head = "[[claim]]\nname = \"c\"\nstatement = \"s\"\nquantity = \"test_accuracy\"\n";
    format!("{}\n{head}expect = \"increases\"\n{lines}\n", grid())
}

/// The message on a file, without the lines that show the place.
fn message(text: &str) -> String {
    let error = Experiment::parse("digits.toml", text, &[]).unwrap_err();
    error.to_string()
}

#[test]
fn derived_settings_are_quotients_of_what_a_trial_sets() {
    let experiment = read(&grid());
    let sweep = &experiment.sweeps[0];
    let ratios = sweep.values("optimizer.rate_per_example");
    let ratios: Vec<f64> = ratios.iter().map(|one| one.as_number().unwrap()).collect();
    // 0.1/16 and 0.2/32 are one value, and so are 0.2/16 and 0.4/32.
    let expected = [0.1 / 16.0, 0.1 / 32.0, 0.2 / 16.0, 0.4 / 16.0];
    assert_eq!(ratios, expected);
    assert_eq!(
        sweep.axes_beside("optimizer.rate_per_example"),
        ["optimizer.batch_size"]
    );
    assert!(sweep.varies("regularizer.coefficient_per_example"));
    assert!(!sweep.varies("regularizer.coefficient"));
    let trial = &sweep.trials[0];
    assert_eq!(
        trial.setting("optimizer.bare_rate"),
        Some(Setting::Number(0.1))
    );
    let full_batch = "method = \"gradient-descent\"\nlearning_rate = 0.1";
    let full_batch = super::file_of_method(full_batch);
    let trial = &read(&full_batch).sweeps[0].trials[0];
    assert_eq!(
        trial.setting("optimizer.rate_per_example"),
        Some(Setting::Absent)
    );
    let n_step = "method = \"n-step\"\nlearning_rate = 0.1\nbatch_size = 9\nsteps_per_batch = 4";
    let trial = &read(&super::file_of_method(n_step)).sweeps[0].trials[0];
    assert_eq!(
        trial.setting("optimizer.bare_rate"),
        Some(Setting::Number(0.025))
    );
}

#[test]
fn derived_settings_cannot_be_set_and_are_no_part_of_a_trial() {
    let text = grid().replace("method", "rate_per_example = 0.1\nmethod");
    assert!(message(&text).starts_with("error: unknown key `optimizer.rate_per_example`"));
    let trial = &read(&grid()).sweeps[0].trials[0];
    assert!(!trial.to_toml().contains("rate_per_example"));
    let paths: Vec<&str> = trial.settings().iter().map(|(path, _)| *path).collect();
    assert!(!paths.contains(&"optimizer.rate_per_example"));
}

#[test]
fn every_way_of_comparing_is_written_out_and_read_again() {
    let sweeps =
        "\n[[sweep]]\nname = \"one\"\n[[sweep]]\nname = \"two\"\ndata.scaling = \"unit\"\n";
    let claims = [
        "axis = \"optimizer.rate_per_example\"",
        "axis = \"optimizer.batch_size\"\nmatched_by = \"optimizer.rate_per_example\"\n\
         compare = { from = 16, to = 32 }",
        "axis = \"optimizer.learning_rate\"\ncompare = { optimum_of = \"loss\" }",
        "axis = \"optimizer.learning_rate\"\ncompare = { optimum_of = \"loss\", at = \"final\" }",
        "axis = \"optimizer.learning_rate\"\ncompare = { optimum_of = \"loss\", at = { loss = 0.5 } }",
        "compare = { sweep = \"two\" }",
        "axis = \"optimizer.learning_rate\"\nat = { time = 2.5 }",
        "axis = \"optimizer.learning_rate\"\nat = { step = 100 }",
        "axis = \"optimizer.learning_rate\"\nat = { epoch = 1.5 }",
    ];
    for lines in claims {
        let sweep = "sweep = \"one\"\n";
        let text = claim(&format!("{sweep}{lines}")) + sweeps;
        let text = text
            + "[[figure]]\ntitle = \"t\"\nsweep = \"one\"\ny = \"test_accuracy\"\n\
             x = \"optimizer.rate_per_example\"\nseeds = \"best-5-of-7\"\n";
        let text = text.replace("data.scaling = \"unit\"", "network.activation = \"tanh\"");
        let experiment = read(&text);
        let again = read(&experiment.to_toml());
        assert_eq!(again.claims, experiment.claims, "{lines}");
        assert_eq!(again.figures, experiment.figures);
        assert_eq!(Plan::new(&again), Plan::new(&experiment));
    }
}

#[test]
fn a_claim_without_these_keys_is_written_as_before() {
    let text = claim("axis = \"optimizer.learning_rate\"");
    let written = read(&text).claims[0].to_toml();
    let keys = written.lines().filter_map(|line| line.split_once(" = "));
    let keys: Vec<&str> = keys.map(|(key, _)| key).collect();
    let wanted = "name statement source sweep axis quantity at expect compare scale minimum_effect \
                  among";
    assert_eq!(keys, wanted.split(' ').collect::<Vec<_>>());
}

#[test]
fn an_override_of_an_input_may_take_away_a_derived_axis() {
    let text = claim("axis = \"optimizer.rate_per_example\"")
        .replace("batch_size = [16, 32]", "batch_size = 16");
    let experiment = read_under(&text, &["optimizer.learning_rate=0.1"]);
    assert_eq!(
        experiment.claims[0].axis.as_deref(),
        Some("optimizer.rate_per_example")
    );
    let experiment = read_under(
        &claim("axis = \"optimizer.batch_size\"\nmatched_by = \"optimizer.rate_per_example\""),
        &["optimizer.learning_rate=0.1"],
    );
    assert_eq!(
        experiment.claims[0].matched_by,
        Some(Derived::RatePerExample)
    );
    assert_eq!(experiment.claims[0].compare, Comparison::Trend);
}

#[test]
fn what_cannot_be_compared_is_pointed_at() {
    let optimum = |of: &str| {
        format!("axis = \"optimizer.learning_rate\"\ncompare = {{ optimum_of = \"{of}\" }}")
    };
    let cases = [
        (
            claim("axis = \"optimizer.bare_rat\""),
            "`claim.axis` has no choice `optimizer.bare_rat`",
            "did you mean `optimizer.bare_rate`?",
        ),
        (
            claim("axis = \"optimizer.batch_size\"\nmatched_by = \"optimizer.learning_rate\""),
            "`claim.matched_by` has no choice `optimizer.learning_rate`",
            "optimizer.rate_per_example, optimizer.bare_rate",
        ),
        (
            claim("axis = \"optimizer.bare_rate\"").replace("[0.1, 0.2, 0.4]", "0.1"),
            "`optimizer.bare_rate` does not vary in sweep `base`",
            "it varies optimizer.batch_size",
        ),
        (
            claim("axis = \"optimizer.rate_per_example\"\ncompare = { from = 0.00625, to = 0.5 }"),
            "`optimizer.rate_per_example` is never 0.5 in sweep `base`",
            "its values are 0.00625, 0.003125, 0.0125, 0.025",
        ),
        (
            claim("axis = \"optimizer.learning_rate\"\ncompare = \"pairs\""),
            "`claim.compare` is \"pairs\", but must be \"trend\"",
            "`{ optimum_of = ... }` or `{ sweep = ... }`",
        ),
        (
            claim(&optimum("gradient_norm_squared")),
            "`claim.compare.optimum_of` is `gradient_norm_squared`, which has no best value",
            "accuracies have one, and losses",
        ),
        (
            claim(&optimum("train_accuracy")),
            "`train_accuracy` is not measured",
            "`claim.compare.optimum_of` needs it",
        ),
        (
            claim(&(optimum("loss") + "\nscale = \"log\"")),
            "`claim.scale` means nothing where `claim.compare` is \"an optimum\"",
            "take it out",
        ),
        (
            claim(&(optimum("loss") + "\nrelative_to = \"loss\"")),
            "`claim.relative_to` means nothing",
            "take it out",
        ),
        (
            claim("axis = \"network.activation\"\ncompare = { optimum_of = \"loss\" }")
                .replace("[20, 20]", "[20, 20]\nactivation = [\"relu\", \"tanh\"]"),
            "no distance along `network.activation`: relu has no logarithm",
            "log2 of the ratio",
        ),
        (
            claim("compare = { sweep = \"other\" }"),
            "`claim.compare.sweep` has no choice `other`",
            "known here: ",
        ),
        (
            claim(
                "axis = \"optimizer.learning_rate\"\nsweep = \"one\"\ncompare = { sweep = \"two\" }",
            ) + "[[sweep]]\nname = \"one\"\n[[sweep]]\nname = \"two\"\n",
            "`claim.axis` means nothing where `claim.compare` is \"a sweep\"",
            "take it out",
        ),
        (
            claim("sweep = \"one\"\ncompare = { sweep = \"two\" }")
                + "[[sweep]]\nname = \"one\"\noptimizer.batch_size = 16\n[[sweep]]\nname = \"two\"\n",
            "`optimizer.batch_size` varies in sweep `two`, but not in `one`",
            "fix it there, or vary it in both",
        ),
        (
            claim("axis = \"optimizer.learning_rate\"").replace("increases", "coincides"),
            "`claim.expect` needs `claim.minimum_effect` beside it",
            "expect = \"coincides\"",
        ),
        (
            claim("axis = \"optimizer.learning_rate\"\nminimum_effect = 0")
                .replace("increases", "coincides"),
            "`claim.minimum_effect` is 0, but must be a positive, finite number",
            "minimum_effect = 0",
        ),
        (
            grid()
                + "[[figure]]\ntitle = \"t\"\nx = \"epoch\"\ny = \"loss\"\nseeds = \"best-5-of-7\"\n",
            "`figure.seeds` means nothing where `figure.x` is \"step, epoch or time\"",
            "take it out",
        ),
        (
            grid()
                + "[[figure]]\ntitle = \"t\"\nx = \"optimizer.bare_rate\"\ny = \"loss\"\n\
                   seeds = \"best\"\n",
            "`figure.seeds` has no choice `best`",
            "known here: all, best-5-of-7",
        ),
    ];
    for (text, what, help) in cases {
        let message = message(&text);
        assert!(message.contains(what), "{message}");
        assert!(message.contains(help), "{message}");
        assert!(message.contains("--> digits.toml:"), "{message}");
    }
}

/// A sweep of rates at each of two batch sizes, and both together.
fn union() -> String {
    file_with("learning_rate = 0.1\nbatch_size = 32\n", "")
        + r#"
[[sweep]]
name = "16"
optimizer.batch_size = 16
optimizer.learning_rate = [0.1, 0.2]

[[sweep]]
name = "32"
optimizer.batch_size = 32
optimizer.learning_rate = [0.2, 0.4]
stop.epochs = 1

[[sweep]]
name = "both"
union = ["16", "32"]
"#
}

#[test]
fn a_union_has_the_trials_of_other_sweeps_and_varies_what_differs_among_them() {
    let experiment = read(&union());
    let both = &experiment.sweeps[2];
    let paths: Vec<&str> = both.axes.iter().map(|axis| axis.path.as_str()).collect();
    let wanted = [
        "optimizer.learning_rate",
        "optimizer.batch_size",
        "stop.epochs",
    ];
    assert_eq!(paths, wanted);
    assert_eq!(both.values("optimizer.learning_rate").len(), 3);
    let plan = Plan::new(&experiment);
    assert_eq!(plan.trials.len(), 4);
    assert!(
        plan.trials
            .iter()
            .all(|trial| trial.sweeps.contains(&"both".into()))
    );
    let again = read(&experiment.to_toml());
    assert_eq!(Plan::new(&again), plan);
    assert_eq!(again.sweeps[2].union, ["16", "32"]);
}

#[test]
fn a_union_of_nothing_known_or_with_settings_of_its_own_is_refused() {
    let with = |union_line: &str| message(&union().replace("union = [\"16\", \"32\"]", union_line));
    let unknown = with("union = [\"16\", \"64\"]");
    assert!(
        unknown.contains("`sweep.union` has no choice `64`"),
        "{unknown}"
    );
    assert!(unknown.contains("known here: 16, 32"), "{unknown}");
    assert!(with("union = []").contains("must be a list of names of earlier sweeps"));
    assert!(with("union = \"16\"").contains("must be a list of names of earlier sweeps"));
    let both = with("union = [\"16\"]\nseeds = 3");
    assert!(
        both.contains("`sweep.seeds` and `sweep.union` cannot both be given"),
        "{both}"
    );
}

#[test]
fn a_point_on_a_path_is_one_and_positive() {
    let at = |point: &str| {
        message(&claim(&format!(
            "axis = \"optimizer.learning_rate\"\nat = {point}"
        )))
    };
    assert!(at("{ time = 1, step = 2 }").contains("`claim.at.time`"));
    assert!(at("{ loss = 1, epoch = 2 }").contains("`claim.at.epoch`"));
    for point in ["{}", "{ tine = 1 }", "{ time = 0 }", "\"time\"", "3"] {
        assert!(at(point).contains("claim.at"), "{point}");
    }
    assert!(at("{}").contains("`{ step = ... }`"));
}
