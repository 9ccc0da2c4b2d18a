//! Running other programs: what is run is shown, and a failure names the line to repeat.

use crate::{Outcome, repository};
use std::process::Command;

/// `cargo` with these arguments, at the root: the same cargo that started us. What it has told this package of itself is left out:
/// build scripts that look at it would take every other caller's build for another one and begin anew.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let ours = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("CARGO_PKG_"));
    for name in ours.chain(["CARGO_MANIFEST_DIR".into(), "CARGO_MANIFEST_PATH".into()]) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(repository::root());
    command
}

/// Any program with these arguments, at the root.
pub fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(repository::root());
    command
}

/// Shows and runs a command; its output goes where ours goes.
pub fn run(command: &mut Command) -> Outcome {
    let line = shown(command);
    println!("$ {line}");
    let status = command.status().map_err(|error| format!("`{line}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` ended with {status}")) }
}

/// Runs a command quietly and hands back what it printed, or none when it is missing or failed.
pub fn answer(name: &str, arguments: &[&str]) -> Option<String> {
    let output = program(name, arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether this process may install packages and must not be the one to run PostgreSQL.
pub fn is_root() -> bool {
    answer("id", &["-u"]).as_deref() == Some("0")
}

fn shown(command: &Command) -> String {
    let name = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args()).map(|word| {
        let word = word.to_string_lossy();
        if word.contains(' ') { format!("'{word}'") } else { word.into_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}
