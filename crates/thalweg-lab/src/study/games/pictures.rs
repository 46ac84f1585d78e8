//! The pictures.

use thalweg::modified::Updates;

use super::players::{Described, Match, REGULARISATION};
use super::portrait::Portrait;
use super::{Evidence, UPDATES, name};
use crate::spec::Scale;
use crate::study::{Axis, Picture, Role, Series, Shape, shown};

pub(super) fn all(evidence: &Evidence) -> Vec<Picture> {
    let [bilinear, dirac_gan] = &evidence.portraits;
    let h = shown(dirac_gan.rate);
    vec![
        portrait(
            bilinear,
            "portrait-xy",
            "On xy, simultaneous players spiral out and alternating ones stay, as their flows say",
        ),
        portrait(
            dirac_gan,
            "portrait-dirac-gan",
            &format!(
                "On a Dirac GAN with h = {h}, only alternating players come to the equilibrium"
            ),
        ),
        growth(evidence),
        distances(evidence),
    ]
}

/// Both kinds of update of one game with all three flows.
fn portrait(portrait: &Portrait, file: &str, title: &str) -> Picture {
    let axis = |label| Axis::new(label, Scale::Linear);
    let mut picture = Picture::new(file, title, axis("x, player 1"), axis("y, player 2"));
    let game = match portrait.game {
        Match::Bilinear => "min over x, max over y of xy".into(),
        Match::DiracGan => format!("a Dirac GAN with penalty γ = {}", shown(REGULARISATION)),
    };
    picture.caption = format!(
        "Players of {game}, with h = {}. A marker is an iterate; dashed are the modified flows, \
         thin and grey the game itself.",
        shown(portrait.rate)
    );
    picture.is_equal_aspect = true;
    let game = Series::new("the game itself", Shape::Line, portrait.flow.clone());
    picture = picture.with(game.in_role(Role::Reference));
    for side in &portrait.sides {
        let label = format!("{}, modified flow", name(side.updates));
        let flow = Series::new(label, Shape::Line, side.flow.clone());
        picture = picture.with(flow.in_role(Role::Prediction));
    }
    for side in &portrait.sides {
        let path = Series::new(name(side.updates), Shape::Points, side.path.clone());
        picture = picture.with(path);
    }
    picture.marked("start", portrait.start)
}

/// How fast players of the Dirac GAN leave its equilibrium.
fn growth(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "growth",
        format!(
            "Simultaneous players of a Dirac GAN leave it from h = {} on",
            shown((evidence.threshold * 1e3).round() / 1e3)
        ),
        Axis::new("learning rate h", Scale::Linear),
        Axis {
            unit: "1/time".into(),
            ..Axis::new("growth rate of the distance", Scale::Linear)
        },
    );
    picture.caption = "A point is a run from near the equilibrium; below 0 it comes nearer. Lines \
                       are the modified flows, grey the game itself, the border at 0 and \
                       the learning rate at which it is crossed."
        .into();
    let of = |updates| evidence.growth(Match::DiracGan, updates);
    let line = |label: &str, y: f64| {
        let last = of(Updates::Simultaneous).last().map_or(1.0, |one| one.rate);
        Series::new(label, Shape::Line, vec![[0.0, y], [last, y]]).in_role(Role::Reference)
    };
    picture = picture.with(line("", 0.0));
    if let Some(one) = of(Updates::Simultaneous).next() {
        picture = picture.with(line("the game itself", one.unmodified));
    }
    let threshold = [-0.05, 0.05].map(|y| [evidence.threshold, y]).to_vec();
    let threshold = Series::new("", Shape::Line, threshold);
    picture = picture.with(threshold.in_role(Role::Reference));
    for updates in UPDATES {
        let points = of(updates).map(|one| [one.rate, one.modified]).collect();
        let label = format!("{}, modified flow", name(updates));
        let flow = Series::new(label, Shape::Line, points).in_role(Role::Prediction);
        picture = picture.with(flow);
    }
    for updates in UPDATES {
        let points = of(updates).map(|one| [one.rate, one.measured]).collect();
        picture = picture.with(Series::new(name(updates), Shape::Points, points));
    }
    picture
}

/// Distances from flows.
fn distances(evidence: &Evidence) -> Picture {
    let mut picture = Picture::new(
        "distance",
        "Players follow the modified flow of their updates to second order, the game to first",
        Axis::new("learning rate h", Scale::Log),
        Axis::new("distance from the flow", Scale::Log),
    );
    picture.caption =
        "A point is a distance on the Dirac GAN after the time nh = 6; dashed are the \
                       distances from the game itself. Falling by four at each halving is second \
                       order, by two first order."
            .into();
    for one in &evidence.following {
        let (shape, role) = match one.described {
            Described::Game => (Shape::Line, Role::Prediction),
            Described::Steps(updates) if updates == one.updates => (Shape::MarkedLine, Role::Data),
            Described::Steps(_) => continue,
        };
        let label = format!(
            "{}; {}",
            name(one.updates),
            flow_name(one.updates, one.described)
        );
        let series = Series::new(label, shape, one.distances.clone());
        picture = picture.with(series.in_role(role));
    }
    picture
}

pub(super) fn flow_name(updates: Updates, described: Described) -> &'static str {
    match described {
        Described::Game => "the game itself",
        Described::Steps(other) if other == updates => "its modified flow",
        Described::Steps(_) => "the other's",
    }
}
