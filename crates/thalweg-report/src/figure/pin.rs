//! Marks: single points with a name, written where it covers least.

use plotters::element::{Circle, Rectangle, Text};
use plotters::style::{Color, WHITE};
use thalweg_lab::study::Mark;

use super::draw::{Failure, INK, Place, Sheet, UNIT, ink, words};
use super::frame::Frame;
use super::text;

/// Half the size of a mark, in pixels.
const RADIUS: f64 = 4.5;
/// The distance of a name from its mark, in pixels.
const APART: f64 = 9.0;
/// The size of the letters, in pixels.
const LETTERS: f64 = 13.5;
/// The height of a name, in pixels.
const HEIGHT: f64 = 17.0;
/// What a name costs that covers another or leaves the frame, in points of lines covered.
const FORBIDDEN: usize = 100_000;

/// Where a name may stand, from the middle of its mark: towards the right, then the left, then
/// above and below.
const DIRECTIONS: [(f64, f64); 8] = [
    (1.0, 0.0),
    (0.7, -0.7),
    (0.7, 0.7),
    (-1.0, 0.0),
    (-0.7, -0.7),
    (-0.7, 0.7),
    (0.0, -1.0),
    (0.0, 1.0),
];

/// A rectangle of the sheet, in units: its upper left and lower right corners.
#[derive(Clone, Copy)]
struct Area(Place, Place);

/// Draws the marks within the frame; `lines` are places that names had better not cover.
pub(super) fn draw(
    sheet: &Sheet<'_>,
    marks: &[Mark],
    frame: &Frame,
    lines: &[Place],
) -> Result<(), Failure> {
    let inside = |mark: &&Mark| frame.contains(mark.at[0], mark.at[1]);
    let marks: Vec<(&Mark, Place)> = marks
        .iter()
        .filter(inside)
        .map(|mark| (mark, frame.at(frame.share(mark.at[0], mark.at[1]))))
        .collect();
    let mut taken: Vec<Area> = marks.iter().map(|(_, place)| around(*place)).collect();
    for (_, place) in &marks {
        let radius = (RADIUS * UNIT) as i32;
        sheet.draw(&Circle::new(*place, radius, WHITE.filled()))?;
        sheet.draw(&Circle::new(*place, radius, ink(INK.to_rgba(), 1.8)))?;
    }
    for (mark, place) in marks {
        let area = best(&mark.label, place, frame, &taken, lines);
        taken.push(area);
        let corners = [area.0, area.1];
        sheet.draw(&Rectangle::new(corners, WHITE.mix(0.75).filled()))?;
        let start = (area.0.0 + (2.0 * UNIT) as i32, (area.0.1 + area.1.1) / 2);
        sheet.draw(&Text::new(mark.label.clone(), start, words(LETTERS)))?;
    }
    Ok(())
}

/// The area of a mark itself.
fn around((x, y): Place) -> Area {
    let half = (RADIUS * UNIT) as i32;
    Area((x - half, y - half), (x + half, y + half))
}

/// Where the name covers least; the first such place.
fn best(label: &str, place: Place, frame: &Frame, taken: &[Area], lines: &[Place]) -> Area {
    let width = text::width(label, LETTERS) + 4.0;
    let area = |(right, down): (f64, f64)| {
        let middle = (
            f64::from(place.0) + right * (APART + width / 2.0) * UNIT,
            f64::from(place.1) + down * (APART + HEIGHT / 2.0) * UNIT,
        );
        let half = (width / 2.0 * UNIT, HEIGHT / 2.0 * UNIT);
        Area(
            ((middle.0 - half.0) as i32, (middle.1 - half.1) as i32),
            ((middle.0 + half.0) as i32, (middle.1 + half.1) as i32),
        )
    };
    let cost = |area: &Area| {
        let covered = lines.iter().filter(|place| area.has(**place)).count();
        let forbidden = taken.iter().filter(|other| area.meets(other)).count();
        covered + FORBIDDEN * (forbidden + usize::from(!area.is_within(frame)))
    };
    let areas = DIRECTIONS.map(area);
    let least = areas.iter().copied().min_by_key(cost);
    least.unwrap_or(areas[0])
}

impl Area {
    fn has(&self, (x, y): Place) -> bool {
        (self.0.0..=self.1.0).contains(&x) && (self.0.1..=self.1.1).contains(&y)
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.0 <= other.1.0
            && other.0.0 <= self.1.0
            && self.0.1 <= other.1.1
            && other.0.1 <= self.1.1
    }

    fn is_within(&self, frame: &Frame) -> bool {
        let (columns, rows) = (&frame.columns, &frame.rows);
        self.0.0 >= columns.start
            && self.1.0 <= columns.end
            && self.0.1 >= rows.start
            && self.1.1 <= rows.end
    }
}
