//! The edge: only the binary prints, writes, or asks anything of the environment.

mod command;

use std::any::Any;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;

use dynolint::cli::{Cli, Command, Environment, Problem};
use dynolint::escape;

use command::{Stop, baseline, check, complain, completions, config, init, lists};

/// Where the last panic was and what it said.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

fn main() -> ExitCode {
    // Said once, in one place, and with a way to report it; not by every thread on its own.
    std::panic::set_hook(Box::new(|info| {
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            // A closed pipe is nobody's fault.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let environment =
        Environment::new(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        }));
    let stop = std::panic::catch_unwind(|| run(cli, &environment)).unwrap_or_else(|panic| Err(bug(&*panic)));
    match stop {
        Ok(code) => ExitCode::from(code),
        Err(Stop::BrokenPipe) => ExitCode::SUCCESS,
        Err(Stop::Problems(problems)) => {
            problems.iter().for_each(|problem| complain(&environment, problem));
            ExitCode::from(2)
        }
        Err(Stop::Problem(problem)) => {
            complain(&environment, &problem);
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli, environment: &Environment) -> Result<u8, Stop> {
    match cli.command {
        None => check::run(&cli.check, environment),
        Some(Command::Check(arguments)) => check::run(&arguments, environment),
        Some(Command::Explain(arguments)) => lists::explain(&arguments, environment),
        Some(Command::Rules(arguments)) => lists::rules(&arguments, environment),
        Some(Command::Baseline(arguments)) => baseline::run(&arguments, environment),
        Some(Command::Init(arguments)) => init::run(&arguments, environment),
        Some(Command::Config(arguments)) => config::run(&arguments, environment),
        Some(Command::Files(arguments)) => lists::files(&arguments, environment),
        Some(Command::Facts(arguments)) => lists::facts(&arguments, environment),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man { folder }) => lists::man(folder.as_deref()),
    }
}

fn bug(panic: &(dyn Any + Send)) -> Stop {
    let seen = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    let said = panic.downcast_ref::<&str>().map(ToString::to_string);
    let what = seen.or(said).unwrap_or_else(|| "it says no more".to_string());
    Stop::Problem(
        Problem::new(format!("dynolint has a bug: {}", escape::terminal(&what)))
            .advise("please report it at https://github.com/dynolint/dynolint/issues with this line"),
    )
}
