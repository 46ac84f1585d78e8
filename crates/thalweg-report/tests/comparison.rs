//! Comparisons of two runs.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod markup;
mod sample;

use thalweg_report::results::Results;
use thalweg_report::{Named, Report, ReportError, render_comparison};

fn compared(one: &Results, other: &Results) -> Report {
    let named = |name, results| Named { name, results };
    let report = render_comparison(named("runs/a", one), named("runs/b", other)).unwrap();
    markup::elements(&report.html).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(markup::outside_references(&report.html), [""; 0]);
    for (name, svg) in &report.figures {
        assert!(name.starts_with("compared-"), "{name}");
        assert!(
            report.html.contains(svg.as_str()),
            "{name} is not in the page"
        );
    }
    report
}

/// The sample with something else in its file.
fn with(from: &str, to: &str) -> Results {
    assert!(sample::EXPERIMENT.contains(from), "{from}");
    sample::results(&sample::EXPERIMENT.replace(from, to))
}

fn sample() -> Results {
    sample::results(sample::EXPERIMENT)
}

#[test]
fn a_run_compared_with_itself_is_the_same_in_all() {
    let report = compared(&sample(), &sample());
    for part in [
        "Both runs rule alike on all 4 claims that they share.",
        "Nothing: settings, seeds and sweeps are the same.",
        "<strong>33</strong> of 33 here and 33 there; all the very same",
        "intervals overlap",
    ] {
        assert!(report.html.contains(part), "{part}");
    }
    assert!(!report.html.contains("intervals apart"));
    assert_eq!(
        report,
        compared(&sample(), &sample()),
        "the same results, the same bytes"
    );
}

#[test]
fn what_differs_is_listed_and_trials_are_matched_by_the_rest() {
    let other = with("batch_size = 32", "batch_size = 64");
    let report = compared(&sample(), &other);
    let row = "<tr><th scope=\"row\">batch size B</th><td>32</td><td>64</td></tr>";
    assert!(report.html.contains(row));
    assert_eq!(
        report
            .html
            .matches("<tr><th scope=\"row\">batch size B")
            .count(),
        1
    );
    assert!(
        report
            .html
            .contains("<strong>33</strong> of 33 here and 33 there; 0 the very same")
    );
    // The formulas of the sample do not know the batch size: no difference anywhere.
    let (_, table) = report.html.split_once("id=\"trials\"").unwrap();
    assert!(
        table.contains(
            "in every setting but batch size B, of which the runs have no value in common."
        )
    );
    assert!(table.contains("<td class=\"number\">0</td>"));
    let (one, two) = (sample(), with("seeds = 3", "seeds = 4"));
    let report = compared(&one, &two);
    assert!(report.html.contains("<td>0, 1, 2</td><td>0, 1, 2, 3</td>"));
    assert!(
        report
            .html
            .contains("<strong>33</strong> of 33 here and 44 there; all the very same")
    );
}

#[test]
fn rulings_that_differ_are_told_first() {
    let other = with("minimum_effect = 0.1", "minimum_effect = 100.0");
    let report = compared(&sample(), &other);
    let answer = "<p class=\"answer\">The runs rule alike on 3 of the 4 claims that they share and \
                  differently on 1: Larger learning rates find flatter solutions: holds here, does not \
                  hold there.</p>";
    assert!(report.html.contains(answer), "{}", report.html);
}

#[test]
fn claims_of_one_run_alone_stand_in_the_table_too() {
    let mut other = sample();
    other.verdicts.retain(|one| one.name != "EGR");
    let report = compared(&other, &sample());
    assert_eq!(report.html.matches("in one run only").count(), 1);
    assert!(report.html.contains("on all 3 claims that they share"));
}

#[test]
fn figures_are_over_each_other_with_few_enough_lines() {
    let other = with("batch_size = 32", "batch_size = 64");
    let report = compared(&sample(), &other);
    let svg = |name: &str| {
        &report
            .figures
            .iter()
            .find(|(one, _)| one == name)
            .unwrap()
            .1
    };
    let single = svg("compared-learning-rate-test-accuracy-optimizer-learning-rate.svg");
    assert!(single.contains(">\nruns/a\n<") && single.contains(">\nruns/b\n<"));
    assert_eq!(
        single.matches("class=\"hit\"").count(),
        12,
        "six rates of either run"
    );
    assert!(single.contains("Dashed lines and hollow markers: runs/b."));
    assert!(single.contains("<title>runs/b\nlearning rate h 0.005"));
    let courses = svg("compared-learning-rate-loss-epoch.svg");
    assert!(courses.contains("Shown are 5 of 6 combinations of settings."));
    assert_eq!(courses.matches("<title>runs/b\n").count(), 5 * 61);
}

#[test]
fn names_along_an_axis_keep_their_places() {
    let shapes = |names: &str| {
        let (tables, _) = sample::EXPERIMENT.split_once("[[sweep]]").unwrap();
        sample::results(&format!(
            "{tables}\n[[sweep]]\nname = \"shape\"\noptimizer.learning_rate = 0.01\nnetwork.activation = {names}\n"
        ))
    };
    let report = compared(
        &shapes("[\"relu\", \"tanh\"]"),
        &shapes("[\"tanh\", \"relu\"]"),
    );
    let name = "compared-shape-test-accuracy-network-activation.svg";
    let (_, svg) = report.figures.iter().find(|(one, _)| one == name).unwrap();
    let places: Vec<(&str, &str)> = svg
        .split("class=\"hit\" cx=\"")
        .skip(1)
        .map(|hit| {
            let (x, rest) = hit.split_once('"').unwrap();
            let (_, rest) = rest.split_once("activation ").unwrap();
            (x, rest.split('\n').next().unwrap())
        })
        .collect();
    assert_eq!(places.len(), 4, "{svg}");
    for (x, label) in &places {
        let same: Vec<_> = places.iter().filter(|(other, _)| other == x).collect();
        assert!(
            same.len() == 2 && same.iter().all(|(_, other)| other == label),
            "{places:?}"
        );
    }
}

#[test]
fn runs_with_nothing_in_common_are_refused_in_words() {
    let (tables, _) = sample::EXPERIMENT.split_once("[[sweep]]").unwrap();
    let other = format!(
        "{tables}\n[[sweep]]\nname = \"else\"\nseeds = [7]\noptimizer.learning_rate = 0.3\n"
    );
    let (one, other) = (sample(), sample::results(&other));
    let named = |name, results| Named { name, results };
    let refused = render_comparison(named("a", &one), named("b", &other)).unwrap_err();
    assert!(matches!(refused, ReportError::NothingInCommon { .. }));
    assert!(
        refused
            .to_string()
            .starts_with("a and b have nothing in common: no claim")
    );
}

#[test]
fn words_of_either_run_stay_words() {
    let hostile = "<script>alert(1)</script>\"><img src=x onerror=y>{{ 7 * 7 }}";
    let mut other = sample();
    other.experiment.title = hostile.into();
    other.command = hostile.into();
    other.verdicts[0].statement = hostile.into();
    let (one, named) = (sample(), |name, results| Named { name, results });
    let html = render_comparison(named("a", &one), named(hostile, &other))
        .unwrap()
        .html;
    markup::elements(&html).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(html.matches("<script").count(), 1);
    assert!(!html.contains("<img"));
}
