//! Whether the reference of experiment files names everything there is.

use thalweg::Named;
use thalweg::optimizer::Sampling;
use thalweg::probe::Quantity;
use thalweg::regularizer::Normalisation;

use super::METHODS;
use crate::spec::trial::PATHS;

const REFERENCE: &str = include_str!("../../../../../docs/src/experiment-file.md");

fn is_named(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let words = REFERENCE.split(|c: char| !is_part(c));
    words.into_iter().any(|one| one == word)
}

#[test]
fn the_reference_has_every_setting_and_every_quantity() {
    for path in PATHS {
        let (section, key) = path.split_once('.').unwrap_or(("", path));
        assert!(is_named(key), "{path}");
        assert!(section.is_empty() || is_named(section), "{path}");
    }
    for (name, _) in Quantity::NAMES {
        assert!(is_named(name), "{name}");
    }
    assert!(!is_named("learning_rates"), "whole words are looked for");
}

#[test]
fn the_reference_has_every_method_sampling_and_normalisation() {
    for settings in METHODS {
        let name = settings.split('"').nth(1).unwrap_or_default();
        assert!(is_named(name), "{name}");
    }
    let samplings = Sampling::NAMES.iter().map(|(name, _)| *name);
    let normalisations = Normalisation::NAMES.iter().map(|(name, _)| *name);
    for name in samplings.chain(normalisations) {
        assert!(is_named(name), "{name}");
    }
}
