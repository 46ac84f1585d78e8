//! What people read when a file is wrong, whole.

use super::{FILE, file_of_method, file_with, parse_overrides};
use crate::spec::Experiment;

/// The messages on a file under overrides.
fn message(text: &str, overrides: &[&str]) -> String {
    let overrides = parse_overrides(overrides);
    let error = Experiment::parse("digits.toml", text, &overrides).unwrap_err();
    error.to_string()
}

/// The messages on the good file with one part replaced.
fn with(part: &str, replacement: &str) -> String {
    message(&file_with(part, replacement), &[])
}

#[test]
fn a_misspelt_key_is_answered_with_the_nearest_known_one() {
    assert_eq!(
        with("learning_rate = 0.1", "lerning_rate = 0.1"),
        r#"error: unknown key `optimizer.lerning_rate`
 --> digits.toml:9:1
  |
9 | lerning_rate = 0.1
  | ^^^^^^^^^^^^
  |
  = help: did you mean `learning_rate`? known here: method, learning_rate, batch_size, sampling, last_batch, clip_norm"#
    );
}

#[test]
fn a_misspelt_table_is_answered_with_the_nearest_known_one() {
    assert_eq!(
        with("[optimizer]", "[optimiser]"),
        r#"error: unknown key `optimiser`
 --> digits.toml:7:2
  |
7 | [optimiser]
  |  ^^^^^^^^^
  |
  = help: did you mean `optimizer`?"#
    );
}

#[test]
fn a_key_like_no_other_is_answered_with_all_that_are_known() {
    assert_eq!(
        with("epochs = 2", "epochs = 2\nwinter = 1"),
        r#"error: unknown key `stop.winter`
  --> digits.toml:14:1
   |
14 | winter = 1
   | ^^^^^^
   |
   = help: known here: steps, epochs, time, train_accuracy, loss, divergence_loss"#
    );
}

