//! Folders of trials that people can tell apart.

use std::collections::{HashMap, HashSet};

use crate::plan::PlannedTrial;
use crate::spec::Setting;

/// The most characters of a name.
const LONGEST: usize = 120;

/// A name for each trial by its identity: the settings in which the trials differ and the seed, such as
/// `learning_rate=0.1,batch_size=32,seed=0`. Names that would be too long or not the only ones have the
/// identity behind them.
pub(super) fn all(trials: &[PlannedTrial]) -> HashMap<String, String> {
    let varied = varied(trials);
    let names: Vec<String> = trials.iter().map(|trial| name(trial, &varied)).collect();
    let mut seen = HashSet::new();
    let twice: HashSet<&String> = names.iter().filter(|name| !seen.insert(*name)).collect();
    let pairs = trials.iter().zip(&names).map(|(trial, name)| {
        let is_alone = !twice.contains(name) && name.chars().count() <= LONGEST;
        let name = match is_alone {
            true => name.clone(),
            false => {
                let short: String = name.chars().take(LONGEST).collect();
                format!("{short},{}", trial.id)
            }
        };
        (trial.id.clone(), name)
    });
    pairs.collect()
}

/// The paths of settings in which trials differ.
fn varied(trials: &[PlannedTrial]) -> Vec<&'static str> {
    let Some((first, others)) = trials.split_first() else {
        return Vec::new();
    };
    let others: Vec<_> = others.iter().map(|trial| trial.spec.settings()).collect();
    let settings = first.spec.settings().into_iter().enumerate();
    let varied = settings.filter(|(index, one)| others.iter().any(|other| other[*index] != *one));
    varied.map(|(_, (path, _))| path).collect()
}

fn name(trial: &PlannedTrial, varied: &[&str]) -> String {
    let setting = |path: &&str| {
        let value = trial.spec.setting(path)?;
        let key = path.rsplit('.').next().unwrap_or(path);
        (value != Setting::Absent).then(|| format!("{key}={value}"))
    };
    let mut parts: Vec<String> = varied.iter().filter_map(setting).collect();
    parts.push(format!("seed={}", trial.spec.seed));
    parts.join(",").chars().map(plain).collect()
}

/// What every file system takes.
fn plain(character: char) -> char {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '=' | ',' | '.' | '-' | '_' | '+' => character,
        _ => '_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::spec::Experiment;

    fn names(settings: &str) -> Vec<String> {
        let text = format!(
            "{settings}\n[data]\nname = \"mnist-small\"\n[network]\nhidden_widths = [2]\n[stop]\nsteps = 1\n\
             [[sweep]]\nname = \"a\"\noptimizer = {{ method = \"sgd\", batch_size = [4, 8], learning_rate = [0.1, 0.5] }}\n"
        );
        let experiment = Experiment::parse("x", &text, &[]).unwrap_or_else(|one| panic!("{one}"));
        let plan = Plan::new(&experiment);
        let names = all(&plan.trials);
        plan.trials
            .iter()
            .map(|trial| names[&trial.id].clone())
            .collect()
    }

    #[test]
    fn trials_are_named_by_what_tells_them_apart() {
        let names = names("seeds = 2");
        assert_eq!(names.len(), 8);
        assert!(
            names.contains(&"learning_rate=0.1,batch_size=8,seed=1".to_owned()),
            "{names:?}"
        );
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 8);
    }
}
