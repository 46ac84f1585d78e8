//! Speed against a computed floor and against the peers, as ratios within one run.
//!
//! `cargo run --release -p thalweg-benches --bin compare -- [--threads N] [--python PROGRAM] [--json FILE]`
//!
//! Times the work of one training step of an MLP 784-5×400-10 in single precision here and, where
//! `PROGRAM` (default `python3`) can import them, in PyTorch and JAX (`peers.py`). They take turns of a
//! few repetitions, so that a machine whose speed drifts wrongs nobody. The floor of a work is its
//! matrix-product operations at the best rate that the `gemm` crate reaches in the same rounds.

mod floor;
mod peers;
mod rounds;
mod scaling;
mod small;
mod table;
mod work;

use serde::Serialize;

type Error = Box<dyn std::error::Error>;

/// Everything one run measured.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    threads: usize,
    /// The best rate of matrix products, by batch size.
    matrix_product_gigaflops: Vec<(usize, f64)>,
    works: Vec<Row>,
    peers: Vec<peers::Peer>,
    scaling: Vec<scaling::Scaling>,
    gradient_variance_every_16_steps: Vec<scaling::Overhead>,
    small_problems: Vec<small::Small>,
}

#[derive(Debug, Serialize)]
struct Machine {
    processor: String,
    operating_system: &'static str,
    thalweg: &'static str,
}

/// One work at one batch size.
#[derive(Debug, Serialize)]
struct Row {
    work: &'static str,
    batch_size: usize,
    /// The median of all.
    milliseconds: f64,
    fastest_milliseconds: f64,
    floor_milliseconds: f64,
    /// The time over that of the gradient.
    gradients: f64,
}

struct Options {
    threads: usize,
    python: String,
    json: Option<String>,
}

fn options() -> Result<Options, Error> {
    let mut options = Options {
        threads: std::thread::available_parallelism()?.get(),
        python: "python3".into(),
        json: None,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given
            .next()
            .ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--threads" => options.threads = value.parse()?,
            "--python" => options.python = value,
            "--json" => options.json = Some(value),
            _ => return Err(format!("unknown option {name}: --threads, --python, --json").into()),
        }
    }
    Ok(options)
}

fn main() -> Result<(), Error> {
    let options = options()?;
    let mut peers = peers::start(&options.python, options.threads);
    let times = rounds::measure(options.threads, &mut peers)?;
    let report = Report {
        machine: Machine {
            processor: processor(),
            operating_system: std::env::consts::OS,
            thalweg: env!("CARGO_PKG_VERSION"),
        },
        threads: options.threads,
        matrix_product_gigaflops: times.rates(),
        works: times.rows(),
        peers,
        scaling: scaling::measure()?,
        gradient_variance_every_16_steps: scaling::overhead(options.threads)?,
        small_problems: small::measure()?,
    };
    table::print(&report);
    if let Some(file) = options.json {
        std::fs::write(file, serde_json::to_string_pretty(&report)? + "\n")?;
    }
    Ok(())
}

/// The processor's name, where the system tells it.
fn processor() -> String {
    let known = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = known
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = line.and_then(|line| line.split_once(':'));
    name.map_or_else(
        || std::env::consts::ARCH.into(),
        |(_, name)| name.trim().into(),
    )
}
