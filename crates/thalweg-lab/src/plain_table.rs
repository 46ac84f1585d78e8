//! Tables of plain text: five columns, of which the second is wrapped, and notes below.

/// What separates columns.
const GAP: &str = "  ";

/// The least width of the wrapped column, however narrow the table is to be.
const NARROWEST: usize = 20;

/// The column that is wrapped.
const WRAPPED: usize = 1;

/// A row of cells.
pub(crate) type Row = [String; 5];

/// The rows in aligned columns at most `width` characters wide (where the second column can be
/// wrapped that far), and below them the notes, each a paragraph.
pub(crate) fn table(headings: &[&str; 5], rows: &[Row], notes: &[String], width: usize) -> String {
    let mut widths = headings.map(length);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(length(cell));
        }
    }
    let gaps = GAP.len() * (headings.len() - 1);
    let others: usize = widths.iter().sum::<usize>() - widths[WRAPPED] + gaps;
    widths[WRAPPED] = widths[WRAPPED].min(width.saturating_sub(others).max(NARROWEST));
    let mut lines = row_lines(&headings.map(str::to_owned), &widths);
    lines.push("─".repeat(widths.iter().sum::<usize>() + gaps));
    lines.extend(rows.iter().flat_map(|row| row_lines(row, &widths)));
    for note in notes {
        lines.push(String::new());
        lines.extend(wrapped(note, width.max(NARROWEST)));
    }
    lines.join("\n")
}

/// The lines of a row: the second cell wrapped, everything else on the first.
fn row_lines(row: &Row, widths: &[usize; 5]) -> Vec<String> {
    let line = |(index, part): (usize, &String)| {
        let cells = row.iter().enumerate().map(|(column, cell)| match column {
            WRAPPED => padded(part, widths[WRAPPED]),
            _ if index == 0 => padded(cell, widths[column]),
            _ => padded("", widths[column]),
        });
        let line = cells.collect::<Vec<_>>().join(GAP);
        line.trim_end().to_owned()
    };
    let parts = wrapped(&row[WRAPPED], widths[WRAPPED]);
    parts.iter().enumerate().map(line).collect()
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(length(text));
    format!("{text}{}", " ".repeat(missing))
}

/// The words in lines of at most `width` characters; longer words stand alone.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
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
