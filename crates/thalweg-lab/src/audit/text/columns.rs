//! Cells in columns.

/// What separates columns.
const GAP: usize = 2;

/// A cell of a table.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    is_right: bool,
}

impl Cell {
    /// Text, to the left.
    pub(super) fn left(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_right: false,
        }
    }

    /// A number, to the right.
    pub(super) fn right(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_right: true,
        }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// The rows in aligned columns; headings stand as the cells below them do.
pub(super) fn columns(rows: &[Vec<Cell>]) -> String {
    let column = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let width = |index: usize| column(index).map(Cell::width).max().unwrap_or(0);
    let is_right = |index: usize| column(index).any(|cell| cell.is_right);
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (index, cell) in row.iter().enumerate() {
            let missing = " ".repeat(width(index) - cell.width());
            match is_right(index) {
                true => line.push_str(&(missing + &cell.text)),
                false => line.push_str(&(cell.text.clone() + &missing)),
            }
            line.push_str(&" ".repeat(GAP));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_their_headings_with_them() {
        let rows = [
            vec![Cell::left("a"), Cell::left("value"), Cell::left("")],
            vec![Cell::left("long"), Cell::right("1"), Cell::left("what")],
            vec![Cell::left("b"), Cell::right("12"), Cell::left("")],
        ];
        assert_eq!(
            columns(&rows),
            "a     value\nlong      1  what\nb        12\n"
        );
    }
}
