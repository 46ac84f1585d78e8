//! Ctrl-C: the first asks the run to stop between two steps, the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::console;

/// Exit code of an interrupted process.
const INTERRUPTED: i32 = 130;

/// A flag that Ctrl-C (or a request to terminate) sets.
pub fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let shared = flag.clone();
    let installed = ctrlc::set_handler(move || {
        if shared.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
        console::note("stopping cleanly; press Ctrl-C again to stop at once");
    });
    if let Err(error) = installed {
        console::note(&format!(
            "Ctrl-C will end the run without a snapshot: {error}"
        ));
    }
    flag
}
