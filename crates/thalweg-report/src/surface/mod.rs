//! The picture of a loss surface: contours on a plane, and the path of training on it.

use thalweg_lab::spec::Scale;
use thalweg_lab::study::{Landscape, Mark};
use thalweg_lab::surface::{Directions, PathPoint, Surface, TrainingPath};

use crate::ReportError;
use crate::figure::{Axis, Colours, Drawing, Figure, Kind, Plane, Point, Series};
use crate::number::significant;

/// The contours of a picture.
const LEVELS: usize = 18;
/// The greatest over the smallest loss from which contours are a constant factor apart.
const LOGARITHMIC_FROM: f64 = 3.0;
/// The share of the grid's values above the highest contour: corners far off would take them all.
const ABOVE: f64 = 0.05;

/// With more positions than this the path has no markers.
const MOST_MARKERS: usize = 60;

/// Draws a loss surface. The same surface makes the same bytes.
///
/// # Errors
/// If the picture cannot be drawn, which no surface can cause.
pub fn render_surface(surface: &Surface) -> Result<Drawing, ReportError> {
    figure(surface).draw()
}

fn figure(surface: &Surface) -> Figure {
    let [x, y] = match surface.directions {
        Directions::GradientHessian => [
            "a: distance in θ along ∇E",
            "b: distance in θ along the top eigenvector",
        ],
        Directions::Random => [
            "a: share of each filter's norm, direction 1",
            "b: the same, direction 2",
        ],
    };
    let path = surface.path.as_ref();
    Figure {
        name: "surface".into(),
        title: title(surface),
        caption: caption(surface),
        x: Axis::new(x, Scale::Linear),
        y: Axis::new(y, Scale::Linear),
        legend: String::new(),
        colours: Colours::Distinct,
        series: path.map(series).into_iter().collect(),
        plane: Plane {
            is_equal_aspect: true,
            landscape: Some(landscape(surface)),
            x_range: None,
            y_range: None,
            marks: marks(path),
        },
    }
}

fn title(surface: &Surface) -> String {
    match surface.directions {
        Directions::GradientHessian => {
            "Training loss on the plane of its gradient and its sharpest direction".into()
        }
        Directions::Random => "Training loss on a random plane, scaled filter by filter".into(),
    }
}

fn caption(surface: &Surface) -> String {
    let radius = surface.coordinates.last().copied().unwrap_or(0.0);
    let points = surface.coordinates.len();
    let examples = match surface.examples == surface.all_examples {
        true => format!("all {} training examples", surface.examples),
        false => format!(
            "the first {} of {} training examples",
            surface.examples, surface.all_examples
        ),
    };
    let radius = significant(radius, 3);
    let plane = match (surface.directions, &surface.curvature) {
        (Directions::GradientHessian, Some(top)) => format!(
            "The plane through the final parameters θ* (step {}) that the gradient (‖∇E‖ = {}) and the \
             top eigenvector of the Hessian (λ = {}) span, made orthogonal and of length 1: a and b are \
             Euclidean distances in θ, up to {radius}.",
            surface.step,
            significant(top.gradient_norm, 3),
            significant(top.eigenvalue, 3),
        ),
        _ => format!(
            "The plane through the final parameters θ* (step {}) along two random directions (seed {}), \
             each with the norm of θ* in every filter (a row of a weight, or a bias vector): at 1 every \
             filter has moved by as much as it is long; a and b go up to {radius}. The cosine between \
             the directions is {}.",
            surface.step,
            surface.seed.unwrap_or(0),
            significant(surface.cosine, 2),
        ),
    };
    let grid = format!("Loss over {examples} at {points} × {points} points.");
    let path = match (&surface.path, &surface.no_path) {
        (Some(path), _) => on_path(path),
        (None, Some(reason)) => reason.clone(),
        (None, None) => String::new(),
    };
    [plane, grid, path].join(" ")
}

fn on_path(path: &TrainingPath) -> String {
    let farthest = path.points.iter().map(|one| one.out_of_plane);
    let farthest = farthest.fold(0.0, f64::max);
    format!(
        "The line is the path of training projected on the plane: {} of its squared distances from θ* \
         lie in the plane, and it is up to {} away from it, so that the loss drawn below a point of the \
         line is not the loss there.",
        per_cent(path.share_in_plane),
        significant(farthest, 3)
    )
}

fn per_cent(share: f64) -> String {
    format!("{} %", significant(100.0 * share, 2))
}

fn series(path: &TrainingPath) -> Series {
    Series {
        name: "training, projected".into(),
        kind: match path.points.len() {
            0..=MOST_MARKERS => Kind::Trail,
            _ => Kind::Path,
        },
        points: path.points.iter().map(point).collect(),
    }
}

