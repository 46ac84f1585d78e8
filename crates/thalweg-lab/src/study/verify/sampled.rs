//! What cannot be gone through order by order, and what holds exactly: epochs of more batches, and the
//! norms of their gradients.

use thalweg::objective::FiniteSum;
use thalweg::optimizer::Sampling;
use thalweg::verification::{MinibatchNorms, SampledEpochs, VarianceShare};

use super::sums::{SumName, batches};
use crate::study::{Check, Expectation, Expected, StudyError, Table, shown};

/// Batches of an epoch unless told otherwise: 12 have 479 001 600 orders.
const BATCHES: usize = 12;
/// The most: every problem has more examples.
pub(super) const MOST_SAMPLED: usize = 32;
/// kh, about: small enough for what is of higher order to be well below a standard error.
const EPOCH: f64 = 0.0025;
/// Epochs sampled, and what from.
const EPOCHS: u64 = 2000;
const SEED: u64 = 1;
/// A share this many standard errors away from a claimed one is not it; the orders are fixed, so that
/// this is decided once and for all.
const SURE: f64 = 5.0;
const LIKELY: f64 = 3.0;
/// The examples whose partitions are all gone through, and the sizes of their batches.
const PARTITIONED: usize = 6;
const BATCH_SIZES: [usize; 4] = [1, 2, 3, 6];
/// Sums of some hundred numbers in double precision.
const ROUNDING: f64 = 1e-13;

/// Epochs of many batches, sampled, and where their mean lies between two flows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampledRun {
    /// k.
    pub batches: usize,
    /// How many epochs.
    pub epochs: u64,
    /// h.
    pub learning_rate: f64,
    /// Where they lie: 0 is the flow of Ẽ_GD, 1 that of Ẽ_SGD.
    pub share: VarianceShare,
    /// Where they are claimed to lie, 0 or 1.
    pub claimed: f64,
}

impl SampledRun {
    /// Samples epochs on a sum from its start, with h about 0.0025/k unless it is given.
    pub(super) fn measure(
        sum: SumName,
        sampling: Sampling,
        count: usize,
        learning_rate: Option<f64>,
    ) -> Result<Self, StudyError> {
        let (mut objective, start) = sum.objective()?;
        let usual = (EPOCH / count as f64).log2().floor().exp2();
        let sampled = SampledEpochs {
            batches: batches(objective.examples(), count),
            sampling,
            learning_rate: learning_rate.unwrap_or(usual),
            epochs: EPOCHS,
            seed: SEED,
        };
        Ok(Self {
            batches: count,
            epochs: EPOCHS,
            learning_rate: sampled.learning_rate,
            share: sampled.measure(&mut objective, &start)?,
            claimed: match sampling {
                Sampling::WithReplacement => 0.0,
                _ => 1.0,
            },
        })
    }

    /// Standard errors between the mean and the flow that it is claimed to follow.
    #[must_use]
    pub fn from_claimed(&self) -> f64 {
        self.share.deviation(self.claimed).abs()
    }

    /// Standard errors between the mean and the other flow.
    #[must_use]
    pub fn from_other(&self) -> f64 {
        self.share.deviation(1.0 - self.claimed).abs()
    }

    /// `confirmed` within 3 standard errors of the one flow and more than 5 from the other, `refuted`
    /// more than 5 from the one, else `undecided`.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        let (claimed, other) = (self.from_claimed(), self.from_other());
        match (claimed <= LIKELY, claimed > SURE, other > SURE) {
            (true, _, true) => "confirmed",
            (_, true, _) => "refuted",
            _ => "undecided",
        }
    }
}

/// Where sampled epochs lie between two flows, and the norms of minibatch gradients.
pub(super) struct Sampled {
    shuffled: VarianceShare,
    drawn: VarianceShare,
    norms: Vec<(usize, MinibatchNorms)>,
}

impl Sampled {
    /// On the network over digits.
    pub(super) fn measure() -> Result<Self, StudyError> {
        let digits = SumName::DigitsNetwork;
        let share = |sampling| -> Result<VarianceShare, StudyError> {
            Ok(SampledRun::measure(digits, sampling, BATCHES, None)?.share)
        };
        let shuffled = share(Sampling::Shuffled);
        let drawn = share(Sampling::WithReplacement);
        let (mut objective, start) = digits.objective()?;
        let examples: Vec<usize> = (0..PARTITIONED).collect();
        let norms = BATCH_SIZES.into_iter().map(|size| {
            let found = MinibatchNorms::measure(&mut objective, &examples, size, &start)?;
            Ok((size, found))
        });
        Ok(Self {
            shuffled: shuffled?,
            drawn: drawn?,
            norms: norms.collect::<Result<_, StudyError>>()?,
        })
    }

