//! Why there is no penalty, and what would help.

use crate::study::shown;
use crate::transfer::{Remedy, Transferred};

/// Why there is no penalty that is nowhere negative, and what would help; empty where there is one.
pub(in crate::transfer) fn obstacle(transferred: &Transferred) -> String {
    if transferred.usable().is_some() {
        return String::new();
    }
    let (one, other) = (transferred.original.total(), transferred.target.implicit);
    let excess = transferred.excess;
    let mut parts = Vec::new();
    if excess.full_batch > 0.0 {
        parts.push(format!(
            "the term of ‖∇E‖² is too strong in the target by {} ({} against {})",
            shown(excess.full_batch),
            shown(other.full_batch),
            shown(one.full_batch)
        ));
        if transferred.missing.gradient_variance < 0.0 {
            parts.push(format!(
                "that of Γ by {} ({} against {})",
                shown(-transferred.missing.gradient_variance),
                shown(other.gradient_variance),
                shown(one.gradient_variance)
            ));
        }
    } else if excess.gradient_variance > 0.0 {
        parts.push(format!(
            "the term of Γ is too strong in the target by {}, since penalising ‖∇Ê‖² of batches of {} \
             until ‖∇E‖² is as in the original brings variance with it ({} against {})",
            shown(excess.gradient_variance),
            transferred.target.epoch.batch_size,
            shown(one.gradient_variance + excess.gradient_variance),
            shown(one.gradient_variance)
        ));
    } else {
        parts.push(format!(
            "the term of Γ is too weak in the target by {}, and its batches of {} cannot be cut into \
             micro-batches of more variance",
            shown(transferred.missing.gradient_variance),
            transferred.target.epoch.batch_size
        ));
    }
    parts.push(match transferred.remedy {
        Some(remedy) => advice(transferred, remedy),
        None => "no lower learning rate or larger batch of the target helps".into(),
    });
    parts.join("; ")
}

fn advice(transferred: &Transferred, remedy: Remedy) -> String {
    let target = &transferred.target;
    let mut parts = Vec::new();
    if remedy.learning_rate != target.optimizer.learning_rate {
        parts.push(format!("learning_rate at most {}", remedy.learning_rate));
    }
    if remedy.batch_size != target.epoch.batch_size {
        parts.push(match remedy.batch_size == target.epoch.examples {
            true => "batch_size=all".into(),
            false => format!("batch_size at least {}", remedy.batch_size),
        });
    }
    format!("it goes with {}", parts.join(" and "))
}
