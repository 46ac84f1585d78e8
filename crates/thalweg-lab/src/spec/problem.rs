//! What can be wrong with an experiment file.

/// What can be wrong with an experiment file or an override of it.
///
/// Paths are dotted, as an override writes them.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text is not TOML.
    #[error("not TOML: {message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// A whole number outside 64 bits.
    #[error("{number} does not fit in 64 bits")]
    TooManyDigits {
        /// The number.
        number: String,
    },
    /// An override that is not `path=value`.
    #[error("`{text}` is no override")]
    NotAnOverride {
        /// The override.
        text: String,
    },
    /// A part of a list of settings that is not `key=value`.
    #[error("`{text}` is no setting")]
    NotASetting {
        /// The part.
        text: String,
    },
    /// A key that means nothing where it stands.
    #[error("unknown key `{path}`")]
    UnknownKey {
        /// The key with the tables around it.
        path: String,
        /// The last part of the keys that would mean something there.
        known: Vec<String>,
    },
    /// A name that is none of a closed list.
    #[error("`{path}` has no choice `{found}`")]
    UnknownName {
        /// Where the name stands.
        path: String,
        /// The name.
        found: String,
        /// The list.
        known: Vec<String>,
    },
    /// A value of a wrong type or outside its range.
    #[error("`{path}` is {found}, but must be {wanted}")]
    Unsuitable {
        /// Where the value stands.
        path: String,
        /// The value in words.
        found: String,
        /// What is wanted in words.
        wanted: String,
    },
    /// Something that a file must say.
    #[error("`{path}` is missing")]
    Missing {
        /// What is missing.
        path: String,
        /// What is wanted in words.
        wanted: String,
    },
    /// Two ways of saying the same thing at once.
    #[error("`{path}` and `{other}` cannot both be given")]
    Conflict {
        /// The one.
        path: String,
        /// The other.
        other: String,
    },
    /// Only half of what must be said.
    #[error("`{path}` needs `{needed}` beside it")]
    Incomplete {
        /// The half that is said.
        path: String,
        /// The half that is not.
        needed: String,
    },
    /// A setting that another setting leaves without meaning.
    #[error("`{path}` means nothing where `{setting}` is \"{value}\"")]
    Inapplicable {
        /// The setting without meaning.
        path: String,
        /// The setting that makes it so.
        setting: String,
        /// The value of that.
        value: String,
    },
    /// The same value twice in a list whose values must differ.
    #[error("`{path}` has {value} twice")]
    Duplicate {
        /// Where the list stands.
        path: String,
        /// The value.
        value: String,
    },
    /// No condition that is certain to be met.
    #[error("nothing is certain to end a trial")]
    Endless,
    /// A physical time that a falling learning rate may never reach.
    #[error(
        "nothing is certain to end a trial: a falling learning rate may never reach `stop.time`"
    )]
    TimeOutOfReach,
    /// A grid beyond all reason.
    #[error("sweep `{sweep}` has more than {limit} trials")]
    TooManyTrials {
        /// The sweep.
        sweep: String,
        /// The most trials a sweep may have.
        limit: usize,
    },
    /// A claim or figure along a setting that its sweep does not vary.
    #[error("`{axis}` does not vary in sweep `{sweep}`")]
    NotVaried {
        /// The setting.
        axis: String,
        /// The sweep.
        sweep: String,
        /// What the sweep does vary.
        varied: Vec<String>,
    },
    /// A pair of values that a sweep does not have.
    #[error("`{axis}` is never {value} in sweep `{sweep}`")]
    NotOnAxis {
        /// The setting.
        axis: String,
        /// The value.
        value: String,
        /// The sweep.
        sweep: String,
        /// The values it takes.
        values: Vec<String>,
    },
    /// A trend along an axis whose values have no logarithm.
    #[error("no trend along `{axis}`: {value} has no logarithm")]
    NoTrend {
        /// The setting.
        axis: String,
        /// The value without a logarithm.
        value: String,
    },
    /// A distance between optima along an axis whose values have no logarithm.
    #[error("no distance along `{axis}`: {value} has no logarithm")]
    NoDistance {
        /// The setting.
        axis: String,
        /// The value without a logarithm.
        value: String,
    },
    /// The optimum of a quantity of which it cannot be said what is best.
    #[error("`{path}` is `{quantity}`, which has no best value")]
    NoOptimum {
        /// Where the quantity stands.
        path: String,
        /// The quantity.
        quantity: &'static str,
    },
    /// A setting that only one of two sweeps that are compared varies.
    #[error("`{axis}` varies in sweep `{base}`, but not in `{sweep}` that is compared with it")]
    Unmatched {
        /// The setting.
        axis: String,
        /// The sweep that varies it.
        base: String,
        /// The sweep that does not.
        sweep: String,
    },
    /// A claim or figure about a quantity that no probe measures.
    #[error("`{quantity}` is not measured")]
    NotMeasured {
        /// The quantity.
        quantity: &'static str,
        /// Why it is needed.
        needed_for: String,
    },
    /// A multiple of an implicit term that is no multiple of the batches' squared gradient norms.
    #[error("there is no implicit term to multiply: {reason}")]
    NoImplicitTerm {
        /// Why.
        reason: String,
    },
    /// More examples asked for than there are.
    #[error("`{path}` is {found}, but there are only {available} {kind} examples")]
    ExceedsData {
        /// Where the number stands.
        path: &'static str,
        /// The number.
        found: usize,
        /// The examples there are.
        available: usize,
        /// `training` or `test`.
        kind: &'static str,
    },
    /// A file that should hold one trial and does not.
    #[error("the file stands for {count} trials where one is wanted")]
    NotOneTrial {
        /// The trials it stands for.
        count: usize,
    },
}

