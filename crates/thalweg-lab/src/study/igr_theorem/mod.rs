//! `igr-theorem`: one step of gradient descent against flows of modified fields, on a network.
//!
//! Barrett and Dherin 2021, Theorem 3.1: a step of gradient descent differs from the flow of
//! E + (h/4)‖∇E‖² over time h by O(h³), where it differs from the gradient flow by O(h²). With the next
//! term of backward error analysis, f₂, it is O(h⁴). Measured for a tanh network on digits in double
//! precision from several starts, and for the same network with ReLU, for which the theorem makes no
//! statement.

mod checks;
mod network;

use thalweg::network::Activation;
use thalweg::verification::{
    Claim, Convergence, Descent, MethodName, Protocol, Span, Verdict, measure,
};

use self::network::{SinglePrecision, digits, network, start};
use super::convergence::{self, Curve};
use super::{Findings, Picture, StudyError, Table, Watch};

/// The seeds of the starts.
const SEEDS: [u64; 4] = [1, 2, 3, 4];
/// The largest learning rate and how often it is halved.
const PROTOCOL: Protocol = Protocol {
    learning_rate: 0.125,
    halvings: 7,
    steps: 1,
};
/// The same for ReLU: over longer steps so many kinks are crossed that flows take minutes.
const RELU_PROTOCOL: Protocol = Protocol {
    learning_rate: 0.03125,
    halvings: 5,
    steps: 1,
};
/// How many terms fields have.
const TERMS: [usize; 3] = [1, 2, 3];
/// The factor by which the coefficients of a damaged field are wrong.
const DAMAGE: f64 = 1.1;

/// Where it was published.
const SOURCE: &str = "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Theorem 3.1";

/// One field against gradient descent from one start.
struct Measurement {
    kind: Kind,
    seed: u64,
    convergence: Convergence,
}

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The tanh network with the field of so many terms.
    Tanh(usize),
    /// The ReLU network with the field of so many terms.
    Relu(usize),
    /// The tanh network with the two-term field whose f₁ is wrong.
    Damaged,
    /// The tanh network, with the step of gradient descent in single precision and three terms.
    Single,
}

impl Kind {
    fn all() -> impl Iterator<Item = Self> {
        let tanh = TERMS.into_iter().map(Self::Tanh);
        let relu = TERMS.into_iter().map(Self::Relu);
        tanh.chain([Self::Damaged, Self::Single]).chain(relu)
    }

    fn label(self) -> String {
        let field = |terms| match terms {
            1 => "gradient flow",
            2 => "with f₁",
            _ => "with f₁ and f₂",
        };
        match self {
            Self::Tanh(terms) => field(terms).into(),
            Self::Relu(terms) => format!("ReLU, {}", field(terms)),
            Self::Damaged => "with 1.1 f₁ (wrong)".into(),
            Self::Single => "f₁ and f₂, single precision".into(),
        }
    }
}

/// Runs the study.
///
/// # Errors
/// If it is interrupted.
pub fn run(watch: &mut Watch<'_>) -> Result<Findings, StudyError> {
    let measurements = gather(watch)?;
    Ok(Findings {
        title: "A step of gradient descent and the flow of its modified loss".into(),
        question: "By which power of the learning rate h does one step on a network differ from \
                   the gradient flow, and from modified flows?"
            .into(),
        source: SOURCE.into(),
        checks: checks::all(&measurements),
        pictures: pictures(&measurements),
        tables: vec![orders(&measurements), errors(&measurements)],
        warnings: warnings(&measurements),
    })
}

fn gather(watch: &mut Watch<'_>) -> Result<Vec<Measurement>, StudyError> {
    let most = (SEEDS.len() * Kind::all().count()) as u64;
    let mut measurements = Vec::new();
    for seed in SEEDS {
        for kind in Kind::all() {
            let doing = format!("{}, seed {seed}", kind.label());
            watch.advanced(measurements.len() as u64, most, &doing)?;
            let convergence = measured(kind, seed)?;
            measurements.push(Measurement {
                kind,
                seed,
                convergence,
            });
        }
    }
    watch.advanced(most, most, "")?;
    Ok(measurements)
}

