//! `games`: two players who descend losses of their own in finite steps.
//!
//! Simultaneous updates of a game with the field V follow V − (h/2)(DV)V, alternating ones a field
//! of their own (Rosca et al. 2021, arXiv 2105.13922). On the game xy this is the whole difference
//! between a spiral and a closed path; on a regularised Dirac GAN (Mescheder et al. 2018, arXiv
//! 1801.04406) it says up to which learning rate simultaneous players come to their equilibrium.

mod checks;
mod closed_path;
mod following;
mod growth;
mod pictures;
mod players;
mod portrait;
mod tables;

use thalweg::modified::Updates;

use self::closed_path::ClosedPath;
use self::following::Following;
use self::growth::Growth;
use self::players::Match;
use self::portrait::Portrait;
use super::{Findings, StudyError, Watch};

/// Both kinds of update.
const UPDATES: [Updates; 2] = [Updates::Simultaneous, Updates::Alternating];

/// What growth is measured of.
const MATCHES: [(Match, Updates); 4] = [
    (Match::Bilinear, Updates::Simultaneous),
    (Match::Bilinear, Updates::Alternating),
    (Match::DiracGan, Updates::Simultaneous),
    (Match::DiracGan, Updates::Alternating),
];
/// The parts of the study: distances, growth, threshold, paths.
const PARTS: u64 = 7;

/// Where it was published.
const SOURCE: &str = "Rosca, Wu, Dherin and Barrett, Discretization Drift in Two-Player Games, ICML \
                      2021, Theorems 3.1 and 3.2";

/// All that was measured.
struct Evidence {
    following: Vec<Following>,
    growth: Vec<Growth>,
    /// The learning rate from which simultaneous players leave the equilibrium of the Dirac GAN.
    threshold: f64,
    closed: ClosedPath,
    portraits: [Portrait; 2],
}

/// Runs the study.
///
/// # Errors
/// If it is interrupted.
pub fn run(watch: &mut Watch<'_>) -> Result<Findings, StudyError> {
    Ok(findings(&Evidence::gather(watch)?))
}

fn findings(evidence: &Evidence) -> Findings {
    Findings {
        title: "What finite steps do to a game".into(),
        question: "Do players who take finite steps follow the game they play?".into(),
        source: SOURCE.into(),
        checks: checks::all(evidence),
        pictures: pictures::all(evidence),
        tables: tables::all(evidence),
        warnings: warnings(),
    }
}

impl Evidence {
    fn gather(watch: &mut Watch<'_>) -> Result<Self, StudyError> {
        watch.advanced(0, PARTS, "distances to flows")?;
        let following = following::all()?;
        let mut growth = Vec::new();
        for (done, (game, updates)) in (1..).zip(MATCHES) {
            watch.advanced(done, PARTS, &format!("growth, {}", game.name()))?;
            growth.extend(growth::all(game, updates, watch)?);
        }
        watch.advanced(5, PARTS, "threshold")?;
        let threshold = growth::threshold(watch)?;
        watch.advanced(6, PARTS, "closed path")?;
        let closed = closed_path::follow()?;
        let portraits = [portrait::bilinear()?, portrait::dirac_gan()?];
        watch.advanced(PARTS, PARTS, "")?;
        Ok(Self {
            following,
            growth,
            threshold,
            closed,
            portraits,
        })
    }

    /// Growth rates by ascending learning rate.
    fn growth(&self, game: Match, updates: Updates) -> impl Iterator<Item = &Growth> {
        let growth = self.growth.iter();
        growth.filter(move |one| one.game == game && one.updates == updates)
    }
}

fn name(updates: Updates) -> &'static str {
    match updates {
        Updates::Simultaneous => "simultaneous",
        Updates::Alternating => "alternating",
    }
}

fn warnings() -> Vec<String> {
    vec![
        "A game has no loss that both players descend, and so no modified loss: what finite steps \
         follow is a field, and only the field is checked here."
            .into(),
        "Both players have one learning rate. The library's fields allow for different ones, with all \
         players on one clock; the source's equations have a clock for each player, and then describe \
         one step, not many."
            .into(),
    ]
}

#[cfg(test)]
mod tests;
