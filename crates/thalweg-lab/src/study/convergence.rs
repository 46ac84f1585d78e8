//! Pictures and tables of errors at falling learning rates.

use thalweg::verification::Convergence;

use super::{Axis, Picture, Role, Series, Shape, Table, shown};
use crate::spec::Scale;

/// One convergence of several that are shown together.
pub(crate) struct Curve<'a> {
    /// Its name in the legend.
    pub(crate) label: String,
    /// The errors.
    pub(crate) convergence: &'a Convergence,
    /// The order whose slope is drawn beside it, if any.
    pub(crate) claimed: Option<usize>,
}

/// Errors against learning rates, with the slopes that are claimed. Errors that are rounding are left
/// out.
pub(crate) fn picture(name: &str, title: &str, caption: &str, curves: &[Curve<'_>]) -> Picture {
    let mut picture = Picture::new(
        name,
        title,
        Axis::new("learning rate h", Scale::Log),
        Axis::new("distance between method and flow", Scale::Log),
    );
    picture.caption = format!(
        "{caption} Thin lines have the slopes that the theory claims, through the smallest error \
         above rounding."
    );
    for (index, guide) in curves.iter().filter_map(guide).enumerate() {
        let label = if index == 0 { "claimed slopes" } else { "" };
        picture = picture.with(Series::new(label, Shape::Line, guide).in_role(Role::Reference));
    }
    for curve in curves {
        let usable = curve.convergence.usable().iter();
        let points = usable.map(|point| [point.learning_rate, point.error]);
        picture = picture.with(Series::new(
            match curve.claimed {
                Some(order) => format!("{}: slope {order}", curve.label),
                None => curve.label.clone(),
            },
            Shape::MarkedLine,
            points.collect(),
        ));
    }
    picture
}

/// A line of the claimed slope through the last usable error, over all of them.
fn guide(curve: &Curve<'_>) -> Option<Vec<[f64; 2]>> {
    let (order, usable) = (curve.claimed?, curve.convergence.usable());
    let (first, last) = (usable.first()?, usable.last()?);
    let ratio = first.learning_rate / last.learning_rate;
    let top = last.error * ratio.powi(order as i32);
    Some(vec![
        [first.learning_rate, top],
        [last.learning_rate, last.error],
    ])
}

/// Every error and slope of some convergences, a row for each learning rate of each.
pub(crate) fn table(name: &str, title: &str, rows: &[(String, &Convergence)]) -> Table {
    let all = || {
        rows.iter().flat_map(|(label, convergence)| {
            let slopes = [f64::NAN].into_iter().chain(convergence.slopes());
            let points = convergence.points.iter().zip(slopes);
            points.map(move |(point, slope)| (label, point, slope))
        })
    };
    let use_of = |point: &thalweg::verification::Point| match point.is_usable() {
        true => "used",
        false => "rounding or lost",
    };
    Table::new(
        name,
        title,
        "A row is a comparison at one learning rate; the slope is log₂ of the factor by which the \
         error fell from the row before.",
    )
    .with(
        "comparison",
        "",
        all().map(|(label, ..)| label.clone()).collect::<Vec<_>>(),
    )
    .with(
        "learning_rate",
        "h",
        all()
            .map(|(_, point, _)| point.learning_rate)
            .collect::<Vec<_>>(),
    )
    .with(
        "error",
        "distance",
        all().map(|(_, point, _)| point.error).collect::<Vec<_>>(),
    )
    .with("slope", "", all().map(|row| row.2).collect::<Vec<_>>())
    .with(
        "use",
        "",
        all()
            .map(|(_, point, _)| use_of(point).to_owned())
            .collect::<Vec<_>>(),
    )
}

/// The slopes in words: "2.1, 2.05, 2.01".
pub(crate) fn slopes(convergence: &Convergence) -> String {
    let usable = convergence.usable().windows(2);
    let slopes = usable.map(|pair| (pair[0].error / pair[1].error).log2());
    let words: Vec<String> = slopes
        .map(|slope| shown((slope * 1e3).round() / 1e3))
        .collect();
    words.join(", ")
}