    /// Every check.
    pub(super) fn checks(&self) -> Vec<Check> {
        vec![
            follows("sampled sgd", "SGD", "Ẽ_SGD", self.shuffled, 1.0),
            parts(
                "sampled sgd apart",
                "SGD",
                "Ẽ_GD",
                -self.shuffled.deviation(0.0),
                self.shuffled,
            ),
            follows(
                "sampled draws",
                "SGD with replacement",
                "Ẽ_GD",
                self.drawn,
                0.0,
            ),
            parts(
                "sampled draws apart",
                "SGD with replacement",
                "Ẽ_SGD",
                self.drawn.deviation(1.0),
                self.drawn,
            ),
            self.norms(),
        ]
    }

    fn norms(&self) -> Check {
        let errors = self.norms.iter().map(|(_, found)| found.relative_error());
        let seen = self.norms.iter().map(|(size, found)| {
            format!(
                "B = {size}: {} partitions, {} measured and {} predicted",
                found.partitions,
                shown(found.mean),
                shown(found.predicted)
            )
        });
        let seen: Vec<String> = seen.collect();
        let expectation = Expectation {
            name: "minibatch norms".into(),
            statement:
                "The mean of ‖∇Ê‖² over all partitions of 6 examples into batches is ‖∇E‖² + \
                        ((N−B)/((N−1)B))Γ"
                    .into(),
            source: "Smith et al. 2021, arXiv 2101.12176".into(),
            quantity: "the largest relative difference".into(),
            expected: Expected::Below { bound: ROUNDING },
            because: "An identity holds to rounding.".into(),
        };
        expectation.measured(errors.fold(0.0, f64::max), format!("{}.", seen.join("; ")))
    }

    /// The shares.
    pub(super) fn table(&self) -> Table {
        let rows = [
            ("shuffled", self.shuffled),
            ("with-replacement", self.drawn),
        ];
        let column = |of: fn(VarianceShare) -> f64| rows.map(|(_, share)| of(share)).to_vec();
        Table::new(
            "sampled",
            "Sampled epochs of 12 batches",
            "A row is a way of drawing batches; the share is where the mean of 2000 epochs lies between \
             the flow of Ẽ_GD, at 0, and that of Ẽ_SGD, at 1.",
        )
        .with("sampling", "", rows.map(|(name, _)| name.to_owned()).to_vec())
        .with("share", "", column(|share| share.share))
        .with("standard_error", "", column(|share| share.standard_error))
    }
}

fn seen(share: VarianceShare) -> String {
    format!(
        "The mean of {EPOCHS} epochs of {BATCHES} batches lies at {} ± {} of the way from the flow of \
         Ẽ_GD to that of Ẽ_SGD.",
        shown((share.share * 1e3).round() / 1e3),
        shown((share.standard_error * 1e4).round() / 1e4)
    )
}

fn follows(name: &str, method: &str, loss: &str, share: VarianceShare, claimed: f64) -> Check {
    let expectation = Expectation {
        name: name.into(),
        statement: format!("The mean of sampled epochs of {method} is where the flow of {loss} is"),
        source: "Smith et al. 2021, arXiv 2101.12176".into(),
        quantity: "its distance on the line through both flows, in standard errors".into(),
        expected: Expected::Near {
            value: 0.0,
            tolerance: LIKELY,
        },
        because: "A mean is rarely three standard errors from what it estimates.".into(),
    };
    expectation.measured(share.deviation(claimed), seen(share))
}

fn parts(name: &str, method: &str, loss: &str, below: f64, share: VarianceShare) -> Check {
    let expectation = Expectation {
        name: name.into(),
        statement: format!(
            "The mean of sampled epochs of {method} is not where the flow of {loss} is"
        ),
        source: "a negative control".into(),
        quantity:
            "its distance on the line through both flows, in standard errors, negative towards \
                   the other"
                .into(),
        expected: Expected::Below { bound: -SURE },
        because: "Where both flows were within the sampling error, the claim above would prove \
                  nothing."
            .into(),
    };
    expectation.measured(below, seen(share))
}
