//! `thalweg data`: what datasets there are, and bringing one from the network.

use clap::{Args, Subcommand};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thalweg_data::{
    DataError, DatasetInfo, FetchOptions, Fetched, Progress, Storage, catalogue, default_cache_dir,
    fetch,
};
use thiserror::Error;

/// The environment variable that says where caches are kept unless `--cache` does.
const CACHE_VARIABLE: &str = "THALWEG_CACHE";
/// What stands between two columns of a table.
const GAP: &str = "  ";

/// Arguments of `thalweg data`.
#[derive(Args, Clone, Debug)]
pub struct DataArguments {
    #[command(subcommand)]
    action: DataAction,
}

#[derive(Subcommand, Clone, Debug)]
enum DataAction {
    /// List the datasets: how large, where from, under which licence, and whether they are here
    List {
        #[command(flatten)]
        cache: CacheArguments,
    },
    /// Bring a dataset from the network to the cache, continuing what an earlier call began
    Fetch {
        /// Name of the dataset, as `thalweg data list` shows it
        name: String,
        /// Address of a folder with the files, instead of the known ones; may be given several times
        #[arg(long = "mirror", value_name = "URL")]
        mirrors: Vec<String>,
        /// Do not use the network; fail if a file is missing
        #[arg(long)]
        offline: bool,
        #[command(flatten)]
        cache: CacheArguments,
    },
}

/// Where fetched datasets are kept.
#[derive(Args, Clone, Debug)]
pub struct CacheArguments {
    /// Directory for fetched datasets [default: $THALWEG_CACHE, or where the platform keeps caches]
    #[arg(long = "cache", value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl CacheArguments {
    /// Whether a directory is argued.
    pub fn is_given(&self) -> bool {
        self.directory.is_some()
    }

    /// The directory: as argued, or else of the environment, or else of the platform.
    pub fn directory(&self) -> Result<PathBuf, DataError> {
        let named = std::env::var_os(CACHE_VARIABLE).filter(|value| !value.is_empty());
        match self.directory.clone().or_else(|| named.map(PathBuf::from)) {
            Some(directory) => Ok(directory),
            None => default_cache_dir(),
        }
    }
}

/// Why `thalweg data` failed.
#[derive(Debug, Error)]
pub enum DataCommandError {
    /// The dataset cannot be had.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The terminal or file that output goes to cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

/// Runs `thalweg data`; results go to `output`, progress to the terminal on standard error.
pub fn run(arguments: &DataArguments, output: &mut dyn Write) -> Result<(), DataCommandError> {
    match &arguments.action {
        DataAction::List { cache } => list(&cache.directory()?, output),
        DataAction::Fetch {
            name,
            mirrors,
            offline,
            cache,
        } => {
            let options = FetchOptions {
                cache_dir: cache.directory()?,
                mirrors: mirrors.clone(),
                offline: *offline,
            };
            bring(name, &options, output)
        }
    }
}

fn list(cache_dir: &Path, output: &mut dyn Write) -> Result<(), DataCommandError> {
    let titles = ["NAME", "TRAIN", "TEST", "SIZE", "STATE", "LICENCE", "FROM"].map(String::from);
    let mut rows = vec![titles];
    rows.extend(catalogue().iter().map(|info| row(info, cache_dir)));
    write_table(&rows, output)?;
    writeln!(
        output,
        "\nFetched datasets are kept in {}. `thalweg data fetch NAME` brings one.",
        cache_dir.display()
    )?;
    Ok(())
}

fn row(info: &DatasetInfo, cache_dir: &Path) -> [String; 7] {
    let state = match &info.storage {
        Storage::Embedded => "embedded",
        _ if info.is_present(cache_dir) => "fetched",
        _ => "not fetched",
    };
    [
        info.name.into(),
        HumanCount(info.train_examples as u64).to_string(),
        HumanCount(info.test_examples as u64).to_string(),
        HumanBytes(info.bytes).to_string(),
        state.into(),
        info.licence.into(),
        info.homepage.into(),
    ]
}

/// Writes rows whose columns are as wide as their widest cell.
fn write_table<const COLUMNS: usize>(
    rows: &[[String; COLUMNS]],
    output: &mut dyn Write,
) -> io::Result<()> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| width(column).unwrap_or(0));
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(output, "{}", cells.join(GAP).trim_end())?;
    }
    Ok(())
}

fn bring(
    name: &str,
    options: &FetchOptions,
    output: &mut dyn Write,
) -> Result<(), DataCommandError> {
    // The bar and the lines above it hide themselves when standard error is not a terminal.
    let bar = ProgressBar::no_length().with_style(style());
    let outcome = fetch(name, options, &mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    match outcome? {
        Fetched::Embedded => writeln!(output, "{name} is part of the program: nothing to fetch"),
        Fetched::Present(folder) => writeln!(output, "{name} is already in {}", folder.display()),
        Fetched::Brought(folder) => writeln!(output, "{name} is now in {}", folder.display()),
    }?;
    Ok(())
}

fn show(bar: &ProgressBar, progress: Progress<'_>) {
    match progress {
        Progress::Receiving {
            file,
            received,
            total,
        } => {
            if bar.message() != file {
                bar.set_message(file);
                bar.reset();
            }
            match total {
                Some(total) => bar.set_length(total),
                None => bar.unset_length(),
            }
            bar.set_position(received);
        }
        Progress::Waiting => bar.println("waiting for another process that fetches this dataset"),
        Progress::MirrorFailed(attempt) => {
            bar.println(format!("{}: {}", attempt.url, attempt.error));
        }
        _ => {}
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
        .expect("the template is well formed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        arguments: DataArguments,
    }

    fn output(arguments: &[&str], cache: &Path) -> Result<String, DataCommandError> {
        let cache = ["--cache", cache.to_str().unwrap()];
        let words = [&["data"], arguments, &cache].concat();
        let mut output = Vec::new();
        run(&Command::parse_from(words).arguments, &mut output)?;
        Ok(String::from_utf8(output).unwrap())
    }

    #[test]
    fn the_list_aligns_its_columns_and_tells_what_is_here() {
        let cache = tempfile::tempdir().unwrap();
        let text = output(&["list"], cache.path()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let state = lines[0].find("STATE").unwrap();
        assert!(lines[1].starts_with("mnist-small  ") && lines[1][state..].starts_with("embedded"));
        assert!(lines[2].starts_with("mnist  ") && lines[2][state..].starts_with("not fetched"));
        assert!(lines[3].starts_with("fashion-mnist  "));
    }

    #[test]
    fn fetching_what_is_embedded_has_nothing_to_do() {
        let cache = tempfile::tempdir().unwrap();
        let text = output(&["fetch", "mnist-small"], cache.path()).unwrap();
        assert_eq!(
            text,
            "mnist-small is part of the program: nothing to fetch\n"
        );
    }

    #[test]
    fn fetching_offline_what_is_missing_is_an_error() {
        let cache = tempfile::tempdir().unwrap();
        let error = output(&["fetch", "mnist", "--offline"], cache.path()).unwrap_err();
        assert!(matches!(
            error,
            DataCommandError::Data(DataError::Offline { .. })
        ));
    }

    #[test]
    fn fetching_an_unknown_dataset_is_an_error() {
        let error = output(&["fetch", "mnits"], Path::new("/nowhere")).unwrap_err();
        assert!(matches!(
            error,
            DataCommandError::Data(DataError::UnknownDataset { .. })
        ));
    }
}
