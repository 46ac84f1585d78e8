//! Whether links within the repository lead somewhere.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod support;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use support::{documents, root};

#[test]
fn every_link_to_a_file_or_a_heading_leads_there() {
    let mut broken = Vec::new();
    let mut followed = 0;
    for path in documents(&root()) {
        let text = fs::read_to_string(&path).unwrap();
        for target in targets(&without_code(&text)) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            followed += 1;
            if let Err(reason) = follow(&path, &target) {
                broken.push(format!("{}: {target}: {reason}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
    assert!(followed > 40, "only {followed} links were found");
}

#[test]
fn a_chapter_links_to_nothing_outside_the_book() {
    let book = root().join("docs/src");
    for path in documents(&book) {
        let text = fs::read_to_string(&path).unwrap();
        for target in targets(&without_code(&text)) {
            let is_outside = target.starts_with("..") || target.starts_with('/');
            assert!(
                !is_outside,
                "{}: {target} is not in the built book",
                path.display()
            );
        }
    }
}

#[test]
fn a_broken_link_is_found() {
    let readme = root().join("README.md");
    assert!(follow(&readme, "docs/src/glossary.md").is_ok());
    assert!(follow(&readme, "docs/src/glossaries.md").is_err());
    assert!(follow(&readme, "docs/src/pitfalls.md#momentum").is_ok());
    assert!(follow(&readme, "docs/src/pitfalls.md#momenta").is_err());
    assert_eq!(
        targets("[a](b.md) and ![c](d.svg \"e\")\n[f]: g.md"),
        ["b.md", "d.svg", "g.md"]
    );
    assert_eq!(
        targets(&without_code("`[a](b)`\n```\n[c](d)\n```\n[e](f)")),
        ["f"]
    );
    assert_eq!(
        slug("`thalweg run`: carry out, an experiment"),
        "thalweg-run-carry-out-an-experiment"
    );
}

/// Whether a target of a link in a document is there.
fn follow(document: &Path, target: &str) -> Result<(), String> {
    let (file, heading) = match target.split_once('#') {
        Some((file, heading)) => (file, Some(heading)),
        None => (target, None),
    };
    let path = match file {
        "" => document.to_path_buf(),
        file => document.parent().unwrap().join(file),
    };
    if !path.exists() {
        return Err("there is no such file".into());
    }
    let Some(heading) = heading else {
        return Ok(());
    };
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    match anchors(&text).iter().any(|anchor| anchor == heading) {
        true => Ok(()),
        false => Err("there is no such heading".into()),
    }
}

/// The text without fenced blocks and inline code, in which brackets are no links.
fn without_code(text: &str) -> String {
    let mut is_open = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_open = !is_open;
        } else if !is_open {
            let outside = line.split('`').step_by(2);
            kept.push_str(&outside.collect::<Vec<_>>().join(" "));
            kept.push('\n');
        }
    }
    kept
}

/// The targets of inline links, images and link definitions.
fn targets(text: &str) -> Vec<String> {
    let inline = text
        .match_indices("](")
        .map(|(start, _)| &text[start + 2..]);
    let inline = inline.filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let definitions = text.lines().filter(|line| line.starts_with('['));
    let definitions =
        definitions.filter_map(|line| line.split_once("]: ").map(|(_, target)| target));
    let first_word = |target: &str| target.split_whitespace().next().map(str::to_owned);
    inline.chain(definitions).filter_map(first_word).collect()
}

/// The anchors of a document's headings, numbered where they repeat.
fn anchors(text: &str) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut is_open = false;
    let mut anchors = Vec::new();
    for line in text.lines() {
        is_open ^= line.starts_with("```");
        let heading = line.trim_start_matches('#');
        if is_open || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let slug = slug(heading);
        let count = seen.entry(slug.clone()).or_default();
        anchors.push(match *count {
            0 => slug,
            count => format!("{slug}-{count}"),
        });
        *count += 1;
    }
    anchors
}

/// A heading as renderers name it in addresses: lower case, letters, digits and hyphens.
fn slug(heading: &str) -> String {
    let text = heading.trim().to_lowercase();
    let kept = text.chars().filter_map(|c| match c {
        ' ' | '-' => Some('-'),
        c if c.is_alphanumeric() || c == '_' => Some(c),
        _ => None,
    });
    kept.collect()
}
