//! Verdicts as a table of plain text.

use super::Verdict;
use super::explanation::number;

/// The headings of the columns.
const HEADINGS: [&str; 5] = ["claim", "statement", "effect", "95 % interval", "ruling"];

/// What separates columns.
const GAP: &str = "  ";

/// The least width of the column of statements, however narrow the table is to be.
const NARROWEST: usize = 20;

/// The verdicts in aligned columns at most `width` characters wide (where statements can be
/// wrapped that far), and below them what each rests on.
#[must_use]
pub fn table(verdicts: &[Verdict], width: usize) -> String {
    let rows: Vec<[String; 5]> = verdicts.iter().map(cells).collect();
    let mut widths = HEADINGS.map(length);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(length(cell));
        }
    }
    let others: usize = widths.iter().sum::<usize>() - widths[1] + GAP.len() * 4;
    widths[1] = widths[1].min(width.saturating_sub(others).max(NARROWEST));
    let mut lines = row_lines(&HEADINGS.map(str::to_owned), &widths);
    lines.push("─".repeat(widths.iter().sum::<usize>() + GAP.len() * 4));
    lines.extend(rows.iter().flat_map(|row| row_lines(row, &widths)));
    for verdict in verdicts {
        let text = format!("{}: {}", verdict.name, verdict.explanation);
        lines.push(String::new());
        lines.extend(wrapped(&text, width.max(NARROWEST)));
    }
    lines.join("\n")
}

fn cells(verdict: &Verdict) -> [String; 5] {
    let (estimate, interval) = match &verdict.effect {
        Some(effect) => (
            number(effect.estimate),
            format!("{} to {}", number(effect.low), number(effect.high)),
        ),
        None => ("–".into(), "–".into()),
    };
    [
        verdict.name.clone(),
        verdict.statement.clone(),
        estimate,
        interval,
        verdict.ruling.name().into(),
    ]
}

/// The lines of a row: the statement wrapped, everything else on the first.
fn row_lines(row: &[String; 5], widths: &[usize; 5]) -> Vec<String> {
    let statement = wrapped(&row[1], widths[1]);
    let line = |(index, part): (usize, &String)| {
        let cells = row.iter().enumerate().map(|(column, cell)| match column {
            1 => padded(part, widths[1]),
            _ if index == 0 => padded(cell, widths[column]),
            _ => padded("", widths[column]),
        });
        let line = cells.collect::<Vec<_>>().join(GAP);
        line.trim_end().to_owned()
    };
    statement.iter().enumerate().map(line).collect()
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(length(text));
    format!("{text}{}", " ".repeat(missing))
}

/// The words in lines of at most `width` characters; longer words stand alone.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if length(line) + 1 + length(word) <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn length(text: &str) -> usize {
    text.chars().count()
}
