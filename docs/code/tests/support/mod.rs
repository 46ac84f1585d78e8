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

/// A fenced block: the line after which it begins, what stands behind the fence, and its text.
pub struct Block {
    /// The number of its fence's line.
    pub line: usize,
    /// What stands behind the fence, such as `rust,ignore`.
    pub language: String,
    /// Its lines.
    pub text: String,
}

/// The fenced blocks of a document.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (number, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix("```"), is_open) {
            (Some(language), false) => {
                let (language, text) = (language.trim().to_owned(), String::new());
                blocks.push(Block {
                    line: number,
                    language,
                    text,
                });
                is_open = true;
            }
            (Some(_), true) => is_open = false,
            (None, true) => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => {}
        }
    }
    blocks
}
