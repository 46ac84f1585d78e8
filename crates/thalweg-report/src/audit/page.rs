//! An audit in the words of its page.

use serde::Serialize;
use thalweg::Named;
use thalweg_lab::audit::{
    About, Audit, Change, Cost, ErrorKind, Number, Pass, Regime, Scenario, Topic,
};
use thalweg_lab::spec::Setting;
use thalweg_lab::study::shown;

use crate::figure::Drawing;
use crate::number::{counted, significant};
use crate::page::fill_in;

/// What the template is filled with.
#[derive(Serialize)]
struct Page<'a> {
    title: String,
    question: String,
    tally: String,
    topics: Vec<TopicView>,
    numbers: Vec<NumberView>,
    scenarios: Vec<ScenarioView>,
    figures: &'a [Drawing],
    costs: Vec<CostView>,
    settings: Vec<Entry>,
    command: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct TopicView {
    key: &'static str,
    heading: &'static str,
    remarks: Vec<RemarkView>,
}

#[derive(Serialize)]
struct RemarkView {
    text: String,
    is_caution: bool,
}

#[derive(Serialize)]
struct NumberView {
    symbol: &'static str,
    meaning: &'static str,
    /// Empty where it is undefined.
    value: String,
    undefined: String,
    error: String,
    error_meaning: &'static str,
    sample_error: String,
    pass: &'static str,
    is_noise: bool,
}

#[derive(Serialize)]
struct ScenarioView {
    name: &'static str,
    cells: [String; 7],
}

#[derive(Serialize)]
struct CostView {
    doing: &'static str,
    seconds: String,
    gradients: String,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    value: String,
}

/// The page with these figures.
pub(super) fn page(
    audit: &Audit,
    figures: &[Drawing],
    command: &str,
    version: &str,
) -> Result<String, minijinja::Error> {
    let about = &audit.about;
    let optimizer = &about.spec.optimizer;
    fill_in(
        "audit.html",
        &Page {
            title: format!("Audit of {}", about.checkpoint.display()),
            question: format!(
                "What do steps of {} with h = {} do at these {}, over {}?",
                optimizer.method.name(),
                shown(about.learning_rate),
                counted(about.parameters, "parameter"),
                counted(about.examples, "training example"),
            ),
            tally: tally(audit.regime).into(),
            topics: topics(audit),
            numbers: audit.numbers.iter().map(NumberView::of).collect(),
            scenarios: audit.scenarios.iter().map(ScenarioView::of).collect(),
            figures,
            costs: costs(&audit.costs),
            settings: settings(about),
            command,
            version,
        },
    )
}

/// Where the theory stands, in a sentence.
fn tally(regime: Regime) -> &'static str {
    match regime {
        Regime::Inside => "Inside the theory's regime.",
        Regime::LongEpochs => "Inside the theory's regime for single steps, outside it for epochs.",
        Regime::LongSteps => {
            "At the end of the theory's regime: steps overshoot where it is steepest."
        }
        Regime::NearTheEdge => "Outside the theory's regime: near the edge of stability.",
        Regime::BeyondTheEdge => "Outside the theory's regime: beyond the edge of stability.",
        Regime::NoTheory => "Outside the theory: there is no modified loss of this form.",
    }
}

fn topics(audit: &Audit) -> Vec<TopicView> {
    let view = |(topic, key, heading): &(Topic, &'static str, &'static str)| {
        let remarks = audit.remarks.iter().filter(|one| one.topic() == *topic);
        TopicView {
            key,
            heading,
            remarks: remarks
                .map(|one| RemarkView {
                    text: one.to_string(),
                    is_caution: one.is_caution(),
                })
                .collect(),
        }
    };
    let mut views: Vec<TopicView> = Topic::ALL.iter().map(view).collect();
    views.retain(|view| !view.remarks.is_empty());
    views
}

impl NumberView {
    fn of(number: &Number) -> Self {
        let error = number.error.filter(|error| error.kind != ErrorKind::Exact);
        let meaning = |kind| match kind {
            ErrorKind::Exact => "exact: it follows from settings",
            ErrorKind::Rounding => "rounding",
            ErrorKind::Residual => "Lanczos residual",
            ErrorKind::Minibatches => "over minibatches",
            ErrorKind::Draws => "over draws",
        };
        Self {
            symbol: number.quantity.symbol(),
            meaning: number.quantity.meaning(),
            value: number.value.map_or_else(|_| String::new(), shown),
            undefined: number
                .value
                .err()
                .map_or_else(String::new, |why| why.to_string()),
            error: error.map_or_else(String::new, |error| significant(error.size, 2)),
            error_meaning: number.error.map_or("", |error| meaning(error.kind)),
            sample_error: number
                .sample_error
                .map_or_else(String::new, |error| significant(error, 2)),
            pass: match number.value {
                Ok(_) if number.pass != Pass::Nothing => number.pass.doing(),
                _ => "",
            },
            is_noise: number.is_noise(),
        }
    }
}

impl ScenarioView {
    fn of(one: &Scenario) -> Self {
        let optional = |value: Option<f64>| value.map_or_else(|| "–".into(), shown);
        let terms = one.terms;
        Self {
            name: match one.change {
                Change::AsItIs => "as it is",
                Change::RateDoubled => "h doubled",
                Change::RateHalved => "h halved",
                Change::BatchDoubled => "B doubled",
                Change::BatchHalved => "B halved",
            },
            cells: [
                shown(one.learning_rate),
                match one.sees_all {
                    true => "all".into(),
                    false => one.batch_size.to_string(),
                },
                optional(terms.map(|terms| terms.full_batch)),
                optional(terms.map(|terms| terms.variance)),
                optional(terms.map(|terms| terms.share)),
                optional(one.stability),
                optional(one.epoch_length),
            ],
        }
    }
}

/// Each pass, and all of them together.
fn costs(costs: &[Cost]) -> Vec<CostView> {
    let view = |doing, seconds: f64, gradients: f64| CostView {
        doing,
        seconds: significant(seconds, 2),
        gradients: significant(gradients, 3),
    };
    let mut views: Vec<CostView> = costs
        .iter()
        .map(|one| view(one.pass.doing(), one.seconds, one.gradients))
        .collect();
    let sum = |of: fn(&Cost) -> f64| costs.iter().map(of).sum();
    views.push(view(
        "all of it",
        sum(|one| one.seconds),
        sum(|one| one.gradients),
    ));
    views
}

fn settings(about: &About) -> Vec<Entry> {
    let entry = |name: &str, value: String| Entry {
        name: name.into(),
        value,
    };
    let mut entries = Vec::new();
    if let Some(step) = about.step {
        entries.push(entry("step", step.to_string()));
    }
    entries.push(entry("seed", about.spec.seed.to_string()));
    entries.push(entry("budget", about.budget.name().into()));
    let settings = about.spec.settings().into_iter();
    let given = settings.filter(|(_, value)| *value != Setting::Absent);
    entries.extend(given.map(|(path, value)| entry(path, value.to_string())));
    entries
}
