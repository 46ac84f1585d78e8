//! What is shown.

use crate::peers::fastest;
use crate::{Report, Row};

#[allow(clippy::print_stdout)]
pub fn print(report: &Report) {
    println!("{}, {} threads", report.machine.processor, report.threads);
    println!("MLP 784-5x400-10, f32, medians in milliseconds\n");
    println!(
        "{:<20} {:>5} {:>8} {:>8} {:>8} {:>10}   {:<17} {:>7} {:>8}",
        "work", "batch", "time", "floor", "ratio", "gradients", "fastest peer", "faster", "at best"
    );
    for row in &report.works {
        println!("{}", line(row, report));
    }
    println!("the floor is the matrix products of a work at the best rate of:");
    for (batch_size, rate) in &report.matrix_product_gigaflops {
        println!("matrix products at batch {batch_size}: {rate:.0} GFLOP/s");
    }
    println!("\none thread against two");
    for one in &report.scaling {
        let equal = if one.is_bitwise_equal {
            "bitwise equal"
        } else {
            "DIFFERENT RESULTS"
        };
        let (work, batch_size, ratio) = (one.work, one.batch_size, one.ratio);
        println!("{work:<20} {batch_size:>5} {ratio:>8.2}   {equal}");
    }
    println!("\nmeasuring the gradient variance every 16 steps");
    for one in &report.gradient_variance_every_16_steps {
        println!(
            "batch {:>5} {:>8.2} % of training time",
            one.batch_size,
            100.0 * one.share
        );
    }
    println!("\nsmall problems, a gradient in nanoseconds (f64)");
    for one in &report.small_problems {
        let (problem, parameters) = (one.problem, one.parameters);
        let (ours, hand) = (one.nanoseconds, one.by_hand_nanoseconds);
        println!("{problem:<20} {parameters:>5} {ours:>8.0}   by hand {hand:.0}");
    }
}

fn line(row: &Row, report: &Report) -> String {
    let (name, factors) = match fastest(&report.peers, row.work, row.batch_size) {
        Some((framework, [median, least])) => {
            let factors = [median / row.milliseconds, least / row.fastest_milliseconds];
            (
                format!("{framework} {median:.2}"),
                factors.map(|x| format!("{x:.2}")),
            )
        }
        None => ("-".into(), ["-".into(), "-".into()]),
    };
    format!(
        "{:<20} {:>5} {:>8.3} {:>8.3} {:>8.2} {:>10.2}   {name:<17} {:>7} {:>8}",
        row.work,
        row.batch_size,
        row.milliseconds,
        row.floor_milliseconds,
        row.milliseconds / row.floor_milliseconds,
        row.gradients,
        factors[0],
        factors[1]
    )
}
