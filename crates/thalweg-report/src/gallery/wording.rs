//! What figures call quantities and settings, with symbols and units.

use std::borrow::Cow;

use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::spec::{At, FigureSpec, PathAxis, Scale, Setting};

use crate::number::significant;

/// A quantity as figures show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    /// Its name in words.
    pub words: Cow<'static, str>,
    /// Its symbol, empty if it has none.
    pub symbol: Cow<'static, str>,
    /// Its unit, empty for a pure number.
    pub unit: &'static str,
    /// What stored values are multiplied by to be in that unit.
    pub factor: f64,
    /// The scale on which it is best seen.
    pub scale: Scale,
}

impl Shown {
    /// Its name with its symbol.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.words, self.symbol).trim_end().into()
    }

    /// The label of an axis.
    pub(crate) fn label(&self) -> String {
        let unit = if self.unit.is_empty() { "" } else { ", " };
        format!("{}{unit}{}", self.name(), self.unit)
    }

    /// A value, already in the unit, with it.
    pub(crate) fn value(&self, value: f64) -> String {
        let gap = if self.unit.is_empty() { "" } else { " " };
        format!("{}{gap}{}", significant(value, 4), self.unit)
    }
}

/// How a quantity is shown.
pub(crate) fn shown(quantity: Quantity) -> Shown {
    let (words, symbol, unit, factor, scale) = match quantity {
        Quantity::Loss => ("training loss", "E", "", 1.0, Scale::Log),
        Quantity::GradientNormSquared => ("squared gradient norm", "‖∇E‖²", "", 1.0, Scale::Log),
        Quantity::RIg => ("R_IG", "= ‖∇E‖²/m", "", 1.0, Scale::Log),
        Quantity::Lambda => ("λ", "", "", 1.0, Scale::Log),
        Quantity::ModifiedLoss => ("modified loss", "E + λR_IG", "", 1.0, Scale::Log),
        Quantity::SlopeDegrees => ("slope", "arctan ‖∇E‖", "°", 1.0, Scale::Linear),
        Quantity::Slope => ("surface slope", "tan α = ‖∇E‖", "", 1.0, Scale::Log),
        Quantity::MetricDeterminant => ("metric determinant", "|g|", "", 1.0, Scale::Log),
        Quantity::NormGrowthBound => ("norm growth bound", "h‖∇E‖", "", 1.0, Scale::Log),
        Quantity::ParameterNormSquared => ("squared weight norm", "‖θ‖²", "", 1.0, Scale::Linear),
        Quantity::GradientVariance => ("gradient variance", "Γ", "", 1.0, Scale::Log),
        Quantity::MinibatchGradientNormSquared => (
            "squared minibatch gradient norm",
            "mean of ‖∇Êᵢ‖²",
            "",
            1.0,
            Scale::Log,
        ),
        Quantity::ModifiedLossSgd => ("modified loss of SGD", "Ẽ_SGD", "", 1.0, Scale::Log),
        Quantity::PenaltyFullBatch => ("full-batch penalty", "c‖∇E‖²", "", 1.0, Scale::Log),
        Quantity::PenaltyVariance => ("variance penalty", "c·V", "", 1.0, Scale::Log),
        Quantity::StreamedMinibatchGradientNormSquared => (
            "squared minibatch gradient norm on the way",
            "mean of ‖∇Êᵢ‖²",
            "",
            1.0,
            Scale::Log,
        ),
        Quantity::StreamedGradientNormSquared => (
            "squared gradient norm from steps",
            "‖∇E‖²",
            "",
            1.0,
            Scale::Linear,
        ),
        Quantity::StreamedGradientVariance => {
            ("gradient variance from steps", "Γ", "", 1.0, Scale::Linear)
        }
        Quantity::PenaltyCoefficient => ("penalty coefficient", "μ", "", 1.0, Scale::Linear),
        Quantity::Sharpness => ("sharpness", "λ_max", "", 1.0, Scale::Log),
        Quantity::HessianTrace => ("Hessian trace", "tr ∇²E", "", 1.0, Scale::Log),
        Quantity::Stability => ("stability", "hλ_max/2", "", 1.0, Scale::Log),
        Quantity::TrainAccuracy => ("training accuracy", "", "%", 100.0, Scale::Linear),
        Quantity::TestLoss => ("test loss", "", "", 1.0, Scale::Log),
        Quantity::TestAccuracy => ("test accuracy", "", "%", 100.0, Scale::Linear),
        Quantity::LearningRate => ("learning rate", "h", "", 1.0, Scale::Log),
        Quantity::HalfAccuracyStrength => {
            ("half-accuracy noise", "σ at 50 %", "", 1.0, Scale::Linear)
        }
    };
    Shown {
        words: words.into(),
        symbol: symbol.into(),
        unit,
        factor,
        scale,
    }
}

