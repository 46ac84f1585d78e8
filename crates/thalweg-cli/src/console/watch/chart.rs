//! Curves along training.

use std::collections::HashMap;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::text::Span;
use ratatui::widgets::{Axis, Block, Chart, Dataset, GraphType, Paragraph};
use thalweg::probe::Quantity;
use thalweg_lab::watching::{TrialState, Watched, WatchedTrial};

use super::words;

/// Colours of settings, in turn. They tell apart what the table names.
const COLOURS: [Color; 6] = [
    Color::Cyan,
    Color::Yellow,
    Color::Green,
    Color::Magenta,
    Color::Blue,
    Color::Red,
];

/// The most points drawn of one curve: more than a terminal has.
const MOST_POINTS: usize = 400;

/// A quantity on an axis.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    /// log10 of the training loss.
    Loss,
    /// The test accuracy.
    TestAccuracy,
}

/// The colour of a setting, by its place among them.
pub(super) fn colour(group: usize) -> Color {
    COLOURS[group % COLOURS.len()]
}

/// Draws the curves in the colours of their settings: those of trials at work bold, and over those of
/// the others.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, watched: &Watched<'_>, shown: Shown) {
    let block = Block::bordered().title(format!(" {} ", shown.title()));
    let mut curves = curves(watched, shown);
    let Some((bounds, most)) = bounds(&curves) else {
        let none = format!("no {} measured yet", shown.name());
        frame.render_widget(Paragraph::new(none).block(block), area);
        return;
    };
    curves.sort_by_key(|curve| curve.is_running);
    let datasets = curves.iter().map(|curve| {
        Dataset::default()
            .marker(Marker::Braille)
            .graph_type(GraphType::Line)
            .style(curve.style)
            .data(&curve.points)
    });
    let labels = |bounds: [f64; 2], word: fn(f64) -> String| {
        let middle = f64::midpoint(bounds[0], bounds[1]);
        [bounds[0], middle, bounds[1]].map(word).map(Span::raw)
    };
    let quiet = Style::new().fg(Color::DarkGray);
    let epochs = Axis::default().bounds([0.0, most]).style(quiet);
    let epochs = epochs.labels(labels([0.0, most], |epoch| words::significant(epoch, 3)));
    let values = Axis::default().bounds(bounds).style(quiet);
    let values = values.labels(labels(bounds, shown.label()));
    let chart = Chart::new(datasets.collect())
        .block(block)
        .x_axis(epochs)
        .y_axis(values);
    frame.render_widget(chart, area);
}

struct Curve {
    points: Vec<(f64, f64)>,
    style: Style,
    is_running: bool,
}

impl Shown {
    fn name(self) -> &'static str {
        match self {
            Self::Loss => "training loss",
            Self::TestAccuracy => "test accuracy",
        }
    }

    fn title(self) -> String {
        let scale = match self {
            Self::Loss => " against epochs, on a scale of logarithms",
            Self::TestAccuracy => " in % against epochs",
        };
        format!("{}{scale}", self.name())
    }

    fn quantity(self) -> Quantity {
        match self {
            Self::Loss => Quantity::Loss,
            Self::TestAccuracy => Quantity::TestAccuracy,
        }
    }

    fn height(self, value: f64) -> f64 {
        match self {
            Self::Loss => value.log10(),
            Self::TestAccuracy => 100.0 * value,
        }
    }

    fn label(self) -> fn(f64) -> String {
        match self {
            Self::Loss => |height| {
                let value = 10.0_f64.powf(height);
                format!("{value:.1e}")
            },
            Self::TestAccuracy => |height| format!("{height:.1}"),
        }
    }
}

fn curves(watched: &Watched<'_>, shown: Shown) -> Vec<Curve> {
    let groups = watched.by_setting();
    let of = groups.iter().enumerate();
    let group_of: HashMap<usize, usize> = of
        .flat_map(|(group, one)| one.trials.iter().map(move |trial| (*trial, group)))
        .collect();
    let curve = |(place, trial): (usize, &WatchedTrial<'_>)| {
        let is_running = matches!(trial.state, TrialState::Running);
        let group = group_of.get(&place).copied().unwrap_or(0);
        Curve {
            points: points(trial, shown),
            style: match is_running {
                true => Style::new().fg(colour(group)).add_modifier(Modifier::BOLD),
                false => Style::new().fg(colour(group)).add_modifier(Modifier::DIM),
            },
            is_running,
        }
    };
    watched.trials.iter().enumerate().map(curve).collect()
}

fn points(trial: &WatchedTrial<'_>, shown: Shown) -> Vec<(f64, f64)> {
    let values = trial.path.iter().filter_map(|one| {
        let height = shown.height(one.get(shown.quantity())?);
        (height.is_finite() && one.epoch.is_finite()).then_some((one.epoch, height))
    });
    let all: Vec<(f64, f64)> = values.collect();
    let stride = all.len().div_ceil(MOST_POINTS).max(1);
    let last = all.last().copied();
    let mut some: Vec<(f64, f64)> = all.into_iter().step_by(stride).collect();
    some.extend(last.filter(|last| some.last() != Some(last)));
    some
}

/// The bounds of the values, a little widened, and the last epoch.
fn bounds(curves: &[Curve]) -> Option<([f64; 2], f64)> {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let lowest = points().map(|point| point.1).reduce(f64::min)?;
    let highest = points().map(|point| point.1).reduce(f64::max)?;
    let margin = ((highest - lowest) * 0.05).max(1e-3);
    let most = points().map(|point| point.0).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    Some(([lowest - margin, highest + margin], most))
}
