//! The command `thalweg`: arguments in, library calls, messages out.

#[cfg(test)]
mod book;
mod command;
mod console;
mod failure;
mod interrupt;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::failure::Failure;

/// Measures, predicts and controls the implicit regularisation of gradient descent
#[derive(Debug, Parser)]
#[command(name = "thalweg", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run an experiment file: every trial of its sweeps, then its claims and a report
    Run(command::run::RunArguments),
    /// Check a published result, or list those that can be checked
    Reproduce(command::reproduce::ReproduceArguments),
    /// Measure whether a method follows the field that the theory gives it
    Verify(command::verify::VerifyArguments),
    /// Follow gradient descent, gradient flow and modified flow side by side from one start
    Flow(command::flow::FlowArguments),
    /// Find the penalty that keeps the implicit regularisation when learning rate or batch size change
    Transfer(command::transfer::TransferArguments),
    /// Show a running sweep: its trials, rates, curves and the time left; leaves the run alone
    Watch(command::watch::WatchArguments),
    /// Measure what training does at its parameters: a trial's, or those of a checkpoint
    Audit(command::audit::AuditArguments),
    /// Make the report of a run or a study again
    Report(command::report::ReportArguments),
    /// Write results in the formats of other programs
    Export(command::export::ExportArguments),
    /// List datasets, or fetch one
    Data(command::data::DataArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Run(arguments) => command::run::run(arguments),
        Command::Reproduce(arguments) => command::reproduce::run(arguments),
        Command::Verify(arguments) => command::verify::run(arguments),
        Command::Flow(arguments) => command::flow::run(arguments),
        Command::Transfer(arguments) => command::transfer::run(arguments),
        Command::Watch(arguments) => command::watch::run(arguments),
        Command::Audit(arguments) => command::audit::run(arguments),
        Command::Report(arguments) => command::report::run(arguments),
        Command::Export(arguments) => command::export::run(arguments),
        Command::Data(arguments) => {
            command::data::run(arguments, &mut std::io::stdout()).map_err(Failure::from)
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::error(&failure);
            failure.exit_code()
        }
    }
}