/// How what runs up a figure is shown: its quantity, or the quotient of two.
pub(crate) fn upward(spec: &FigureSpec) -> Shown {
    let upper = shown(spec.y);
    let Some(lower) = spec.relative_to.map(shown) else {
        return upper;
    };
    Shown {
        words: format!("{} over {}", upper.words, lower.words).into(),
        symbol: format!("{}/{}", letter(&upper), letter(&lower)).into(),
        unit: "",
        factor: 1.0,
        scale: upper.scale,
    }
}

/// The symbol without what it equals, or the words.
fn letter(shown: &Shown) -> &str {
    match shown.symbol.split(['=']).next().map(str::trim) {
        Some("") | None => &shown.words,
        Some(letter) => letter,
    }
}

/// The setting at a dotted path in words, with its symbol.
pub(crate) fn setting_label(path: &str) -> String {
    match path {
        "optimizer.learning_rate" => "learning rate h".into(),
        "optimizer.batch_size" => "batch size B".into(),
        "optimizer.rate_per_example" => "learning rate over batch size h/B".into(),
        "optimizer.bare_rate" => "bare learning rate α = h/n".into(),
        "regularizer.coefficient_per_example" => "penalty coefficient over batch size".into(),
        "optimizer.momentum" => "momentum β".into(),
        "optimizer.beta_1" => "β₁".into(),
        "optimizer.beta_2" => "β₂".into(),
        "optimizer.radius" => "radius r".into(),
        "optimizer.steps_per_batch" => "steps a batch n".into(),
        "weight_decay.coefficient" => "weight decay w".into(),
        "optimizer.clip_norm" => "clipping norm".into(),
        "schedule.warm_up" => "warm-up".into(),
        "regularizer.coefficient" => "penalty coefficient".into(),
        "regularizer.epsilon" => "displacement ε".into(),
        "data.train_examples" => "training examples N".into(),
        "network.hidden_widths" => "hidden widths".into(),
        other => other.replace(['.', '_'], " "),
    }
}

/// A value of a setting as ticks and legends show it.
pub(crate) fn setting_value(value: &Setting) -> String {
    match value {
        Setting::Absent => "none".into(),
        Setting::Number(number) => significant(*number, 3),
        other => other.to_string(),
    }
}

/// The horizontal axis of a path.
pub(crate) fn path_label(axis: PathAxis) -> &'static str {
    match axis {
        PathAxis::Step => "step n",
        PathAxis::Epoch => "epoch",
        PathAxis::Time => "physical time n·h",
    }
}

/// A quantity taken at a point on a path.
pub(crate) fn taken(quantity: Quantity, at: At) -> String {
    match (quantity, at) {
        (Quantity::TestAccuracy, At::Best) => "maximum test accuracy".into(),
        _ => format!("{} {}", shown(quantity).words, place(at)),
    }
}

/// What runs up a figure, where on the path it is taken included.
pub(crate) fn drawn(spec: &FigureSpec) -> String {
    match spec.relative_to {
        None => taken(spec.y, spec.at),
        Some(_) => format!("{} {}", upward(spec).words, place(spec.at)),
    }
}

/// The point on a path, as an adverb.
pub(crate) fn place(at: At) -> String {
    match at {
        At::Best => "at maximum test accuracy".into(),
        At::Final => "at the end of training".into(),
        At::Loss(loss) => format!("where the training loss reaches {}", significant(loss, 4)),
        At::Along(PathAxis::Time, time) => {
            format!(
                "at physical time {} (sum of the rates)",
                significant(time, 4)
            )
        }
        At::Along(axis, place) => format!("at {} {}", axis.name(), significant(place, 4)),
    }
}

/// A stem of a file name out of any words: letters and digits of ASCII, joined by hyphens.
pub(crate) fn file_stem(words: &str) -> String {
    let parts = words.split(|letter: char| !letter.is_ascii_alphanumeric());
    let parts: Vec<String> = parts
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let mut stem = parts.join("-");
    stem.truncate(60);
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() {
        "figure".into()
    } else {
        stem.into()
    }
}
