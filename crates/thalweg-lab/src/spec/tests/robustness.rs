//! `[robustness]` in files, and what speaks of it.

use thalweg::robustness::PerturbationNoise;

use super::{FILE, read, read_under, trials};
use crate::spec::{Experiment, ExposedAt, FigureAxis, RobustnessSpec, Setting, TrialSpec};

/// The good file with more after it.
fn and(more: &str) -> String {
    format!("{FILE}\n{more}\n")
}

fn message(more: &str) -> String {
    let error = Experiment::parse("digits.toml", &and(more), &[]).unwrap_err();
    error.to_string()
}

/// What a file says of robustness, after it was written and read again in both ways.
fn robustness(more: &str) -> RobustnessSpec {
    let experiment = read(&and(more));
    let trial = trials(&experiment)[0].clone();
    assert_eq!(
        TrialSpec::from_toml("a.toml", &trial.to_toml()).unwrap(),
        trial
    );
    assert_eq!(read(&experiment.to_toml()).sweeps, experiment.sweeps);
    assert_eq!(trials(&experiment).len(), 1, "strengths are no axis");
    trial.robustness.unwrap()
}

#[test]
fn strengths_are_a_list_or_a_range_and_everything_else_has_a_default() {
    let expected = RobustnessSpec {
        noise: PerturbationNoise::Multiplicative,
        strengths: vec![0.0, 0.5, 1.0],
        draws: 100,
        slope_examples: 1000,
        at: ExposedAt::Best,
    };
    assert_eq!(
        robustness("[robustness]\nstrengths = [0, 0.5, 1]"),
        expected
    );
    let range = "[robustness]\nstrengths = { from = 0, to = 1, count = 3 }";
    assert_eq!(robustness(range), expected);
    let all = "[robustness]\nnoise = \"filter-normalised\"\nstrengths = [0.1]\ndraws = 7\n\
               slope_examples = 50\nat = \"final\"";
    let all = robustness(all);
    assert_eq!(all.noise, PerturbationNoise::FilterNormalised);
    assert_eq!((all.draws, all.slope_examples), (7, 50));
    assert_eq!((all.at, all.strengths), (ExposedAt::Final, vec![0.1]));
}

#[test]
fn trials_without_it_are_what_they_were_and_those_with_it_are_others() {
    let plain = trials(&read(FILE))[0].clone();
    assert!(!plain.to_toml().contains("robustness"));
    assert_eq!(plain.id(), "edf327132cc889f4");
    let noise = read(&and("[robustness]\nstrengths = [0.1]"));
    let other = read(&and("[robustness]\nstrengths = [0.2]"));
    assert_ne!(trials(&noise)[0].id(), plain.id());
    assert_ne!(trials(&noise)[0].id(), trials(&other)[0].id());
}