fn point(one: &PathPoint) -> Point {
    Point {
        x: one.a,
        y: one.b,
        low: one.b,
        high: one.b,
        singles: Vec::new(),
        note: format!(
            "step {}\na {}\nb {}\ndistance from the plane {}",
            one.step,
            significant(one.a, 4),
            significant(one.b, 4),
            significant(one.out_of_plane, 4)
        ),
    }
}

fn marks(path: Option<&TrainingPath>) -> Vec<Mark> {
    let end = Mark {
        label: "θ*".into(),
        at: [0.0, 0.0],
    };
    let start = path.and_then(|path| path.points.first());
    let start = start.map(|first| Mark {
        label: "start".into(),
        at: [first.a, first.b],
    });
    start.into_iter().chain([end]).collect()
}

fn landscape(surface: &Surface) -> Landscape {
    let ends = [
        surface.coordinates.first().copied().unwrap_or(0.0),
        surface.coordinates.last().copied().unwrap_or(0.0),
    ];
    let (levels, scale) = levels(&surface.losses);
    // What overflows is higher than any level and not lower.
    let highest = levels.last().copied().unwrap_or(0.0) * 2.0;
    let shown = |value: &f64| if value.is_finite() { *value } else { highest };
    Landscape {
        label: "training loss E".into(),
        x: ends,
        y: ends,
        columns: surface.coordinates.len(),
        values: surface.losses.iter().map(shown).collect(),
        levels,
        scale,
    }
}

/// Contours from just above the lowest value to one that few are above.
fn levels(values: &[f64]) -> (Vec<f64>, Scale) {
    let mut finite: Vec<f64> = values
        .iter()
        .copied()
        .filter(|one| one.is_finite())
        .collect();
    finite.sort_by(f64::total_cmp);
    let (Some(low), false) = (finite.first().copied(), finite.is_empty()) else {
        return (Vec::new(), Scale::Linear);
    };
    let place = ((1.0 - ABOVE) * (finite.len() - 1) as f64) as usize;
    let high = finite[place];
    let is_log = low > 0.0 && high / low >= LOGARITHMIC_FROM;
    let share = |index: usize| (index as f64 + 0.5) / LEVELS as f64;
    let level = |index: usize| match is_log {
        true => low * (high / low).powf(share(index)),
        false => low + (high - low) * share(index),
    };
    let scale = if is_log { Scale::Log } else { Scale::Linear };
    ((0..LEVELS).map(level).collect(), scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface() -> Surface {
        let coordinates = vec![-1.0, -0.5, 0.0, 0.5, 1.0];
        let bowl = |index: usize| {
            let (a, b) = (coordinates[index % 5], coordinates[index / 5]);
            0.01 + a * a + 10.0 * b * b
        };
        let mut losses: Vec<f64> = (0..25).map(bowl).collect();
        losses[0] = f64::INFINITY;
        let point = |step, a, b, out_of_plane| PathPoint {
            step,
            a,
            b,
            out_of_plane,
        };
        Surface {
            trial: "0123456789abcdef".into(),
            step: 90,
            directions: Directions::Random,
            seed: Some(4),
            examples: 100,
            all_examples: 5000,
            cosine: 0.01,
            curvature: None,
            losses,
            accuracies: None,
            coordinates,
            path: Some(TrainingPath {
                share_in_plane: 0.123,
                points: vec![point(0, 0.8, 0.3, 2.5), point(90, 0.0, 0.0, 0.0)],
            }),
            no_path: None,
        }
    }

    #[test]
    fn the_caption_says_units_normalisation_examples_and_what_is_not_in_the_plane() {
        let drawing = render_surface(&surface()).unwrap();
        for words in [
            "norm of θ* in every filter",
            "the first 100 of 5000 training examples",
            "5 × 5 points",
            "12 % of its squared distances",
            "up to 2.5 away",
            "seed 4",
        ] {
            assert!(
                drawing.caption.contains(words),
                "{words}: {}",
                drawing.caption
            );
        }
        assert!(drawing.svg.contains("θ*") && drawing.svg.contains("start"));
        assert_eq!(drawing.svg, render_surface(&surface()).unwrap().svg);
        assert!(Drawing::from_file("surface", &drawing.svg).is_some());
    }

    #[test]
    fn a_missing_path_is_explained_and_flat_surfaces_have_even_contours() {
        let mut lost = surface();
        lost.path = None;
        lost.no_path = Some("The path is not shown: why.".into());
        assert!(
            render_surface(&lost)
                .unwrap()
                .caption
                .contains("not shown: why")
        );
        let (levels, scale) = levels(&[1.0, 1.1, 1.2, f64::NAN]);
        assert_eq!(scale, Scale::Linear);
        assert!(levels.is_sorted() && levels[0] > 1.0 && levels[LEVELS - 1] < 1.2);
        let (none, _) = super::levels(&[f64::NAN]);
        assert!(none.is_empty());
    }
}
