//! Paths: lines of any number of points, cut off at the frame, without what nobody can see.

use std::collections::HashSet;

use super::Series;
use super::draw::{Place, UNIT};
use super::frame::{Frame, Share};

/// Points closer than this are one, in pixels.
const FINE: f64 = 0.3;
/// The most segments of a path. One with more, such as a chaotic one, fills its region: it is drawn
/// with coarser points, which fill it as well.
const MOST_SEGMENTS: usize = 20_000;

/// The parts of a path that are seen: unbroken lines within the frame.
pub(super) fn pieces(series: &Series, frame: &Frame) -> Vec<Vec<Place>> {
    let shares = series
        .points
        .iter()
        .map(|point| frame.share(point.x, point.y));
    let clipped = clipped(shares);
    let units: Vec<Vec<(f64, f64)>> = clipped
        .into_iter()
        .map(|piece| piece.into_iter().map(|share| frame.units(share)).collect())
        .collect();
    let mut fineness = FINE * UNIT;
    loop {
        let pieces = visible(&units, fineness);
        if pieces.iter().map(Vec::len).sum::<usize>() <= MOST_SEGMENTS {
            return pieces;
        }
        fineness *= 2.0;
    }
}

/// What of a line is within the unit square; points that are not finite break it.
fn clipped(points: impl Iterator<Item = Share>) -> Vec<Vec<Share>> {
    let mut pieces: Vec<Vec<Share>> = Vec::new();
    let mut last: Option<Share> = None;
    let mut is_open = false;
    for point in points {
        if !(point.0.is_finite() && point.1.is_finite()) {
            (last, is_open) = (None, false);
            continue;
        }
        if let Some(from) = last {
            match within(from, point) {
                None => is_open = false,
                Some((begin, end)) => {
                    match pieces.last_mut().filter(|_| is_open) {
                        Some(piece) => piece.push(end),
                        None => pieces.push(vec![begin, end]),
                    }
                    is_open = end == point;
                }
            }
        }
        last = Some(point);
    }
    pieces
}

/// The part of a segment within the unit square (Liang and Barsky 1984).
fn within(from: Share, to: Share) -> Option<(Share, Share)> {
    let direction = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides = [
        (-direction.0, from.0),
        (direction.0, 1.0 - from.0),
        (-direction.1, from.1),
        (direction.1, 1.0 - from.1),
    ];
    for (towards, distance) in sides {
        if towards == 0.0 {
            if distance < 0.0 {
                return None;
            }
        } else if towards < 0.0 {
            enter = enter.max(distance / towards);
        } else {
            leave = leave.min(distance / towards);
        }
    }
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        _ => (from.0 + share * direction.0, from.1 + share * direction.1),
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// The lines without points that are where the last one was, and without segments that lie where an
/// earlier one lies, at a fineness in units: a path that goes to and fro is drawn once.
fn visible(pieces: &[Vec<(f64, f64)>], fineness: f64) -> Vec<Vec<Place>> {
    let cell = |(x, y): (f64, f64)| ((x / fineness).round() as i64, (y / fineness).round() as i64);
    let place = |(x, y): (f64, f64)| (x.round() as i32, y.round() as i32);
    let mut drawn = HashSet::new();
    let mut seen: Vec<Vec<Place>> = Vec::new();
    for piece in pieces {
        let mut is_open = false;
        let mut last = piece[0];
        for point in &piece[1..] {
            let (from, to) = (cell(last), cell(*point));
            if from == to {
                continue;
            }
            let is_new = !drawn.contains(&(to, from)) && drawn.insert((from, to));
            if is_new {
                match seen.last_mut().filter(|_| is_open) {
                    Some(line) => line.push(place(*point)),
                    None => seen.push(vec![place(last), place(*point)]),
                }
            }
            (is_open, last) = (is_new, *point);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(points: &[Share]) -> Vec<Vec<Share>> {
        clipped(points.iter().copied())
    }

    #[test]
    fn lines_are_cut_off_at_the_frame_and_go_on_where_they_come_back() {
        let there_and_back = [(0.5, 0.5), (1.5, 0.5), (1.5, 0.25), (0.5, 0.25)];
        assert_eq!(
            cut(&there_and_back),
            [[(0.5, 0.5), (1.0, 0.5)], [(1.0, 0.25), (0.5, 0.25)]]
        );
        assert_eq!(cut(&[(-1.0, 0.5), (2.0, 0.5)]), [[(0.0, 0.5), (1.0, 0.5)]]);
        assert!(cut(&[(-1.0, 0.5), (0.5, 2.5)]).is_empty());
        let inside = [(0.0, 0.0), (1.0, 1.0), (0.5, 1.0)];
        assert_eq!(cut(&inside), [inside]);
    }

    #[test]
    fn what_is_not_finite_breaks_a_line() {
        let points = [
            (0.0, 0.0),
            (0.1, 0.1),
            (f64::NAN, 0.2),
            (0.3, 0.3),
            (0.4, 0.4),
        ];
        assert_eq!(cut(&points).len(), 2);
    }

    #[test]
    fn a_path_to_and_fro_is_drawn_once_and_close_points_are_one() {
        let fro = (0..100_000).map(|step| (f64::from(step % 2) * 100.0, 0.0));
        assert_eq!(visible(&[fro.collect()], 3.0), [[(0, 0), (100, 0)]]);
        let creep = (0..100_000).map(|step| (f64::from(step) * 1e-3, 0.0));
        let creep = visible(&[creep.collect()], 3.0);
        assert!(creep.len() == 1 && creep[0].len() < 40);
    }
}
