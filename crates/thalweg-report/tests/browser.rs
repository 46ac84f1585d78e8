//! Pages in a browser: light and dark, wide and narrow, with scripts and without.
//!
//! A headless Chromium opens a page of frames that looks at the reports (`browser/harness.js`) and
//! writes down what is wrong. No driver and no library are needed for that; where there is no
//! Chromium the tests say so and pass.
#![allow(clippy::unwrap_used, clippy::print_stderr)] // helpers of tests are tests

mod evidence_sample;
mod sample;
mod spiral;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use thalweg_report::{
    Named, TrialPages, render_comparison, render_evidence, render_study, render_trial, render_with,
};

/// What a Chromium is called.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A theme that a reader's system asks for.
#[derive(Clone, Copy, PartialEq)]
enum Theme {
    Light,
    Dark,
}

/// What a browser found.
struct Found {
    /// Faults, and lines about what was looked at.
    lines: Vec<String>,
    /// What pages wrote to the console.
    console: Vec<String>,
}

#[test]
fn pages_are_whole_in_a_browser_in_both_themes() {
    let Some(browser) = browser() else { return };
    let folder = folder("whole");
    let pages = write_pages(&folder);
    for theme in [Theme::Light, Theme::Dark] {
        let found = look(&browser, &folder, &pages, theme);
        let looked: Vec<_> = found
            .lines
            .iter()
            .filter(|line| line.starts_with("looked at: "))
            .collect();
        assert_eq!(
            looked.len(),
            4 * pages.len(),
            "{:?} {:?}",
            found.lines,
            found.console
        );
        let faults: Vec<_> = found
            .lines
            .iter()
            .filter(|line| !line.starts_with("looked at: "))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
        assert!(found.console.is_empty(), "{:#?}", found.console);
    }
}

#[test]
fn a_damaged_page_is_found_out() {
    let Some(browser) = browser() else { return };
    let folder = folder("damaged");
    let results = sample::results(sample::EXPERIMENT);
    let html = render_with(&results, TrialPages::None).unwrap().html;
    let damage = "<style>#figures figure:first-child svg { display: none } .tally, .interval { color: #999 }\
                  figcaption { width: 2000px } .ring { display: none } .plot svg > rect { fill: red !important }\
                  .skip { display: none } .tip { display: none }</style><script>nothing.at.all()</script></body>";
    fs::write(folder.join("damaged.html"), html.replace("</body>", damage)).unwrap();
    let found = look(
        &browser,
        &folder,
        &["damaged.html".to_owned()],
        Theme::Light,
    );
    let lines = found.lines.join("\n");
    for fault in [
        "overflow: ",
        "outside: <FIGCAPTION",
        "hidden: figure-",
        "theme: a figure on rgb(255, 0, 0)",
        "illegible: <SPAN interval>",
        "hover: figure-",
        "the skip link does not appear",
    ] {
        assert!(lines.contains(fault), "{fault} was not found:\n{lines}");
    }
    assert!(
        found
            .console
            .iter()
            .any(|line| line.contains("nothing is not defined")),
        "{:?}",
        found.console
    );
}

/// The first Chromium on the path.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let files = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = files.into_iter().find(|file| file.is_file());
    if found.is_none() {
        eprintln!(
            "SKIPPED: no browser on the path (looked for {}), so no page was looked at; install \
             Chromium to have this tested",
            NAMES.join(", ")
        );
    }
    found
}

/// An empty folder of that name; below the target folder, where every kind of Chromium may read.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// One page of each kind; returns their names.
fn write_pages(folder: &Path) -> Vec<String> {
    let results = sample::results(sample::EXPERIMENT);
    let other = sample::EXPERIMENT.replace("batch_size = 32", "batch_size = 64");
    let other = sample::results(&other);
    let named = |name, results| Named { name, results };
    let compared = render_comparison(named("runs/sample", &results), named("runs/other", &other));
    let pages = [
        (
            "report.html",
            render_with(&results, TrialPages::Each).unwrap().html,
        ),
        ("trial.html", render_trial(&results, 0, &[]).unwrap()),
        ("comparison.html", compared.unwrap().html),
        ("study.html", render_study(&spiral::study()).unwrap().html),
        (
            "evidence.html",
            render_evidence(&evidence_sample::evidence(), &["another"]).unwrap(),
        ),
    ];
    for (name, html) in &pages {
        fs::write(folder.join(name), html).unwrap();
    }
    pages.map(|(name, _)| name.to_owned()).to_vec()
}

/// Has the browser look at pages of a folder.
fn look(browser: &Path, folder: &Path, pages: &[String], theme: Theme) -> Found {
    let (name, preferred) = match theme {
        Theme::Light => ("light", 1),
        Theme::Dark => ("dark", 0),
    };
    let harness = format!(
        "<!doctype html><meta charset=\"utf-8\"><pre id=\"found\"></pre><script>{}</script><script>\
         examine({}, {}).then((lines) => {{\
         document.getElementById(\"found\").textContent = lines.join(\"\\n\") + \"\\nfinished\";\
         document.title = \"finished\"; }});</script>",
        include_str!("browser/harness.js"),
        serde_json::to_string(pages).unwrap(),
        theme == Theme::Dark,
    );
    let page = folder.join(format!("harness-{name}.html"));
    fs::write(&page, harness).unwrap();
    let (dom, log) = (
        folder.join(format!("{name}.dom")),
        folder.join(format!("{name}.log")),
    );
    let mut child = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args([
            "--allow-file-access-from-files",
            "--enable-logging=stderr",
            "--dump-dom",
        ])
        .arg("--virtual-time-budget=60000")
        .arg(format!("--blink-settings=preferredColorScheme={preferred}"))
        .arg(format!(
            "--user-data-dir={}",
            folder.join(format!("profile-{name}")).display()
        ))
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .stdout(File::create(&dom).unwrap())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    let (dom, log) = (text(&dom), text(&log));
    let found = dom
        .split_once("<pre id=\"found\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let lines = found.map_or("", |(lines, _)| lines);
    assert!(
        lines.ends_with("\nfinished"),
        "the browser did not finish:\n{lines}\n{log}"
    );
    let plain = lines
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    // Frames without scripts are wanted, and the browser says that they are.
    let is_told =
        |line: &&str| line.contains("CONSOLE") && !line.contains("Blocked script execution");
    Found {
        lines: plain
            .lines()
            .filter(|line| *line != "finished")
            .map(String::from)
            .collect(),
        console: log.lines().filter(is_told).map(String::from).collect(),
    }
}
