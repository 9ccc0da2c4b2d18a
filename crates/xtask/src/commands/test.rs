//! `cargo xtask test`: every check there is, or those named by `--only`.

use crate::Outcome;
use crate::steps::{self, STEPS, Step};

/// Runs the steps. What follows `--` goes to the test runner, as in `cargo xtask test --only tests -- unlink`.
pub fn run(arguments: &[String]) -> Outcome {
    let (ours, filters) = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[][..]),
    };
    match ours {
        [] => steps::run_all(&STEPS.iter().collect::<Vec<_>>(), filters),
        [list] if list == "--list" => {
            for step in STEPS {
                println!("{:<14}{}", step.name, step.about);
            }
            Ok(())
        }
        [only, names] if only == "--only" => steps::run_all(&named(names)?, filters),
        _ => Err("Say `cargo xtask test [--list] [--only STEP[,STEP]] [-- FILTER…]`.".to_owned()),
    }
}

/// The steps with these names, in the order of [`STEPS`].
fn named(names: &str) -> Outcome<Vec<&'static Step>> {
    let names: Vec<&str> = names.split(',').collect();
    match names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        Some(unknown) => Err(format!("There is no step `{unknown}`; `cargo xtask test --list` names them.")),
        None => Ok(STEPS.iter().filter(|step| names.contains(&step.name)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_run_in_their_own_order_and_an_unknown_one_is_refused() {
        let names = |list: &str| named(list).map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>());
        assert_eq!(names("clippy,format"), Ok(vec!["format", "clippy"]));
        assert_eq!(names("clipy").unwrap_err(), "There is no step `clipy`; `cargo xtask test --list` names them.");
    }
}
