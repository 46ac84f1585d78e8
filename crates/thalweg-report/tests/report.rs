//! Whole reports.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod markup;
mod sample;

use thalweg::probe::Quantity;
use thalweg_report::figure::Drawing;
use thalweg_report::results::Results;
use thalweg_report::{Report, TrialPages, render, render_trial, render_with};

/// Renders, and checks what every report must be.
fn report(results: &Results) -> Report {
    let report = render(results).unwrap();
    markup::elements(&report.html).unwrap_or_else(|fault| panic!("page: {fault}"));
    assert_eq!(markup::outside_references(&report.html), [""; 0]);
    for (name, svg) in &report.figures {
        markup::elements(svg).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert!(name.ends_with(".svg"), "{name}");
        assert!(
            report.html.contains(&format!("href=\"figures/{name}\"")),
            "{name}"
        );
        assert!(
            report.html.contains(svg.as_str()),
            "{name} is not in the page"
        );
        let (_, description) = svg.split_once("-desc\">").unwrap();
        let (caption, _) = description.split_once("</desc>").unwrap();
        assert!(caption.contains("seed"), "{name}: {caption}");
        assert!(caption.contains("band"), "{name}: {caption}");
    }
    let mut names: Vec<&str> = report
        .figures
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(
        names.len(),
        report.figures.len(),
        "two figures have one name"
    );
    report
}

fn sample() -> Results {
    sample::results(sample::EXPERIMENT)
}

/// The sample with another text after its tables.
fn with(text: &str) -> Results {
    let (tables, _) = sample::EXPERIMENT.split_once("[[sweep]]").unwrap();
    sample::results(&format!("{tables}\n{text}"))
}

#[test]
fn a_report_shows_everything_in_order() {
    let html = report(&sample()).html;
    let parts = [
        "<h1>Learning rate and implicit regularisation on digits</h1>",
        "Does a larger learning rate",
        "<p class=\"answer mixed\">Of 4 claims 3 hold and 1 does not; first of all: Larger learning \
         rates find flatter solutions: holds, −2.47 decades per decade (95 % interval −2.66 to −2.28).",
        "<strong>3 of 4</strong> 1 not, 0 undecided",
        "<strong>29 of 33</strong> 3 diverged, 1 unfinished",
        "highest test accuracy",
        "learning rate h 0.02, penalty coefficient 0.3, mean of 2 seeds",
        "<article class=\"verdict holds\">",
        "prediction 2.2, Figure 2",
        "<article class=\"verdict fails\">",
        "<figure id=\"figure-",
        "<table class=\"trials\">",
        "Diverged (3 trials)",
        "What was the same in all trials",
        "mnist-small",
        "does not hold</dt>",
        "Made by thalweg 0.1.0",
        "<pre><code>thalweg run sample.toml --out results</code></pre>",
    ];
    let mut place = 0;
    for part in parts {
        let found = html[place..].find(part);
        place += found.unwrap_or_else(|| panic!("{part} is missing or out of order"));
    }
    assert!(html.find("does not hold").is_some());
}

#[test]
fn figures_that_a_claim_is_about_are_titled_by_what_it_found() {
    let html = report(&sample()).html;
    for title in [
        "Larger learning rates find flatter solutions: holds, −2.5 decades per decade",
        "Larger learning rates find solutions that generalise better: holds, +7.5 percentage points per decade",
    ] {
        assert!(html.contains(&format!("<h3>{title}</h3>")), "{title}");
        assert!(
            html.contains(&format!("\">{title}</a></li>")),
            "{title} in the contents"
        );
    }
    // The file's own title begins the caption, and a figure without a claim keeps it above.
    assert!(
        html.contains("<span class=\"own-title\">Test accuracy against learning rate h.</span>")
    );
    assert!(html.contains("<h3>R_IG against λ, by learning rate h</h3>"));
    // Without a ruling no figure claims anything.
    let mut results = sample();
    results.verdicts.clear();
    let html = report(&results).html;
    assert!(html.contains("The 4 claims of the experiment have not been ruled on."));
    assert!(html.contains("<h3>Test accuracy against learning rate h</h3>"));
    assert!(!html.contains("<span class=\"own-title\">"));
}

