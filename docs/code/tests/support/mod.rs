//! The documents of the repository, and what stands in them.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this crate lies in docs/code")
        .to_path_buf()
}

/// Every Markdown file below a folder, sorted, built and hidden ones left out.
pub fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(&path).unwrap().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_ours = !name.starts_with('.') && !["target", "runs"].contains(&name.as_str());
            match entry.path() {
                path if path.is_dir() && is_ours => pending.push(path),
                path if name.ends_with(".md") => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}
