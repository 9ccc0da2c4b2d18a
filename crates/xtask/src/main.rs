//! `cargo xtask COMMAND`: everything that a person or CI does with this repository, under one name.
//!
//! One file in `commands/` per command and one line in [`COMMANDS`]. What must always hold of the sources
//! stands in `tidy/` as tests, so that every test run asks it.

mod clock;
mod commands;
mod database;
mod demo;
mod guard;
mod repository;
mod requirements;
mod run;
mod steps;
#[cfg(test)]
mod tidy;
mod words;

use std::process::ExitCode;

/// Nothing, or in plain sentences what went wrong and what to do about it.
pub type Outcome<T = ()> = Result<T, String>;

/// What can be typed after `cargo xtask`.
struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        arguments: "[--list] [--only STEP[,STEP]] [-- FILTER…]",
        about: "run every check there is; installs or names what is missing",
        run: commands::test::run,
    },
    Command {
        name: "ci",
        arguments: "",
        about: "the same, and whether the dependencies were looked up among known vulnerabilities",
        run: commands::ci::run,
    },
    Command {
        name: "golden",
        arguments: "",
        about: "rewrite golden/ from what the code does now, to be reviewed as a diff",
        run: commands::golden::run,
    },
    Command {
        name: "words",
        arguments: "",
        about: "list word keys that are used and missing, or written and unused",
        run: commands::words::run,
    },
    Command {
        name: "bench",
        arguments: "[--accounts N] [--pairs N] [--only PART[,PART]] [--peers]",
        about: "measure what the house does; writes bench/RESULTS.md when all parts are measured; --peers asks other engines, too",
        run: commands::bench::run,
    },
    Command {
        name: "new",
        arguments: "CONTEXT VERB",
        about: "lay out the folder of a new verb in the house's shape",
        run: commands::new::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", usage());
        return ExitCode::SUCCESS;
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("There is no command `{name}`.\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let mut text = String::from("cargo xtask COMMAND\n");
    for Command { name, arguments, about, .. } in COMMANDS {
        text += &format!("\n  {name} {arguments}\n      {about}\n");
    }
    text
}