#[test]
fn few_claims_are_told_in_full_and_none_is_said() {
    let mut results = sample();
    results.verdicts.truncate(2);
    let html = report(&results).html;
    assert!(html.contains(
        "<p class=\"answer holds\">Larger learning rates find flatter solutions: holds, −2.47 decades \
         per decade (95 % interval −2.66 to −2.28); Larger learning rates find solutions that generalise \
         better: holds, +7.5 percentage points per decade (95 % interval +7.44 to +7.57).</p>"
    ));
    let none = report(&with(
        "[[sweep]]\nname = \"base\"\noptimizer.learning_rate = 0.1\n",
    ))
    .html;
    assert!(none.contains("The experiment states no claim to rule on"));
}

#[test]
fn headings_descend_by_one_and_the_contents_lead_somewhere() {
    let html = report(&sample()).html;
    let levels: Vec<u8> = html
        .match_indices("<h")
        .filter_map(|(place, _)| html.as_bytes().get(place + 2))
        .filter(|level| level.is_ascii_digit())
        .map(|level| level - b'0')
        .collect();
    assert_eq!(levels[0], 1);
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{levels:?}"
    );
    let targets = html
        .split("href=\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap());
    for target in targets {
        assert_eq!(
            html.matches(&format!("id=\"{target}\"")).count(),
            1,
            "{target}"
        );
    }
    for landmark in ["<header class=\"top\">", "<nav ", "<main ", "<footer>"] {
        assert_eq!(html.matches(landmark).count(), 1, "{landmark}");
    }
}

#[test]
fn every_figure_has_its_numbers_as_a_table() {
    let report = report(&sample());
    assert_eq!(
        report.html.matches("<details class=\"data\">").count(),
        report.figures.len()
    );
    // Six learning rates, the diverged one aside.
    let (_, table) = report
        .html
        .split_once("Numbers of: Test accuracy against learning rate h")
        .unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    assert_eq!(table.matches("<tr>").count(), 7);
    assert!(
        table.contains("<th scope=\"col\">band from</th>"),
        "{table}"
    );
}

#[test]
fn the_same_results_make_the_same_bytes() {
    assert_eq!(render(&sample()).unwrap(), render(&sample()).unwrap());
}

#[test]
fn every_trial_has_a_row_and_diverged_ones_are_marked() {
    let results = sample();
    let html = report(&results).html;
    for one in &results.trials {
        let row = format!("<th scope=\"row\"><code>{}</code></th>", one.trial.id);
        assert_eq!(html.matches(&row).count(), 1);
    }
    assert_eq!(html.matches("<tr class=\"diverged\">").count(), 3);
    assert_eq!(html.matches("<tr class=\"unfinished\">").count(), 1);
}

#[test]
fn an_experiment_without_figures_has_the_usual_ones() {
    let figures = report(&sample()).figures;
    let names: Vec<&str> = figures.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.contains(&"learning-rate-test-accuracy-optimizer-learning-rate.svg"),
        "{names:?}"
    );
    assert!(
        names.contains(&"learning-rate-r-ig-against-lambda.svg"),
        "{names:?}"
    );
    assert!(names.contains(&"penalty-loss-epoch.svg"), "{names:?}");
    assert!(
        !names.contains(&"penalty-r-ig-against-lambda.svg"),
        "λ is the same in all of it"
    );
    assert_eq!(names.len(), 12);
}

#[test]
fn diverged_and_unfinished_trials_are_left_out_in_words() {
    let figures = report(&sample()).figures;
    let svg = |name: &str| &figures.iter().find(|(one, _)| one == name).unwrap().1;
    let rates = svg("learning-rate-test-accuracy-optimizer-learning-rate.svg");
    assert!(rates.contains("Trials left out: 3 diverged."));
    assert_eq!(rates.matches("class=\"hit\"").count(), 6);
    let penalties = svg("penalty-test-accuracy-regularizer-coefficient.svg");
    assert!(penalties.contains("mean over 2 to 3 seeds") && penalties.contains("1 unfinished"));
}

