//! One sweep against another.

use super::{GRID, finished, rate_and_batch, verdict};
use crate::claim::Reason;
use crate::spec::TrialSpec;

/// Two sweeps: what was, and what is to be as good, at two learning rates.
const SWEEPS: &str = r#"
[[sweep]]
name = "original"
optimizer.batch_size = 10

[[sweep]]
name = "transferred"
optimizer.batch_size = 100
optimizer.learning_rate = [0.1, 0.2]

[[claim]]
name = "transfer"
statement = "The transferred coefficient gives what the original had"
sweep = "transferred"
quantity = "r_ig"
compare = { sweep = "original" }
expect = "increases"
"#;

#[test]
fn a_sweep_is_compared_with_another_seed_by_seed() {
    let (head, _) = GRID.split_once("[[claim]]").unwrap();
    let head = head
        .replace("[0.1, 0.2, 0.4]", "0.1")
        .replace("batch_size = [10, 20, 30]\n", "");
    let value = |spec: &TrialSpec| {
        let (_, rate, batch) = rate_and_batch(spec);
        let base = 7.0 * spec.seed as f64;
        let is_missing = spec.seed == 2 && batch == 10.0;
        (!is_missing).then(|| {
            finished(
                base + if batch == 10.0 {
                    1.0
                } else {
                    1.0 + 10.0 * rate
                },
            )
        })
    };
    // One point is compared with each of the two of the other sweep.
    let single = verdict(&(head.clone() + SWEEPS), value);
    let effects: Vec<f64> = single.seeds.iter().map(|seed| seed.effect).collect();
    assert_eq!((effects, single.trials_used), (vec![1.5, 1.5], 6));
    let unit = single.effect.unwrap().unit;
    assert_eq!(unit, "r_ig from sweep original to sweep transferred");
    let reasons: Vec<Reason> = single.left_out.iter().map(|one| one.reason).collect();
    assert_eq!(reasons[0], Reason::Unfinished);
    assert_eq!(reasons[1..], [Reason::NothingToCompare; 2]);
    // Where both vary the rate, each is compared with its equal; 0.4 has none.
    let both = SWEEPS.replace(
        "batch_size = 10\n",
        "batch_size = 10\noptimizer.learning_rate = [0.2, 0.4]\n",
    );
    let matched = verdict(&(head + &both), value);
    assert_eq!(matched.seeds[0].effect, 2.0);
    assert_eq!((matched.trials_used, matched.seeds.len()), (4, 2));
}
