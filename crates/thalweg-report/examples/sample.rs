//! Writes the report of made-up results into a folder, to look at: `sample DIR`.

use std::path::PathBuf;

#[path = "../tests/sample/mod.rs"]
mod sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("a folder is wanted")?
        .into();
    let results = sample::results(sample::EXPERIMENT);
    let report = thalweg_report::render_with(&results, thalweg_report::TrialPages::Each)?;
    std::fs::create_dir_all(folder.join("figures"))?;
    std::fs::write(folder.join("report.html"), report.html)?;
    for (name, svg) in report.figures {
        std::fs::write(folder.join("figures").join(name), svg)?;
    }
    for (index, one) in results.trials.iter().enumerate() {
        let page = folder.join("trials").join(&one.trial.id);
        std::fs::create_dir_all(&page)?;
        let html = thalweg_report::render_trial(&results, index, &[])?;
        std::fs::write(page.join("report.html"), html)?;
    }
    Ok(())
}