#[test]
fn stated_figures_are_drawn_instead_and_as_stated() {
    let stated = r#"
[[sweep]]
name = "rate"
optimizer.learning_rate = [0.01, 0.02]
[[figure]]
title = "Flatness"
sweep = "rate"
x = "optimizer.learning_rate"
y = "gradient_norm_squared"
at = "final"
y_scale = "log"
[[figure]]
title = "Flatness, again"
sweep = "rate"
x = "optimizer.learning_rate"
y = "gradient_norm_squared"
[[figure]]
title = "At equal time"
sweep = "rate"
x = "time"
y = "r_ig"
x_scale = "log"
[[figure]]
title = "At equal loss"
sweep = "rate"
x = "optimizer.learning_rate"
y = "r_ig"
at = { loss = 0.1 }
"#;
    let report = report(&with(stated));
    assert_eq!(report.figures.len(), 4);
    for title in [
        "Flatness",
        "Flatness, again",
        "At equal time",
        "At equal loss",
    ] {
        assert!(report.html.contains(&format!("<h3>{title}</h3>")));
    }
    assert!(report.figures[0].1.contains("at the end of training"));
    assert!(
        report.figures[3]
            .1
            .contains("where the training loss reaches 0.1")
    );
    assert_eq!(report.figures[3].1.matches("class=\"hit\"").count(), 2);
}

#[test]
fn the_mean_of_the_best_seeds_stands_beside_that_of_all() {
    let stated = r#"
[[sweep]]
name = "rate"
seeds = 7
optimizer.batch_size = [16, 32]
optimizer.learning_rate = [0.01, 0.02]
[[figure]]
title = "Accuracy"
sweep = "rate"
x = "optimizer.rate_per_example"
y = "test_accuracy"
seeds = "best-5-of-7"
[[figure]]
title = "Accuracy, all"
sweep = "rate"
x = "optimizer.rate_per_example"
y = "test_accuracy"
"#;
    let report = report(&with(stated));
    let [best, all] = &report.figures[..] else {
        panic!("{} figures", report.figures.len());
    };
    assert!(best.1.contains(
        "Each point is the mean over 7 seeds, the band one standard deviation either side. Dashed, \
         with small markers: the same mean of the best 5 of 7 seeds, those with the highest test accuracy \
         at any time of training. Claims count every seed."
    ));
    assert!(best.1.contains("learning rate over batch size h/B"));
    // One curve a batch size, two points each, whatever the learning rates are.
    assert_eq!(best.1.matches("class=\"hit\"").count(), 4);
    assert_eq!(best.1.matches("\nbest 5 of 7 seeds ").count(), 4);
    // The best 5 seeds of 7 have a higher mean than all 7, and the text says both.
    let value = |from: &str| {
        let (_, rest) = best.1.split_once(from).unwrap();
        let number = rest.split([' ', '\n']).next().unwrap();
        number.parse::<f64>().unwrap()
    };
    assert!(value("\nbest 5 of 7 seeds ") > value("\ntest accuracy "));
    assert!(!all.1.contains("best 5 of 7"));
    // The same numbers stand in a table of the page, for the one figure only.
    let (_, table) = report.html.split_once("id=\"means\"").unwrap();
    let (table, _) = table.split_once("</section>").unwrap();
    assert_eq!(table.matches("<summary>").count(), 1);
    assert_eq!(table.matches("<td class=\"number\">7</td>").count(), 4);
    assert_eq!(table.matches("<td class=\"number\">5</td>").count(), 4);
}

