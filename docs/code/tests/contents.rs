//! What the book shows that is not Rust to be run: experiment files, and excerpts from the source.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod support;

use std::fs;

use support::{documents, root};
use thalweg::Named;
use thalweg::probe::Quantity;
use thalweg_lab::plan::Plan;
use thalweg_lab::spec::Experiment;

#[test]
fn every_experiment_file_is_one() {
    let mut read = 0;
    for path in documents(&root()) {
        let text = fs::read_to_string(&path).unwrap();
        for block in blocks(&text)
            .iter()
            .filter(|block| block.language == "toml")
        {
            if !block.text.contains("[data]") {
                continue; // a part of one
            }
            let origin = format!("{}:{}", path.display(), block.line);
            let experiment = Experiment::parse(&origin, &block.text, &[]);
            let experiment = experiment.unwrap_or_else(|error| panic!("{origin}: {error}"));
            assert!(!Plan::new(&experiment).trials.is_empty(), "{origin}");
            read += 1;
        }
    }
    assert!(read >= 4, "only {read} were found");
}

#[test]
fn every_excerpt_stands_in_the_file_that_is_named_before_it() {
    let mut found = 0;
    for path in documents(&root().join("docs/src")) {
        let text = fs::read_to_string(&path).unwrap();
        for block in blocks(&text)
            .iter()
            .filter(|block| block.language == "rust,ignore")
        {
            let place = format!("{}:{}", path.display(), block.line);
            let before: Vec<&str> = text.lines().take(block.line - 1).collect();
            let before = before.join("\n");
            let mut named = before
                .split('`')
                .filter(|word| word.ends_with(".rs") && word.contains('/'));
            let source = named
                .next_back()
                .unwrap_or_else(|| panic!("{place} names no file"));
            let source = fs::read_to_string(root().join(source)).unwrap_or_else(|error| {
                panic!("{place}: {source}: {error}");
            });
            assert!(
                source.contains(&block.text),
                "{place}: not in the file:\n{}",
                block.text
            );
            found += 1;
        }
    }
    assert!(found >= 4, "only {found} were found");
}

#[test]
fn every_chapter_is_in_the_summary_and_its_rust_is_compiled() {
    let book = root().join("docs/src");
    let summary = fs::read_to_string(book.join("SUMMARY.md")).unwrap();
    let compiled = include_str!("../src/lib.rs");
    for path in documents(&book) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "SUMMARY.md" {
            continue;
        }
        assert!(
            summary.contains(&format!("({name})")),
            "{name} is in no summary"
        );
        let text = fs::read_to_string(&path).unwrap();
        let has_rust = blocks(&text).iter().any(|block| block.language == "rust");
        let is_compiled = compiled.contains(&format!("src/{name}\")"));
        assert_eq!(has_rust, is_compiled, "{name}");
    }
}

#[test]
fn every_quantity_has_a_row_in_the_chapter_of_what_can_be_measured() {
    let chapter = include_str!("../../src/probes.md");
    let rows: Vec<&str> = chapter
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for (name, _) in Quantity::NAMES {
        let word = format!("`{name}`");
        assert!(
            rows.iter().any(|row| row.contains(&word)),
            "{name} has no row"
        );
    }
}

#[test]
fn nothing_is_loaded_from_a_network() {
    let settings = fs::read_to_string(root().join("docs/book.toml")).unwrap();
    assert!(!settings.contains("mathjax"), "formulas are plain text");
    for path in documents(&root().join("docs/src")) {
        let text = fs::read_to_string(&path).unwrap();
        let images = text.match_indices("![").filter_map(|(start, _)| {
            let rest = &text[start..];
            rest.split_once("](").map(|(_, target)| target)
        });
        for target in images {
            assert!(
                !target.starts_with("http"),
                "{}: {target:.60}",
                path.display()
            );
        }
    }
}

/// A fenced block: the line after which it begins, what stands behind the fence, and its text.
struct Block {
    /// The number of its fence's line.
    line: usize,
    /// What stands behind the fence, such as `rust,ignore`.
    language: String,
    /// Its lines.
    text: String,
}

/// The fenced blocks of a document.
fn blocks(text: &str) -> Vec<Block> {
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
