//! Warnings of many trials in a few sentences.

use std::collections::BTreeMap;

use super::{Outcome, WarningKind};
use crate::plain_table::wrapped;

/// A paragraph for each kind of warning that trials have against themselves: how many have it, what the
/// first says, what to do. Lines are at most `width` characters long.
#[must_use]
pub fn summary_of_warnings<'a>(
    outcomes: impl IntoIterator<Item = &'a Outcome>,
    width: usize,
) -> Vec<String> {
    let (mut all, mut kinds) = (0, BTreeMap::<WarningKind, Vec<&str>>::new());
    for outcome in outcomes {
        all += 1;
        for one in &outcome.warnings {
            kinds.entry(one.kind).or_default().push(&one.message);
        }
    }
    let paragraph = |(kind, messages): (WarningKind, Vec<&str>)| {
        let (count, title, first) = (messages.len(), kind.title(), messages[0]);
        let of = match (count, all) {
            (_, 1) => String::new(),
            _ => format!(" in {count} of {all} trials"),
        };
        let first = match count {
            1 => first.to_owned(),
            _ => format!("the first: {first}"),
        };
        let text = format!(
            "warning{of}: {title}; {first}. What to do: {}.",
            kind.advice()
        );
        wrapped(&text, width).join("\n")
    };
    kinds.into_iter().map(paragraph).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Measurement, Termination, Warning};

    fn outcome(kinds: &[WarningKind]) -> Outcome {
        let warning = |(index, kind): (usize, &WarningKind)| Warning {
            kind: *kind,
            message: format!("message {index}"),
        };
        Outcome {
            termination: Termination::StepLimit,
            steps: 1,
            max_train_accuracy: None,
            last: Measurement::default(),
            best: None,
            warnings: kinds.iter().enumerate().map(warning).collect(),
            seconds: 0.0,
        }
    }

    #[test]
    fn each_kind_is_said_once_with_how_many_trials_have_it() {
        use WarningKind::{OneBatch, SinglePrecisionFloor};
        let outcomes = [
            outcome(&[SinglePrecisionFloor]),
            outcome(&[OneBatch, SinglePrecisionFloor]),
        ];
        let text = summary_of_warnings(&outcomes, 200);
        assert_eq!(
            text[0],
            "warning in 2 of 2 trials: Gradient at the floor of single precision; the first: message 0. \
             What to do: measure again with precision = \"f64\"."
        );
        assert!(text[1].starts_with("warning in 1 of 2 trials: One batch an epoch; message 0."));
        assert_eq!(text.len(), 2);
        assert!(summary_of_warnings(&[outcome(&[])], 80).is_empty());
        let narrow = summary_of_warnings(&outcomes, 40);
        assert!(narrow[0].lines().all(|line| line.chars().count() <= 40));
    }
}