#[test]
fn names_and_lists_are_axes_too() {
    let mixed = r#"
[[sweep]]
name = "shape"
optimizer.learning_rate = [0.01, 0.02]
network.activation = ["relu", "tanh"]
network.hidden_widths = [[50], [50, 50]]
"#;
    let report = report(&with(mixed));
    let name = "shape-test-accuracy-network-activation.svg";
    let found = report.figures.iter().find(|(one, _)| one == name);
    let (_, activations) = found.unwrap();
    for words in [
        "hidden widths · learning rate h",
        "[50, 50] · 0.02",
        ">\ntanh\n<",
    ] {
        assert!(activations.contains(words), "{words}");
    }
}

#[test]
fn a_report_of_nothing_finished_is_a_report() {
    let mut results = sample();
    for one in &mut results.trials {
        one.outcome = None;
        one.path.clear();
    }
    let html = report(&results).html;
    assert!(html.contains("<strong>0 of 33</strong> 0 diverged, 33 unfinished"));
}

#[test]
fn values_that_are_not_finite_are_shown_as_such() {
    let mut results = sample();
    for one in &mut results.trials {
        let outcome = one.outcome.as_mut();
        for measurement in one
            .path
            .iter_mut()
            .chain(outcome.map(|outcome| &mut outcome.last))
        {
            measurement.values.insert(Quantity::Loss, f64::NAN);
            measurement
                .values
                .insert(Quantity::GradientNormSquared, f64::INFINITY);
        }
    }
    let html = report(&results).html;
    assert!(!html.contains("NaN"));
}

#[test]
fn a_single_run_has_its_courses() {
    let report = report(&with(
        "[[sweep]]\nname = \"base\"\noptimizer.learning_rate = 0.1\n",
    ));
    assert!(
        report
            .figures
            .iter()
            .all(|(name, _)| name.starts_with("base-"))
    );
    assert!(report.html.contains("seed only"));
}

#[test]
fn words_of_the_experiment_stay_words() {
    let hostile = "<script>alert(1)</script>\"><img src=x onerror=y>{{ 7 * 7 }}{% raw %}&amp;";
    let mut results = sample();
    results.experiment.title = hostile.into();
    results.experiment.question = hostile.into();
    results.command = hostile.into();
    results.version = hostile.into();
    for verdict in &mut results.verdicts {
        verdict.name = hostile.into();
        verdict.statement = hostile.into();
        verdict.source = hostile.into();
        verdict.explanation = hostile.into();
    }
    let warnings = results
        .trials
        .iter_mut()
        .filter_map(|one| one.outcome.as_mut());
    for warning in warnings.flat_map(|outcome| &mut outcome.warnings) {
        warning.message = hostile.into();
    }
    for sweep in &mut results.experiment.sweeps {
        for one in &mut results.trials {
            for name in one
                .trial
                .sweeps
                .iter_mut()
                .filter(|name| **name == sweep.name)
            {
                *name = format!("{name}{hostile}");
            }
        }
        sweep.name.push_str(hostile);
    }
    let html = render(&results).unwrap().html;
    markup::elements(&html).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(html.matches("<script").count(), 1, "the page's own alone");
    assert!(!html.contains("<img"));
    assert!(html.contains("{{ 7 * 7 }}"));
}

#[test]
fn a_union_of_sweeps_has_a_curve_for_each() {
    let stated = r#"
[[sweep]]
name = "small batch"
optimizer.batch_size = 16
optimizer.learning_rate = [0.01, 0.02]
[[sweep]]
name = "large batch"
optimizer.batch_size = 32
optimizer.learning_rate = [0.02, 0.05]
stop.epochs = 30
[[sweep]]
name = "both"
union = ["small batch", "large batch"]
[[figure]]
title = "Accuracy"
sweep = "both"
x = "optimizer.rate_per_example"
y = "test_accuracy"
[[figure]]
title = "Course"
sweep = "both"
x = "epoch"
y = "test_accuracy"
"#;
    let report = report(&with(stated));
    let [accuracy, course] = &report.figures[..] else {
        panic!("{} figures", report.figures.len());
    };
    for (figure, legend) in [
        (accuracy, ["small batch", "large batch"]),
        (course, ["small batch · 0.01", "large batch · 0.05"]),
    ] {
        for name in legend {
            assert!(figure.1.contains(&format!(">\n{name}\n<")), "{name}");
        }
    }
    // Two rates each; 0.01/16 and 0.02/32 are the same place.
    assert_eq!(accuracy.1.matches("class=\"hit\"").count(), 4);
    assert!(accuracy.1.contains("sweep large batch"));
}

