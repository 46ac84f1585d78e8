//! Where the time of a step goes: each instruction of the plan behind it, timed.
//!
//! `cargo run --release -p thalweg-benches --bin profile [BATCH_SIZE] [THREADS]`

use std::collections::HashMap;
use std::time::Instant;

use thalweg_cpu::{Argument, Memory, Plan, Threads, Work};
use thalweg_graph::{Graph, Var};

type Error = Box<dyn std::error::Error>;

const WIDTHS: [usize; 7] = [784, 400, 400, 400, 400, 400, 10];
/// Repetitions of each run; the median of each instruction is shown.
const REPETITIONS: usize = 60;

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let batch_size = arguments.next().map_or(Ok(512), |text| text.parse())?;
    let threads = arguments.next().map_or(Ok(2), |text| text.parse())?;
    for exact in [false, true] {
        let name = if exact { "exact penalty" } else { "gradient" };
        println!("{name}, batch {batch_size}, {threads} threads");
        let profile = profile(batch_size, exact, &Threads::new(threads)?)?;
        let total: f64 = profile.iter().map(|line| line.seconds).sum();
        for line in profile {
            let rate = line.work.matrix_product_flops() as f64 * line.count as f64 / line.seconds;
            let rate = if rate > 0.0 {
                format!("{:.0} GFLOP/s", rate / 1e9)
            } else {
                String::new()
            };
            println!(
                "{:>8.1} us {:>5.1} % {:>3} x {:<34} {:?} {rate}",
                line.seconds * 1e6,
                100.0 * line.seconds / total,
                line.count,
                line.work.kind,
                line.work.extents
            );
        }
        println!("{:>8.1} us", total * 1e6);
    }
    Ok(())
}

struct Line {
    work: Work,
    count: usize,
    seconds: f64,
}

fn profile(batch_size: usize, exact: bool, threads: &Threads) -> Result<Vec<Line>, Error> {
    let graph = Graph::new();
    let mut parameters = Vec::new();
    for pair in WIDTHS.windows(2) {
        parameters.push(graph.input(&[pair[1], pair[0]]));
        parameters.push(graph.input(&[pair[1]]));
    }
    let inputs = graph.input(&[batch_size, WIDTHS[0]]);
    let labels = graph.labels(batch_size);
    let mut value = inputs;
    for (layer, pair) in parameters.chunks(2).enumerate() {
        let product = value.matrix_product(pair[0].transposed());
        let sum = product + pair[1].broadcast(&product.shape(), &[1]);
        value = if layer + 2 == WIDTHS.len() {
            sum
        } else {
            sum.relu()
        };
    }
    let loss = (value.log_sum_exp() - value.select(labels)).mean_all();
    let mut wanted: Vec<Var<'_>> = graph.gradient(loss, &parameters);
    if exact {
        let direction: Vec<_> = parameters.iter().copied().zip(wanted.clone()).collect();
        wanted.extend(graph.jvp(&wanted.clone(), &direction));
    }
    let plan = Plan::<f32>::new(&graph.program(&wanted)?);
    let wave = |count: usize, scale: f32| -> Vec<f32> {
        (0..count)
            .map(|i| scale * (i as f32 * 0.37).sin())
            .collect()
    };
    let given: Vec<Vec<f32>> = parameters
        .iter()
        .map(|one| wave(one.element_count(), 0.07))
        .chain([wave(batch_size * WIDTHS[0], 1.0)])
        .collect();
    let labels: Vec<u32> = (0..batch_size as u32).map(|i| i % 10).collect();
    let mut arguments: Vec<Argument<'_, f32>> =
        given.iter().map(|values| Argument::Real(values)).collect();
    arguments.push(Argument::Labels(&labels));
    let mut outputs: Vec<Vec<f32>> = wanted
        .iter()
        .map(|one| vec![0.0; one.element_count()])
        .collect();
    let mut memory = Memory::new();
    let mut all: Vec<Vec<(Work, f64)>> = Vec::new();
    for _ in 0..REPETITIONS {
        let mut places: Vec<&mut [f32]> = outputs.iter_mut().map(|one| &mut one[..]).collect();
        let mut times = Vec::new();
        let mut last = Instant::now();
        plan.run_watched(&arguments, &mut places, &mut memory, threads, |work| {
            let now = Instant::now();
            times.push((work, (now - last).as_secs_f64()));
            last = now;
        })?;
        all.push(times);
    }
    let mut lines: HashMap<Work, Line> = HashMap::new();
    for index in 0..all[0].len() {
        let mut seconds: Vec<f64> = all.iter().map(|run| run[index].1).collect();
        seconds.sort_by(f64::total_cmp);
        let work = all[0][index].0;
        let line = lines.entry(work).or_insert(Line {
            work,
            count: 0,
            seconds: 0.0,
        });
        line.count += 1;
        line.seconds += seconds[REPETITIONS / 2];
    }
    let mut lines: Vec<Line> = lines.into_values().collect();
    lines.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    Ok(lines)
}
