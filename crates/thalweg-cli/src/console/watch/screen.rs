//! A run on a whole terminal.

use std::path::Path;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};
use thalweg_lab::watching::{TrialState, Watched};

use super::chart::{self, Shown};
use super::columns::{self, Table};
use super::{View, words};

/// The height of a terminal from which there are charts.
const CHARTS_FROM: u16 = 20;
/// The width from which there are two charts, and two tables.
const TWO_FROM: u16 = 100;

/// Draws a run.
pub fn draw(frame: &mut Frame<'_>, watched: &Watched<'_>, view: &mut View) {
    let area = frame.area();
    let header = header(watched, area.width);
    let height = (header.len() as u16).min(area.height / 3);
    let charts = match area.height {
        0..CHARTS_FROM => 0,
        rows => (rows - height) / 2,
    };
    let areas = Layout::vertical([
        Constraint::Length(height),
        Constraint::Length(charts),
        Constraint::Min(1),
        Constraint::Length(1),
    ]);
    let [top, middle, below, last] = areas.areas(area);
    frame.render_widget(Paragraph::new(header), top);
    if charts > 0 {
        draw_charts(frame, middle, watched, view);
    }
    draw_tables(frame, below, watched, view);
    frame.render_widget(keys(area.width), last);
}

/// Draws that there is nothing yet.
pub fn draw_nothing(frame: &mut Frame<'_>, folder: &Path) {
    let text = format!(
        "No run in {} yet: it appears here when one begins. q quits.",
        folder.display()
    );
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), frame.area());
}

/// Title, state, counts and pace in lines of that width.
fn header(watched: &Watched<'_>, width: u16) -> Vec<Line<'static>> {
    let standing = format!(
        "{}: {}",
        words::standing(watched),
        words::counts(watched.counts())
    );
    let forecast = words::forecast(watched);
    let failed = watched.trials.iter().find_map(|trial| match trial.state {
        TrialState::Failed(message) => Some(message.to_owned()),
        _ => None,
    });
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let red = Style::new().fg(Color::Red);
    let paragraphs = [
        (watched.title.to_owned(), bold),
        (standing, Style::new()),
        (forecast, Style::new()),
        (failed.unwrap_or_default(), red),
    ];
    let lines = paragraphs.into_iter().flat_map(|(text, style)| {
        let lines = words::wrapped(&text, width.into()).into_iter();
        lines.map(move |line| Line::styled(line, style))
    });
    lines.collect()
}

fn draw_charts(frame: &mut Frame<'_>, area: Rect, watched: &Watched<'_>, view: &View) {
    if area.width >= TWO_FROM {
        let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).areas(area);
        chart::draw(frame, left, watched, Shown::Loss);
        chart::draw(frame, right, watched, Shown::TestAccuracy);
        return;
    }
    let shown = if view.accuracy {
        Shown::TestAccuracy
    } else {
        Shown::Loss
    };
    chart::draw(frame, area, watched, shown);
}

fn draw_tables(frame: &mut Frame<'_>, area: Rect, watched: &Watched<'_>, view: &mut View) {
    let trials = |row: usize| state_style(watched.trials[row].state);
    let groups = |row: usize| Style::new().fg(chart::colour(row));
    if area.width >= TWO_FROM {
        let [left, right] =
            Layout::horizontal([Constraint::Fill(3), Constraint::Fill(2)]).areas(area);
        let scrolled = [left, right].map(|_| view.scrolled);
        let shown = draw_table(
            frame,
            left,
            "trials",
            columns::trials(watched),
            &trials,
            scrolled[0],
        );
        draw_table(
            frame,
            right,
            "settings",
            columns::settings(watched),
            &groups,
            scrolled[1],
        );
        view.scrolled = shown;
        return;
    }
    view.scrolled = match view.settings {
        true => draw_table(
            frame,
            area,
            "settings",
            columns::settings(watched),
            &groups,
            view.scrolled,
        ),
        false => draw_table(
            frame,
            area,
            "trials",
            columns::trials(watched),
            &trials,
            view.scrolled,
        ),
    };
}

/// Draws a table with its first column styled, as many of its columns as fit, from the row scrolled to;
/// returns the first row shown.
fn draw_table(
    frame: &mut Frame<'_>,
    area: Rect,
    name: &str,
    mut table: Table,
    style: &dyn Fn(usize) -> Style,
    scrolled: usize,
) -> usize {
    table.fit(usize::from(area.width.saturating_sub(2)));
    let room = usize::from(area.height.saturating_sub(3));
    let first = scrolled.min(table.rows.len().saturating_sub(room));
    let last = (first + room).min(table.rows.len());
    let title = match last - first < table.rows.len() {
        true => format!(" {name} {} to {last} of {} ", first + 1, table.rows.len()),
        false => format!(" {name} "),
    };
    let width = table.columns.first().map_or(0, columns::Column::width);
    let mut lines = table.lines().into_iter();
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let mut shown: Vec<Line<'_>> = lines
        .next()
        .map(|line| Line::styled(line, bold))
        .into_iter()
        .collect();
    let rows = table.rows.iter().zip(lines).skip(first).take(room);
    shown.extend(rows.map(|(row, line)| {
        let head: String = line.chars().take(width).collect();
        let rest: String = line.chars().skip(width).collect();
        Line::from(vec![Span::styled(head, style(*row)), Span::raw(rest)])
    }));
    let block = Block::bordered().title(title);
    frame.render_widget(Paragraph::new(shown).block(block), area);
    first
}

/// Colour besides the word, never instead of it.
fn state_style(state: TrialState<'_>) -> Style {
    match state {
        TrialState::Waiting => Style::new().fg(Color::DarkGray),
        TrialState::Running => Style::new().fg(Color::Cyan),
        TrialState::Silent(_) | TrialState::Interrupted => Style::new().fg(Color::Yellow),
        TrialState::Failed(_) => Style::new().fg(Color::Red),
        TrialState::Ended(thalweg_lab::record::Termination::Diverged) => {
            Style::new().fg(Color::Magenta)
        }
        TrialState::Ended(_) => Style::new().fg(Color::Green),
    }
}

fn keys(width: u16) -> Line<'static> {
    let keys = match width {
        TWO_FROM.. => "q quit   ↑ ↓ scroll",
        60.. => "q quit   Tab trials or settings   c loss or accuracy   ↑ ↓ scroll",
        _ => "q quit  Tab table  c chart  ↑ ↓",
    };
    Line::styled(keys, Style::new().fg(Color::DarkGray))
}
