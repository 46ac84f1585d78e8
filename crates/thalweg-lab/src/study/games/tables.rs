//! The tables: growth, distances, paths.

use super::growth::Growth;
use super::pictures::flow_name;
use super::portrait::Portrait;
use super::{Evidence, name};
use crate::study::{Table, shown};

pub(super) fn all(evidence: &Evidence) -> Vec<Table> {
    let [bilinear, dirac_gan] = &evidence.portraits;
    vec![
        growth(evidence),
        distances(evidence),
        paths(bilinear, "paths-xy"),
        paths(dirac_gan, "paths-dirac-gan"),
    ]
}

fn growth(evidence: &Evidence) -> Table {
    let of = |number: fn(&Growth) -> f64| evidence.growth.iter().map(number).collect::<Vec<f64>>();
    let text = |words: fn(&Growth) -> &'static str| {
        let all = evidence.growth.iter();
        all.map(|one| words(one).to_owned())
            .collect::<Vec<String>>()
    };
    Table::new(
        "growth",
        "How fast players leave their equilibrium",
        "A row is a game, a kind of update and a learning rate; rates are those of ln √(x² + y²) in \
         time nh, negative where players come nearer.",
    )
    .with("game", "", text(|one| one.game.name()))
    .with("updates", "", text(|one| name(one.updates)))
    .with("learning_rate", "h", of(|one| one.rate))
    .with("measured", "1/time", of(|one| one.measured))
    .with("modified_flow", "1/time", of(|one| one.modified))
    .with("game_itself", "1/time", of(|one| one.unmodified))
}

fn distances(evidence: &Evidence) -> Table {
    let rows = || {
        let of = std::iter::repeat;
        evidence
            .following
            .iter()
            .flat_map(move |one| of(one).zip(&one.distances))
    };
    let text = |words: fn(&super::Following) -> &'static str| {
        rows()
            .map(|(one, _)| words(one).to_owned())
            .collect::<Vec<String>>()
    };
    let number = |index: usize| rows().map(|(_, pair)| pair[index]).collect::<Vec<f64>>();
    Table::new(
        "distances",
        "Distances of players of the Dirac GAN from flows",
        "A row is a kind of update, a flow and a learning rate.",
    )
    .with("updates", "", text(|one| name(one.updates)))
    .with(
        "flow",
        "",
        text(|one| flow_name(one.updates, one.described)),
    )
    .with("learning_rate", "h", number(0))
    .with("distance", "", number(1))
}

fn paths(portrait: &Portrait, file: &str) -> Table {
    let steps = portrait.sides.first().map_or(0, |side| side.path.len());
    let table = Table::new(
        file,
        format!(
            "Players of {} with h = {}",
            portrait.game.name(),
            shown(portrait.rate)
        ),
        "A row is an update; step 0 is the start.",
    )
    .with("step", "n", (0_i64..).take(steps).collect::<Vec<i64>>());
    portrait.sides.iter().fold(table, |table, side| {
        let of = |index: usize| {
            side.path
                .iter()
                .map(|theta| theta[index])
                .collect::<Vec<f64>>()
        };
        let kind = name(side.updates);
        table
            .with(format!("{kind}_x"), "", of(0))
            .with(format!("{kind}_y"), "", of(1))
    })
}