impl Problem {
    /// What to do about it, where the message does not say that already.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotAnOverride { .. } => OVERRIDE_HELP.into(),
            Self::NotASetting { .. } => SETTINGS_HELP.into(),
            Self::UnknownKey { path, known } => {
                let key = path.rsplit('.').next().unwrap_or(path);
                suggest(&[path, key], known)
            }
            Self::UnknownName { found, known, .. } => suggest(&[found], known),
            Self::Missing { wanted, .. } => format!("give {wanted}"),
            Self::Conflict { .. } => "keep one of them".into(),
            Self::Inapplicable { .. } => "take it out".into(),
            Self::Endless => "give at least one of `steps`, `epochs` and `time` in `[stop]`".into(),
            Self::TimeOutOfReach => "give `steps` or `epochs` in `[stop]` as well".into(),
            Self::NotVaried { varied, .. } if varied.is_empty() => NOTHING_VARIES_HELP.into(),
            Self::NotVaried { varied, .. } => format!("it varies {}", varied.join(", ")),
            Self::NotOnAxis { values, .. } => format!("its values are {}", values.join(", ")),
            Self::NoTrend { .. } => NO_TREND_HELP.into(),
            Self::NoDistance { .. } => NO_DISTANCE_HELP.into(),
            Self::NoOptimum { .. } => "accuracies have one, and losses".into(),
            Self::Unmatched { .. } => "fix it there, or vary it in both".into(),
            Self::NotMeasured { quantity, .. } if *quantity == OF_ROBUSTNESS => {
                "`[robustness]` measures it: add that section".into()
            }
            Self::NotMeasured { needed_for, .. } => {
                format!("`{needed_for}` needs it: add it to `measure` of a `[[probe]]`")
            }
            Self::TooManyTrials { .. } => "make the grid coarser, or split the file".into(),
            Self::NoImplicitTerm { .. } => NO_IMPLICIT_TERM_HELP.into(),
            Self::NotOneTrial { .. } => "fix every setting and give one seed".into(),
            Self::Syntax { .. }
            | Self::TooManyDigits { .. }
            | Self::Unsuitable { .. }
            | Self::Incomplete { .. }
            | Self::Duplicate { .. }
            | Self::ExceedsData { .. } => return None,
        };
        Some(help)
    }
}

/// The quantity that no probe measures.
const OF_ROBUSTNESS: &str = "half_accuracy_strength";

const OVERRIDE_HELP: &str = "write `path=value`, for example `optimizer.learning_rate=0.1`, \
                             `network.activation=tanh` or `seeds=[1, 2]`";
const SETTINGS_HELP: &str = "write `key=value` as in `[optimizer]`, separated by commas, for example \
                             `learning_rate=0.1,batch_size=32`";
const NOTHING_VARIES_HELP: &str = "give the setting a list of values in that sweep";
const NO_IMPLICIT_TERM_HELP: &str = "give a coefficient of your own instead: `kind = \"gradient-penalty\"` with \
                                     `coefficient`, and `micro_batch_size` for the variance";
const NO_TREND_HELP: &str = "a trend is a slope against log10 of the setting; compare two values \
                             instead: `compare = { from = ..., to = ... }`";

const NO_DISTANCE_HELP: &str = "optima are as far apart as the log2 of the ratio of their settings";

/// The known name most like one of `texts`, and all of them where that is a short list or no help.
fn suggest(texts: &[&str], known: &[String]) -> String {
    const SHORT: usize = 10;
    let names = || known.iter().map(String::as_str);
    let all = format!("known here: {}", known.join(", "));
    match texts.iter().find_map(|text| nearest(text, names())) {
        Some(name) if known.len() > SHORT => format!("did you mean `{name}`?"),
        Some(name) => format!("did you mean `{name}`? {all}"),
        None => all,
    }
}

/// The candidate most like `text`, or `None` if none is like it.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    const ALIKE: f64 = 0.7;
    candidates
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(text, candidate),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}
