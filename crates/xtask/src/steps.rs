//! The steps of `cargo xtask test`, in order, and the report about them.

use crate::clock::Stopwatch;
use crate::database::{self, Database};
use crate::demo::Demo;
use crate::run::{self, cargo};
use crate::{Outcome, repository, requirements};
use std::path::Path;
use std::process::Command;

/// One thing to check. `run` gets what was typed after `--`.
pub struct Step {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it promises.
    pub about: &'static str,
    run: fn(&[String]) -> Outcome,
}

/// Every step, in the order in which they are run.
pub const STEPS: &[Step] = &[
    Step { name: "requirements", about: "what the tests need from this machine is there", run: |_| requirements::ensure() },
    Step { name: "format", about: "the sources are formatted", run: |_| run::run(&mut cargo(&["fmt", "--all", "--check"])) },
    Step { name: "clippy", about: "clippy has nothing to say", run: |_| clippy() },
    Step { name: "tests", about: "unit, tidy, conformance, golden, story, matrix and crash tests, on both databases", run: tests },
    Step { name: "openfga", about: "a foreign engine says of 10,000 questions what the index of decisions says", run: |_| openfga() },
    Step { name: "build", about: "the binary is built", run: |_| build() },
    Step { name: "api", about: "the REST API answers as its document says, whatever it is sent, and never with a fault", run: |_| api() },
    Step { name: "sdks", about: "TikTok's own SDKs drive the demo: Python and Node.js, another host and nothing else", run: |_| sdks() },
    Step { name: "browser", about: "the demo's pages in Chromium: both languages, desk and phone, light and dark", run: |_| browser() },
];

/// How a step ended; `None` when an earlier failure made it pointless.
struct Report {
    step: &'static Step,
    ended: Option<(Outcome, f64)>,
}

