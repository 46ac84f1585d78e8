//! `[schedule]`: how the learning rate changes along a trial.

use thalweg::Named;

use super::diagnostic::Problems;
use super::duration::{Duration, WANTED};
use super::problem::Problem;
use super::reader::Reader;
use super::tree::Node;
use super::want::{SHARE, ZERO_TO_ONE};
use super::{Setting, StopSpec};

/// How the learning rate changes: a linear warm-up, and a course after it.
/// [`thalweg::optimizer::RateSchedule`] says what the rate of each step is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScheduleSpec {
    /// The length of the linear warm-up, with which a trial begins.
    pub warm_up: Option<Duration>,
    /// What follows it, its steps counted from the end of the warm-up.
    pub course: CourseSpec,
}

/// The course of the learning rate after its warm-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CourseSpec {
    /// The base rate.
    Constant,
    /// Multiplied by a factor now and again.
    Step {
        /// How often.
        every: Duration,
        /// The factor, in (0, 1].
        factor: f64,
    },
    /// Along half a cosine to a share of the base rate, where it stays.
    Cosine {
        /// How long it falls; up to the last step that `stop.steps` and `stop.epochs` allow if
        /// `None`.
        length: Option<Duration>,
        /// The share, in [0, 1].
        final_factor: f64,
    },
}

/// A name for each [`CourseSpec`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Constant,
    Step,
    Cosine,
}

impl Named for Kind {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("constant", Self::Constant),
        ("step", Self::Step),
        ("cosine", Self::Cosine),
    ];
}

/// Reads `[schedule]`; `Some(None)` where the rate is constant from the first step on.
pub(super) fn read(node: Option<&Node>, problems: &mut Problems) -> Option<Option<ScheduleSpec>> {
    let mut reader = Reader::new("schedule", node, problems);
    let kind = reader.choice::<Kind>("kind");
    let is_faulty = kind.is_none() && reader.span_of("kind").is_some();
    let warm_up = Duration::read(&mut reader, "warm_up");
    let course = match is_faulty {
        false => read_course(&mut reader, kind.unwrap_or(Kind::Constant)),
        true => {
            // Whatever is set may well belong to the kind that was meant.
            for key in ["every", "factor", "length", "final_factor"] {
                reader.node(key);
            }
            None
        }
    };
    reader.finish();
    let course = course?;
    let is_neutral = course == CourseSpec::Constant && warm_up.is_none();
    Some((!is_neutral).then_some(ScheduleSpec { warm_up, course }))
}

fn read_course(reader: &mut Reader<'_, '_>, kind: Kind) -> Option<CourseSpec> {
    let (every, factor) = (
        Duration::read(reader, "every"),
        reader.get("factor", &SHARE),
    );
    let length = Duration::read(reader, "length");
    let final_factor = reader.get("final_factor", &ZERO_TO_ONE);
    let foreign: &[&'static str] = match kind {
        Kind::Constant => &["every", "factor", "length", "final_factor"],
        Kind::Step => &["length", "final_factor"],
        Kind::Cosine => &["every", "factor"],
    };
    for key in foreign {
        reader.inapplicable(key, "schedule.kind", kind.name());
    }
    match kind {
        Kind::Constant => Some(CourseSpec::Constant),
        Kind::Step => {
            reader.must_have("every", WANTED);
            reader.must_have("factor", SHARE.what);
            Some(CourseSpec::Step {
                every: every?,
                factor: factor?,
            })
        }
        Kind::Cosine => Some(CourseSpec::Cosine {
            length,
            final_factor: final_factor.unwrap_or(0.0),
        }),
    }
}

/// Records a falling rate of a trial that ends by physical time alone: the sum of the rates may
/// never get there.
pub(super) fn check_end(
    schedule: &ScheduleSpec,
    stop: &StopSpec,
    node: Option<&Node>,
    problems: &mut Problems,
) {
    let falls = schedule.course != CourseSpec::Constant;
    let is_certain = stop.steps.is_some() || stop.epochs.is_some();
    if falls && stop.time.is_some() && !is_certain {
        problems.add(Problem::TimeOutOfReach, node.map(|node| node.span));
    }
}

/// The entries of `[schedule]` in the order of files and summaries.
pub(super) fn settings(schedule: Option<&ScheduleSpec>) -> [(&'static str, Setting); 6] {
    let course = schedule.map(|schedule| schedule.course);
    let kind = course.map(|course| course.kind().name());
    let warm_up = schedule.and_then(|schedule| schedule.warm_up);
    let (mut every, mut factor, mut length, mut final_factor) = (None, None, None, None);
    match course {
        Some(CourseSpec::Step {
            every: e,
            factor: f,
        }) => (every, factor) = (Some(e), Some(f)),
        Some(CourseSpec::Cosine {
            length: l,
            final_factor: f,
        }) => (length, final_factor) = (l, Some(f)),
        Some(CourseSpec::Constant) | None => {}
    }
    let text = |duration: Option<Duration>| {
        Setting::of(duration.map(|duration| Setting::Text(duration.to_string())))
    };
    [
        ("schedule.kind", Setting::of(kind)),
        ("schedule.warm_up", text(warm_up)),
        ("schedule.every", text(every)),
        ("schedule.factor", Setting::of(factor)),
        ("schedule.length", text(length)),
        ("schedule.final_factor", Setting::of(final_factor)),
    ]
}

impl CourseSpec {
    fn kind(&self) -> Kind {
        match self {
            Self::Constant => Kind::Constant,
            Self::Step { .. } => Kind::Step,
            Self::Cosine { .. } => Kind::Cosine,
        }
    }
}
