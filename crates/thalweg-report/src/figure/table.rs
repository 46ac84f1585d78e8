//! The numbers of a figure as a table: what it says to those who do not see it.

use serde::Serialize;

use super::{Figure, Point, Series};
use crate::number::significant;

/// The most points of a series that are listed: beyond, every so-manieth and the last.
const MOST_ROWS: usize = 25;
/// The significant digits of a number.
const DIGITS: usize = 4;

/// A table of plain cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// The headings.
    pub columns: Vec<String>,
    /// The rows, each as long as the headings.
    pub rows: Vec<Vec<String>>,
}

impl Numbers {
    /// The points of a figure series by series, or `None` if it has none. Guides, which are drawn
    /// to compare with, are left out.
    pub(super) fn of(figure: &Figure) -> Option<Self> {
        let series: Vec<&Series> = figure.series.iter().filter(|one| one.is_listed()).collect();
        let is_named = series.iter().any(|one| !one.name.is_empty());
        let has_band = |series: &&Series| series.points.iter().any(|one| one.low != one.high);
        let has_bands = series.iter().any(has_band);
        let heading = match figure.legend.as_str() {
            "" => "series",
            legend => legend,
        };
        let mut columns = vec![figure.x.label.clone(), figure.y.label.clone()];
        if is_named {
            columns.insert(0, heading.into());
        }
        if has_bands {
            columns.extend(["band from", "to"].map(String::from));
        }
        let mut rows = Vec::new();
        for one in series {
            for point in chosen(one) {
                let mut row = vec![across(point, figure), significant(point.y, DIGITS)];
                if is_named {
                    row.insert(0, one.name.clone());
                }
                if has_bands {
                    row.extend([point.low, point.high].map(|end| significant(end, DIGITS)));
                }
                rows.push(row);
            }
        }
        (!rows.is_empty()).then_some(Self { columns, rows })
    }
}

/// The points of a series that are listed.
fn chosen(series: &Series) -> impl Iterator<Item = &Point> {
    let points = series
        .points
        .iter()
        .filter(|one| one.x.is_finite() && one.y.is_finite());
    let count = points.clone().count();
    let stride = count.div_ceil(MOST_ROWS).max(1);
    let is_chosen = move |index: usize| index.is_multiple_of(stride) || index + 1 == count;
    points
        .enumerate()
        .filter(move |(index, _)| is_chosen(*index))
        .map(|(_, point)| point)
}

/// Where a point is on the horizontal axis: the label of a tick where that is a name.
fn across(point: &Point, figure: &Figure) -> String {
    let mark = figure.x.marks.iter().find(|mark| mark.value == point.x);
    mark.map_or_else(|| significant(point.x, DIGITS), |mark| mark.label.clone())
}