/// Runs these steps and prints the report. A failing step does not keep the others from being run,
/// except for the first: without what they need from the machine they could only repeat the same complaint.
pub fn run_all(steps: &[&'static Step], filters: &[String]) -> Outcome {
    let mut reports: Vec<Report> = Vec::new();
    for step in steps {
        let stopped = reports.iter().any(|report| report.step.name == "requirements" && failed(report));
        reports.push(Report { step, ended: (!stopped).then(|| timed(step, filters)) });
    }
    summarise(&reports)
}

fn timed(step: &Step, filters: &[String]) -> (Outcome, f64) {
    println!("\n━━━ {}: {}", step.name, step.about);
    let watch = Stopwatch::start();
    let outcome = (step.run)(filters);
    if let Err(problem) = &outcome {
        println!("{problem}");
    }
    println!("━━━ {}: {} after {:.1} s", step.name, if outcome.is_ok() { "ok" } else { "FAILED" }, watch.seconds());
    (outcome, watch.seconds())
}

fn summarise(reports: &[Report]) -> Outcome {
    println!("\n━━━ summary");
    for Report { step, ended } in reports {
        match ended {
            None => println!("  not run  {}", step.name),
            Some((Ok(()), seconds)) => println!("  ok       {:<13}{seconds:>7.1} s", step.name),
            Some((Err(problem), seconds)) => {
                println!("  FAILED   {:<13}{seconds:>7.1} s  {}", step.name, problem.lines().next().unwrap_or_default());
                println!("           again: cargo xtask test --only {}", step.name);
            }
        }
    }
    let failures = reports.iter().filter(|report| failed(report)).count();
    let skipped = reports.iter().filter(|report| report.ended.is_none()).count();
    let passed = reports.len() - failures - skipped;
    println!("steps: {passed} passed, {failures} failed, {skipped} skipped");
    if failures == 0 { Ok(()) } else { Err(format!("{failures} of {} steps failed.", reports.len())) }
}

fn failed(report: &Report) -> bool {
    matches!(report.ended, Some((Err(_), _)))
}

fn clippy() -> Outcome {
    run::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn tests(filters: &[String]) -> Outcome {
    let database = Database::start_for_tests()?;
    println!("a throwaway PostgreSQL answers at {}={}", database::VARIABLE, database.url());
    run::run(test_runner().args(filters).env(database::VARIABLE, database.url()))
}

/// nextest where it is installed; otherwise cargo's own runner, which is slower and less clear.
pub fn test_runner() -> Command {
    if has_nextest() {
        cargo(&["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo(&["test", "--workspace", "--no-fail-fast"])
    }
}

/// Whether `cargo nextest` answers.
pub fn has_nextest() -> bool {
    cargo(&["nextest", "--version"]).output().is_ok_and(|output| output.status.success())
}

/// The worlds that a test of the decisions writes down, each checked by OpenFGA.
fn openfga() -> Outcome {
    let program = requirements::openfga()?;
    let folder = repository::target().join("xtask/openfga");
    let _old = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let mut tests = cargo(&["test", "-p", "decisions", "--test", "all", "openfga"]);
    run::run(tests.env("COUNTERSIGN_OPENFGA", &folder))?;
    let mut check = Command::new(program);
    run::run(check.args(["model", "test", "--tests", "world-*.fga.yaml"]).current_dir(&folder))
}

/// All binaries of the workspace, because that is what the tests built already: naming one crate would choose
/// other features of its dependencies and build them again.
fn build() -> Outcome {
    run::run(&mut cargo(&["build", "--workspace", "--bins"]))
}

/// The demo of the present sources: a step that is asked for alone must not try what was built from others.
fn demo() -> Outcome<Demo> {
    build()?;
    Demo::start()
}

/// Whom the REST API is tried as: each kind of organisation, and two roles of one.
const ROLES: [&str; 4] = ["seller", "creator", "operator", "support"];

/// What is asked of every answer. Whether everything that fits the schema is accepted is not asked: the rules say no
/// for reasons that no schema can state.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,negative_data_rejection,unsupported_method,ignored_auth";

fn api() -> Outcome {
    let program = requirements::rest_tester()?;
    let demo = demo()?;
    let cases = repository::target().join("xtask/rest");
    std::fs::create_dir_all(&cases).map_err(|error| format!("{} cannot be made: {error}", cases.display()))?;
    let failed: Vec<&str> = ROLES.into_iter().filter(|role| tried(&program, &demo, role, &cases).is_err()).collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("as {}: see above.\nWhat the demo said last:\n{}", failed.join(", "), demo.log_tail()))
    }
}

/// Asks everything that a role may ask. Deterministic: what was found once is found again.
fn tried(program: &Path, demo: &Demo, role: &str, folder: &Path) -> Outcome {
    println!("as {role}:");
    let mut tester = Command::new(program);
    tester.args(["run", &format!("{}/api/openapi.json", demo.url), "--generation-deterministic", "--max-examples", "10"]);
    tester.args(["--phases", "examples,coverage,fuzzing", "--checks", CHECKS, "--continue-on-failure", "--no-color", "--warnings", "off"]);
    tester.env("SCHEMATHESIS_HOOKS", "hooks").env("PYTHONPATH", repository::root().join("crates/xtask/rest"));
    tester.env("PYTHONDONTWRITEBYTECODE", "1").env("COUNTERSIGN_TOKENS", &demo.tokens).env("COUNTERSIGN_ROLE", role);
    run::run(tester.current_dir(folder))
}

/// The script prints a line for every call that it makes.
fn sdks() -> Outcome {
    let (python, node) = requirements::sdks()?;
    let demo = demo()?;
    println!("the demo answers at {}", demo.url);
    let mut script = Command::new(python);
    // Compiled files would lie beside the sources.
    script.arg("-B").arg(repository::root().join("sdks/business.py")).arg(&demo.url).arg(&demo.links).arg(&node);
    run::run(&mut script).map_err(|problem| format!("{problem}\nWhat the demo said last:\n{}", demo.log_tail()))
}

fn browser() -> Outcome {
    let demo = demo()?;
    println!("the demo answers at {}", demo.url);
    let shots = repository::target().join("browser-shots");
    // One file at a time: they share one demo, and each role's sign-in link works once.
    let mut node = run::program("node", &["--test", "--test-reporter=spec", "--test-concurrency=1"]);
    node.current_dir(repository::root().join("browser"));
    node.env("COUNTERSIGN_URL", &demo.url).env("COUNTERSIGN_LINKS", &demo.links).env("COUNTERSIGN_SHOTS", shots);
    run::run(&mut node).map_err(|problem| format!("{problem}\nWhat the demo said last:\n{}", demo.log_tail()))
}