#[test]
fn overrides_and_sweeps_reach_it() {
    let text = and("[robustness]\nstrengths = [0.1]");
    let experiment = read_under(&text, &["robustness.strengths=[0.1, 0.3]"]);
    let strengths = trials(&experiment)[0].setting("robustness.strengths");
    assert_eq!(strengths, Some(Setting::Numbers(vec![0.1, 0.3])));
    let swept = "[robustness]\nstrengths = [0.1, 0.2]\nnoise = [\"additive\", \"multiplicative\"]";
    assert_eq!(trials(&read(&and(swept))).len(), 2);
    let sweeps =
        "[[sweep]]\nname = \"loud\"\nrobustness.strengths = [1]\n\n[[sweep]]\nname = \"none\"";
    let experiment = read(&and(sweeps));
    let exposed = trials(&experiment)
        .into_iter()
        .map(|one| one.robustness.is_some());
    assert_eq!(exposed.collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_figure_along_the_strength_of_noise_is_read_and_written() {
    let noise = "[robustness]\nstrengths = [0.1]\n\n";
    let figure = "[[figure]]\ntitle = \"noise\"\nx = \"perturbation\"\ny = \"slope_degrees\"";
    let experiment = read(&and(&format!("{noise}{figure}")));
    assert_eq!(experiment.figures[0].x, FigureAxis::Perturbation);
    assert_eq!(read(&experiment.to_toml()).figures, experiment.figures);
    let none = message(figure);
    assert!(
        none.contains("`figure.x` needs `[robustness]` beside it"),
        "{none}"
    );
    let other = message(&format!(
        "{noise}{}",
        figure.replace("slope_degrees", "loss")
    ));
    assert!(other.contains("`figure.y` has no choice `loss`"), "{other}");
    assert!(
        other.contains("test_accuracy, test_loss, slope_degrees"),
        "{other}"
    );
    let at = message(&format!("{noise}{figure}\nat = \"final\""));
    assert!(at.contains("`figure.at` means nothing where `figure.x` is \"perturbation\""));
}

#[test]
fn mistakes_are_answered_in_words() {
    let cases = [
        ("", "`robustness.strengths` is missing"),
        (
            "strengths = []",
            "is an empty list, but must be a list of increasing",
        ),
        (
            "strengths = 0.1",
            "is 0.1, but must be a list of increasing",
        ),
        (
            "strengths = [0.1, -0.2]",
            "is -0.2, but must be a list of increasing",
        ),
        ("strengths = [0.1, \"a\"]", "is \"a\", but must be"),
        (
            "strengths = [[0.1], [0.2]]",
            "is a list, but must be a list of increasing numbers",
        ),
        (
            "strengths = [0.1, 0.1]",
            "is 0.1, but must be greater than 0.1, the one before",
        ),
        (
            "strengths = [0.2, 0.1]",
            "is 0.1, but must be greater than 0.2",
        ),
        ("strengths = [0.1, inf]", "is inf, but must be"),
        (
            "strengths = { from = 1, to = 0, count = 3 }",
            "must be greater than 1",
        ),
        (
            "strengths = { from = 1, to = 2 }",
            "`robustness.strengths.count` is missing",
        ),
        (
            "strengths = [0.1]\ndraws = 0",
            "`robustness.draws` is 0, but must be a whole number, 1 or more",
        ),
        (
            "strengths = [0.1]\nslope_examples = 0",
            "`robustness.slope_examples` is 0",
        ),
        (
            "strengths = [0.1]\nnoise = \"loud\"",
            "known here: multiplicative, additive, filter-normalised",
        ),
        (
            "strengths = [0.1]\nat = \"start\"",
            "`robustness.at` has no choice `start`",
        ),
        (
            "strengths = [0.1]\nstrength = 1",
            "unknown key `robustness.strength`",
        ),
        (
            "strengths = [0.1]\n[[probe]]\nmeasure = [\"loss\"]\nevery = \"1 epoch\"",
            "`robustness.at` needs it: add it to `measure`",
        ),
    ];
    for (entry, wanted) in cases {
        let said = message(&format!("[robustness]\n{entry}"));
        assert!(said.contains(wanted), "{entry}\n{said}");
    }
}

#[test]
fn the_half_accuracy_strength_needs_the_section_and_no_probe_measures_it() {
    let claim = "[[claim]]\nname = \"a\"\nstatement = \"b\"\naxis = \"optimizer.learning_rate\"\n\
                 quantity = \"half_accuracy_strength\"\nexpect = \"increases\"";
    let rates = "optimizer.learning_rate=[0.1, 0.2]";
    let noise = "[robustness]\nstrengths = [0.1]\n\n";
    let parse = |more: &str| {
        let overrides = super::parse_overrides(&[rates]);
        Experiment::parse("digits.toml", &and(more), &overrides)
    };
    assert!(parse(&format!("{noise}{claim}")).is_ok());
    let said = parse(claim).unwrap_err().to_string();
    assert!(
        said.contains("`half_accuracy_strength` is not measured"),
        "{said}"
    );
    assert!(said.contains("`[robustness]` measures it"), "{said}");
    let probe = "[[probe]]\nmeasure = [\"half_accuracy_strength\"]\nevery = \"1 epoch\"";
    let said = message(&format!("{noise}{probe}"));
    assert!(
        said.contains("this one is measured by `[robustness]`"),
        "{said}"
    );
}
