//! Ctrl-C: the first asks the run to stop between two steps, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::console;

/// Exit code of an interrupted process.
const INTERRUPTED: i32 = 130;

/// The flag that Ctrl-C (or a request to terminate) sets: one for the whole process, which may run several
/// experiments.
pub fn flag() -> Arc<AtomicBool> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    FLAG.get_or_init(installed).clone()
}

fn installed() -> Arc<AtomicBool> {
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