#[test]
fn a_wrong_type_says_what_was_found_and_what_is_wanted() {
    assert_eq!(
        with("learning_rate = 0.1", r#"learning_rate = "fast""#),
        r#"error: `optimizer.learning_rate` is "fast", but must be a positive, finite number
 --> digits.toml:9:17
  |
9 | learning_rate = "fast"
  |                 ^^^^^^"#
    );
}

#[test]
fn a_negative_learning_rate_in_a_list_is_pointed_at() {
    assert_eq!(
        with("learning_rate = 0.1", "learning_rate = [0.1, -0.1]"),
        r#"error: `optimizer.learning_rate` is -0.1, but must be a positive, finite number
 --> digits.toml:9:23
  |
9 | learning_rate = [0.1, -0.1]
  |                       ^^^^"#
    );
}

#[test]
fn a_learning_rate_that_is_no_number_is_refused() {
    assert_eq!(
        with("learning_rate = 0.1", "learning_rate = nan"),
        r#"error: `optimizer.learning_rate` is NaN, but must be a positive, finite number
 --> digits.toml:9:17
  |
9 | learning_rate = nan
  |                 ^^^"#
    );
}

#[test]
fn a_layer_of_width_zero_is_pointed_at() {
    assert_eq!(
        with("[20, 20]", "[[20, 20], [20, 0]]"),
        r#"error: `network.hidden_widths` is 0, but must be whole numbers from 1 to 1000000 in a list
 --> digits.toml:5:33
  |
5 | hidden_widths = [[20, 20], [20, 0]]
  |                                 ^"#
    );
}

#[test]
fn an_empty_axis_is_refused() {
    assert_eq!(
        with("learning_rate = 0.1", "learning_rate = []"),
        r#"error: `optimizer.learning_rate` is an empty list, but must be a value or a list of at least one
 --> digits.toml:9:17
  |
9 | learning_rate = []
  |                 ^^"#
    );
}

#[test]
fn a_logarithmic_range_from_zero_is_refused() {
    assert_eq!(
        with(
            "learning_rate = 0.1",
            r#"learning_rate = { from = 0, to = 1, count = 3, scale = "log10" }"#
        ),
        r#"error: `optimizer.learning_rate.from` is 0, but must be a positive, finite number
 --> digits.toml:9:26
  |
9 | learning_rate = { from = 0, to = 1, count = 3, scale = "log10" }
  |                          ^"#
    );
}

#[test]
fn a_range_of_no_values_is_refused() {
    assert_eq!(
        with(
            "learning_rate = 0.1",
            "learning_rate = { from = 0.1, to = 1, count = 0 }"
        ),
        r#"error: `optimizer.learning_rate.count` is 0, but must be a whole number, 1 or more
 --> digits.toml:9:47
  |
9 | learning_rate = { from = 0.1, to = 1, count = 0 }
  |                                               ^"#
    );
}

#[test]
fn a_batch_size_means_nothing_to_full_batch_descent() {
    assert_eq!(
        with(r#"method = "sgd""#, r#"method = "gradient-descent""#),
        r#"error: `optimizer.batch_size` means nothing where `optimizer.method` is "gradient-descent"
  --> digits.toml:10:1
   |
10 | batch_size = 32
   | ^^^^^^^^^^
   |
   = help: take it out"#
    );
}

/// The message on the good file with that optimizer.
fn of_method(settings: &str) -> String {
    message(&file_of_method(settings), &[])
}

#[test]
fn a_setting_of_another_method_means_nothing() {
    assert_eq!(
        of_method("method = \"sgd\"\nlearning_rate = 0.1\nbatch_size = 32\nmomentum = 0.9"),
        r#"error: `optimizer.momentum` means nothing where `optimizer.method` is "sgd"
  --> digits.toml:11:1
   |
11 | momentum = 0.9
   | ^^^^^^^^
   |
   = help: take it out"#
    );
    assert_eq!(
        of_method("method = \"rmsprop\"\nlearning_rate = 0.1\nbeta_1 = 2"),
        r#"error: `optimizer.beta_1` means nothing where `optimizer.method` is "rmsprop"
  --> digits.toml:10:1
   |
10 | beta_1 = 2
   | ^^^^^^
   |
   = help: take it out"#
    );
}

#[test]
fn a_momentum_of_one_is_pointed_at_in_its_list() {
    assert_eq!(
        of_method("method = \"heavy-ball\"\nlearning_rate = 0.1\nmomentum = [0.9, 1]"),
        r#"error: `optimizer.momentum` is 1, but must be a number, 0 or more and below 1
  --> digits.toml:10:18
   |
10 | momentum = [0.9, 1]
   |                  ^"#
    );
}

#[test]
fn settings_that_have_no_usual_value_must_be_given() {
    assert_eq!(
        of_method("method = \"gradient-norm\"\nlearning_rate = 0.1\nmix = 1.5"),
        r#"error: `optimizer.radius` is missing
 --> digits.toml:7:1
  |
7 | [optimizer]
  | ^^^^^^^^^^^
  |
  = help: give a finite number, 0 or more

error: `optimizer.mix` is 1.5, but must be a number from 0 to 1
  --> digits.toml:10:7
   |
10 | mix = 1.5
   |       ^^^"#
    );
    let message = of_method("method = \"n-step\"\nlearning_rate = 0.1\nbatch_size = 32");
    assert!(
        message.starts_with("error: `optimizer.steps_per_batch` is missing"),
        "{message}"
    );
}

#[test]
fn other_ranges_of_methods_are_checked_where_they_are_written() {
    for (settings, wanted) in [
        (
            "method = \"adam\"\nbeta_1 = -0.1",
            "`optimizer.beta_1` is -0.1, but must be a number, 0",
        ),
        (
            "method = \"adam\"\nepsilon = 0",
            "`optimizer.epsilon` is 0, but must be a positive",
        ),
        (
            "method = \"adam\"\nepsilon_placement = \"inside\"",
            "`optimizer.epsilon_placement` has no choice `inside`",
        ),
        (
            "method = \"rmsprop\"\nbeta_2 = 1.0",
            "`optimizer.beta_2` is 1, but must be a number, 0",
        ),
        (
            "method = \"normalised\"\ndecay = 2",
            "`optimizer.decay` is 2, but must be a number from",
        ),
        (
            "method = \"sam\"\nradius = -1",
            "`optimizer.radius` is -1, but must be a finite number",
        ),
        (
            "method = \"n-step\"\nsteps_per_batch = 0",
            "`optimizer.steps_per_batch` is 0, but must",
        ),
    ] {
        let message = of_method(&format!("{settings}\nlearning_rate = 0.1"));
        assert!(message.contains(wanted), "{message}");
        assert!(message.contains("digits.toml:9:"), "{message}");
        assert_eq!(message.matches("error:").count(), 1, "{message}");
    }
}

#[test]
fn batches_are_drawn_only_where_they_have_a_size() {
    assert_eq!(
        of_method("method = \"adam\"\nlearning_rate = 0.1\nsampling = \"shuffled\""),
        r#"error: `optimizer.sampling` needs `optimizer.batch_size` beside it
  --> digits.toml:10:1
   |
10 | sampling = "shuffled"
   | ^^^^^^^^"#
    );
    let message = of_method("method = \"sgd\"\nlearning_rate = 0.1");
    assert!(
        message.starts_with("error: `optimizer.batch_size` is missing"),
        "{message}"
    );
}

#[test]
fn settings_of_a_misspelt_method_are_not_mistakes_as_well() {
    assert_eq!(
        of_method("method = \"heavyball\"\nlearning_rate = 0.1\nmomentum = 0.9"),
        r#"error: `optimizer.method` has no choice `heavyball`
 --> digits.toml:8:10
  |
8 | method = "heavyball"
  |          ^^^^^^^^^^^
  |
  = help: did you mean `heavy-ball`?"#
    );
}

#[test]
fn a_width_needs_a_depth() {
    assert_eq!(
        with("hidden_widths = [20, 20]", "width = 20"),
        r#"error: `network.width` needs `network.depth` beside it
 --> digits.toml:5:1
  |
5 | width = 20
  | ^^^^^"#
    );
}

#[test]
fn widths_are_given_in_one_way_only() {
    assert_eq!(
        with(
            "hidden_widths = [20, 20]",
            "hidden_widths = [20, 20]\nwidth = 20\ndepth = 2"
        ),
        r#"error: `network.width` and `network.hidden_widths` cannot both be given
 --> digits.toml:6:1
  |
6 | width = 20
  | ^^^^^
  |
  = help: keep one of them

error: `network.depth` and `network.hidden_widths` cannot both be given
 --> digits.toml:7:1
  |
7 | depth = 2
  | ^^^^^
  |
  = help: keep one of them"#
    );
}

#[test]
fn an_unknown_activation_is_answered_with_those_there_are() {
    assert_eq!(
        with(
            "[20, 20]",
            r#"[20, 20]
activation = "rleu""#
        ),
        r#"error: `network.activation` has no choice `rleu`
 --> digits.toml:6:14
  |
6 | activation = "rleu"
  |              ^^^^^^
  |
  = help: did you mean `relu`? known here: relu, tanh, gelu, softplus, sigmoid, identity"#
    );
}

#[test]
fn a_displacement_means_nothing_to_the_exact_derivative() {
    assert_eq!(
        with(
            "[stop]",
            "[regularizer]\ncoefficient = 0.1\nepsilon = 1e-3\n\n[stop]"
        ),
        r#"error: `regularizer.epsilon` means nothing where `regularizer.derivative` is "exact"
  --> digits.toml:14:1
   |
14 | epsilon = 1e-3
   | ^^^^^^^
   |
   = help: take it out"#
    );
}

#[test]
fn a_micro_batch_is_no_larger_than_its_batch() {
    assert_eq!(
        with(
            "[stop]",
            "[regularizer]\ncoefficient = 0.1\nmicro_batch_size = 64\n\n[stop]"
        ),
        r#"error: `regularizer.micro_batch_size` is 64, but must be at most 32, the size of the batch that it divides
  --> digits.toml:14:20
   |
14 | micro_batch_size = 64
   |                    ^^"#
    );
}

#[test]
fn only_an_implicit_term_that_is_one_multiple_can_be_multiplied() {
    let multiple = "[regularizer]\nkind = \"implicit-multiple\"\nmultiplier = -1\n\n[stop]";
    let text = file_with("[stop]", multiple);
    let refused = |overrides: &[&str]| message(&text, overrides);
    assert_eq!(
        refused(&["optimizer.method=heavy-ball"]),
        r#"error: there is no implicit term to multiply: on minibatches, `heavy-ball` has one coefficient for ‖∇E‖² and another for the variance
  --> digits.toml:13:8
   |
13 | kind = "implicit-multiple"
   |        ^^^^^^^^^^^^^^^^^^^
   |
   = help: give a coefficient of your own instead: `kind = "gradient-penalty"` with `coefficient`, and `micro_batch_size` for the variance"#
    );
    let drawn = refused(&["optimizer.sampling=with-replacement"]);
    assert!(drawn.contains("with sampling \"with-replacement\" the implicit term is no multiple"));
    let adam = refused(&["optimizer.method=adam"]);
    assert!(adam.contains("`adam` descends no loss of the form E + c‖∇E‖²"));
    assert!(Experiment::parse("digits.toml", &text, &[]).is_ok());
}

#[test]
fn what_belongs_to_one_kind_of_regularizer_is_told_apart() {
    let refused = |lines: &str| with("[stop]", &format!("[regularizer]\n{lines}\n\n[stop]"));
    for (lines, words) in [
        (
            "kind = \"implicit-multiple\"\ncoefficient = 0.1",
            "`regularizer.coefficient` means nothing where `regularizer.kind` is",
        ),
        (
            "multiplier = 2",
            "`regularizer.multiplier` needs `regularizer.kind` beside it",
        ),
        (
            "coefficient = 0.1\nwhole_batch_coefficient = 1.0",
            "`regularizer.whole_batch_coefficient` needs `regularizer.micro_batch_size` beside it",
        ),
        (
            "coefficient = -0.1",
            "`regularizer.coefficient` is -0.1, but must be",
        ),
    ] {
        let message = refused(lines);
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn a_trial_must_be_certain_to_end() {
    assert_eq!(
        with("epochs = 2", "train_accuracy = 1.0"),
        r#"error: nothing is certain to end a trial
  --> digits.toml:12:1
   |
12 | [stop]
   | ^^^^^^
   |
   = help: give at least one of `steps`, `epochs` and `time` in `[stop]`"#
    );
}

#[test]
fn a_schedule_that_is_none_is_refused() {
    assert_eq!(
        with(
            "[stop]",
            r#"[[probe]]
measure = ["loss"]
every = "10 weeks"

[stop]"#
        ),
        r#"error: `probe.every` is "10 weeks", but must be `10 steps`, `1 epoch`, `20 per decade` or `never` in quotes (counts from 1)
  --> digits.toml:14:9
   |
14 | every = "10 weeks"
   |         ^^^^^^^^^^"#
    );
}

#[test]
fn a_seed_given_twice_is_pointed_at() {
    assert_eq!(
        with("[data]", "seeds = [1, 2, 1]\n\n[data]"),
        r#"error: `seeds` has 1 twice
 --> digits.toml:1:16
  |
1 | seeds = [1, 2, 1]
  |                ^"#
    );
}

#[test]
fn a_text_that_is_not_toml_is_pointed_at() {
    assert_eq!(
        with("learning_rate = 0.1", "learning_rate = 0.1.2"),
        r#"error: not TOML: invalid float
 --> digits.toml:9:20
  |
9 | learning_rate = 0.1.2
  |                    ^^"#
    );
}

#[test]
fn a_missing_table_is_named() {
    assert_eq!(
        with(
            r#"[optimizer]
method = "sgd"
learning_rate = 0.1
batch_size = 32

"#,
            ""
        ),
        r#"error: `optimizer.method` is missing
--> digits.toml
 = help: give one of gradient-descent, sgd, heavy-ball, nesterov, adam, rmsprop, heun, runge-kutta-4, normalised, sam, gradient-norm, n-step

error: `optimizer.learning_rate` is missing
--> digits.toml
 = help: give a positive, finite number"#
    );
}

#[test]
fn a_claim_along_a_fixed_setting_is_refused() {
    assert_eq!(
        with(
            "epochs = 2\n",
            r#"epochs = 2

[[claim]]
name = "flat"
statement = "Larger learning rates end flatter"
axis = "optimizer.learning_rate"
quantity = "loss"
expect = "decreases"
"#
        ),
        r#"error: `optimizer.learning_rate` does not vary in sweep `base`
  --> digits.toml:18:8
   |
18 | axis = "optimizer.learning_rate"
   |        ^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: give the setting a list of values in that sweep"#
    );
}

#[test]
fn an_override_is_wrong_at_its_own_text() {
    assert_eq!(
        message(FILE, &["optimizer.learning_rate=-1"]),
        r#"error: `optimizer.learning_rate` is -1, but must be a positive, finite number
 --> --set:1:25
  |
1 | optimizer.learning_rate=-1
  |                         ^^"#
    );
}

#[test]
fn an_override_of_an_unknown_setting_is_answered_with_the_nearest() {
    assert_eq!(
        message(FILE, &["optimiser.learning_rate=0.1"]),
        r#"error: unknown key `optimiser.learning_rate`
 --> --set:1:1
  |
1 | optimiser.learning_rate=0.1
  | ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `optimizer.learning_rate`?"#
    );
}