fn measured(kind: Kind, seed: u64) -> Result<Convergence, StudyError> {
    let (activation, terms, damage, protocol) = match kind {
        Kind::Tanh(terms) => (Activation::Tanh, terms, 1.0, PROTOCOL),
        Kind::Relu(terms) => (Activation::Relu, terms, 1.0, RELU_PROTOCOL),
        Kind::Damaged => (Activation::Tanh, 2, DAMAGE, PROTOCOL),
        Kind::Single => (Activation::Tanh, 3, 1.0, PROTOCOL),
    };
    let mut objective = network::<f64>(activation, digits()?)?;
    let start = start(&objective, seed);
    let method = MethodName::GradientDescent;
    let pair = Descent::new(&mut objective, &start, method, terms)?;
    let mut pair = pair.damaged(damage);
    Ok(match kind {
        Kind::Single => {
            let single = network::<f32>(activation, digits()?)?;
            let mut pair = SinglePrecision::new(single, &start, pair);
            measure(&mut pair, Span::OneStep, &protocol)?
        }
        _ => measure(&mut pair, Span::OneStep, &protocol)?,
    })
}

fn pictures(measurements: &[Measurement]) -> Vec<Picture> {
    let of = |kind: Kind| measurements.iter().filter(move |one| one.kind == kind);
    let tanh = [
        (Kind::Tanh(1), Some(2)),
        (Kind::Tanh(2), Some(3)),
        (Kind::Tanh(3), Some(4)),
        (Kind::Damaged, None),
        (Kind::Single, None),
    ];
    let first = |(kind, claimed): (Kind, Option<usize>)| {
        Some(Curve {
            label: kind.label(),
            convergence: &of(kind).next()?.convergence,
            claimed,
        })
    };
    let tanh: Vec<Curve<'_>> = tanh.into_iter().filter_map(first).collect();
    let relu = of(Kind::Relu(3)).map(|one| {
        let verdict = one.convergence.verdict(Claim::Order(4));
        Curve {
            label: format!("seed {}", one.seed),
            convergence: &one.convergence,
            claimed: (verdict == Verdict::Confirmed).then_some(4),
        }
    });
    vec![
        convergence::picture(
            "tanh",
            "Each term of the modified field makes one step one order more exact",
            "A point is one step of gradient descent on the tanh network from the start of seed 1.",
            &tanh,
        ),
        convergence::picture(
            "relu",
            "With ReLU the order 4 appears only where steps are too short to cross a kink",
            "A point is one step of gradient descent on the ReLU network against the flow with f₁ \
             and f₂.",
            &relu.collect::<Vec<_>>(),
        ),
    ]
}

fn orders(measurements: &[Measurement]) -> Table {
    let all = || measurements.iter();
    let texts = |text: fn(&Measurement) -> String| all().map(text).collect::<Vec<String>>();
    let seeds: Vec<i64> = all().map(|one| one.seed as i64).collect();
    let orders: Vec<f64> = all().map(|one| one.convergence.order()).collect();
    Table::new(
        "orders",
        "Measured orders",
        "A row is one field from one start; the order is the slope of the last halving above rounding.",
    )
    .with("field", "", texts(|one| one.kind.label()))
    .with("seed", "", seeds)
    .with("order", "", orders)
    .with(
        "slopes",
        "each halving above rounding",
        texts(|one| convergence::slopes(&one.convergence)),
    )
}

fn errors(measurements: &[Measurement]) -> Table {
    let rows: Vec<(String, &Convergence)> = measurements
        .iter()
        .map(|one| {
            let label = format!("{}, seed {}", one.kind.label(), one.seed);
            (label, &one.convergence)
        })
        .collect();
    convergence::table("errors", "Every error", &rows)
}

fn warnings(measurements: &[Measurement]) -> Vec<String> {
    let mut warnings = vec![
        "Theorem 3.1 is about smooth losses. What is measured with ReLU holds for steps that cross \
         few kinks, and says nothing of longer ones or of whole runs of training."
            .to_owned(),
    ];
    let lost = measurements.iter().flat_map(|one| {
        let points = one.convergence.points.iter();
        points.filter_map(move |point| Some((one, point.trouble?)))
    });
    for (one, trouble) in lost {
        warnings.push(format!(
            "{}, seed {}: {trouble}.",
            one.kind.label(),
            one.seed
        ));
    }
    warnings
}

#[cfg(test)]
mod tests;