#[test]
fn trials_are_linked_to_their_pages_where_they_have_some() {
    let results = sample();
    assert_eq!(TrialPages::usual(&results), TrialPages::Each);
    let html = render_with(&results, TrialPages::Each).unwrap().html;
    markup::elements(&html).unwrap();
    for one in &results.trials {
        let link = format!("<a href=\"trials/{}/report.html\">", one.trial.id);
        assert_eq!(html.matches(&link).count(), 1);
    }
    assert!(!render(&results).unwrap().html.contains("trials/"));
    let mut many = results.clone();
    while many.trials.len() <= thalweg_report::MOST_TRIAL_PAGES {
        many.trials.extend_from_slice(&results.trials);
    }
    assert_eq!(TrialPages::usual(&many), TrialPages::None);
}

const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><title>Loss surface\
                       </title><desc>Shaded.</desc><rect fill=\"#FFFFFF\"/></svg>";

#[test]
fn the_page_of_a_trial_shows_all_of_it() {
    let results = sample();
    let is_small = |one: &&thalweg_report::results::TrialResults| {
        one.trial.spec.optimizer.learning_rate == 0.005 && one.trial.spec.seed == 1
    };
    let index = results
        .trials
        .iter()
        .position(|one| is_small(&one))
        .unwrap();
    let one = &results.trials[index];
    let picture = Drawing::from_file("surface", PICTURE).unwrap();
    let html = render_trial(&results, index, std::slice::from_ref(&picture)).unwrap();
    markup::elements(&html).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(markup::outside_references(&html), [""; 0]);
    let id = &one.trial.id;
    let parts = [
        "<a href=\"../../report.html\">Learning rate and implicit regularisation on digits</a>",
        &format!("<h1>Trial <code>{id}</code></h1>"),
        "Learning rate h 0.005, penalty coefficient 0, seed 1",
        "href=\"../../report.html#trials\"",
        &format!(
            "href=\"../{}/report.html\">Previous trial",
            results.trials[index - 1].trial.id
        ),
        &format!(
            "href=\"../{}/report.html\">Next trial",
            results.trials[index + 1].trial.id
        ),
        "Ended by epoch limit.",
        "highest test accuracy",
        "at the end of training",
        "squared gradient norm ‖∇E‖²",
        "<h3>Training loss</h3>",
        "<h3>Training accuracy and test accuracy</h3>",
        "The same all along",
        "<dt>λ</dt>",
        "<h3>Loss surface</h3>",
        "batch size B",
    ];
    let mut place = 0;
    for part in parts {
        let found = html[place..].find(part);
        place += found.unwrap_or_else(|| panic!("{part} is missing or out of order"));
    }
    assert_eq!(html.matches("<article class=\"warning\">").count(), 2);
    assert_eq!(html, render_trial(&results, index, &[picture]).unwrap());
    assert!(html.len() < 200_000, "{} bytes", html.len());
}

#[test]
fn trials_without_an_outcome_or_measurements_have_pages_too() {
    let mut results = sample();
    results.trials[0].path.clear();
    results.trials[1].outcome = None;
    for index in 0..results.trials.len() {
        let html = render_trial(&results, index, &[]).unwrap();
        markup::elements(&html).unwrap_or_else(|fault| panic!("{fault}"));
        assert!(!html.contains("NaN"));
    }
    assert!(
        render_trial(&results, 1, &[])
            .unwrap()
            .contains("The trial is not finished.")
    );
}
