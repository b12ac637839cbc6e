//! The `dangol` command: a shop's data in, answers out.

mod allocator;
mod arguments;
mod commands;
mod failure;
mod output;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Cli, Command};
use failure::Failure;

/// What is logged unless `DANGOL_LOG` says otherwise. What a database server remarks comes as an error of ours
/// where it matters, and there without passwords.
const LOG: &str = "warn,sqlx::postgres::notice=off";

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("DANGOL_LOG").unwrap_or_else(|_| LOG.into()),
        )
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    if !cli.command.runs_on() {
        allocator::keep_freed_memory();
    }
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Import(arguments) => commands::import::run(&arguments),
        Command::Quality(arguments) => runtime()?.block_on(commands::quality::run(&arguments)),
        Command::Simulate(arguments) => commands::simulate::run(&arguments),
        Command::Analyze(arguments) => runtime()?.block_on(commands::analyze::run(&arguments)),
        Command::Audience(arguments) => runtime()?.block_on(commands::audience::run(&arguments.action)),
        Command::Sql(arguments) => runtime()?.block_on(commands::sql::run(&arguments)),
        Command::Serve(arguments) => runtime()?.block_on(commands::serve::run(&arguments)),
        Command::Openapi => commands::serve::openapi(),
        Command::Reference(arguments) => commands::reference::run(&arguments),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("starting the threads failed", error.to_string()))
}
