//! What the tests need from the machine. Root gets it installed; everyone else is told the exact command.

use crate::run::{self, answer};
use crate::{Outcome, database, repository};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something that a Debian package brings.
struct Requirement {
    what: &'static str,
    present: fn() -> bool,
    packages: &'static [&'static str],
}

const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        what: "PostgreSQL 15 or newer, for the conformance suite and the stories",
        present: || database::binaries().is_some(),
        packages: &["postgresql"],
    },
    Requirement { what: "Chromium, for the browser tests", present: has_chromium, packages: &["chromium"] },
    Requirement {
        what: "a font with Chinese characters, so that screenshots show them",
        present: || answer("fc-list", &[":lang=zh-cn", "family"]).is_some_and(|families| !families.is_empty()),
        packages: &["fontconfig", "fonts-noto-cjk"],
    },
    Requirement {
        what: "Node.js 20 or newer with npm, for the browser tests",
        present: || node_version().is_some_and(|version| version >= 20) && answer("npm", &["--version"]).is_some(),
        packages: &["nodejs", "npm"],
    },
    Requirement {
        what: "Python 3.10 or newer with venv, for trying the REST API",
        present: || answer("python3", &["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]).is_some(),
        packages: &["python3", "python3-venv"],
    },
];

/// What to do when an environment could not be made.
const REMEDY: &str =
    "`cargo xtask test --only requirements` installs, or names, what this machine lacks. The package registries must be reachable.";

/// Everything is here, or was installed just now, or the error says what to type.
pub fn ensure() -> Outcome {
    let missing: Vec<&Requirement> = REQUIREMENTS.iter().filter(|requirement| !(requirement.present)()).collect();
    for requirement in &missing {
        println!("missing: {}", requirement.what);
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    npm_parts()?;
    rest_tester().map(drop)
}

fn install(missing: &[&Requirement]) -> Outcome {
    let packages: Vec<&str> = missing.iter().flat_map(|requirement| requirement.packages).copied().collect();
    if !run::is_root() {
        return Err(format!("Please run `sudo apt-get update && sudo apt-get install -y {}`, or run this as root.", packages.join(" ")));
    }
    let apt = |arguments: &[&str]| run::run(run::program("apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], packages.as_slice()].concat())?;
    match missing.iter().find(|requirement| !(requirement.present)()) {
        None => Ok(()),
        Some(requirement) => Err(format!("Installing {} did not bring {}.", packages.join(" "), requirement.what)),
    }
}

/// `npm ci` in `browser/`, unless what is installed is what the lock file names.
fn npm_parts() -> Outcome {
    let folder = repository::root().join("browser");
    let time = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let installed = time(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= time(&folder.join("package-lock.json")) {
        return Ok(());
    }
    // No package of ours needs to run a script at installation, so none may.
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run::run(run::program("npm", &arguments).current_dir(folder))
}

/// The program that tries the REST API, in the versions that `rest/requirements.txt` names.
pub fn rest_tester() -> Outcome<PathBuf> {
    Ok(python_environment("python", "crates/xtask/rest/requirements.txt")?.join("bin/schemathesis"))
}

/// OpenFGA's command line, in the version that `openfga/requirements.txt` names.
pub fn openfga() -> Outcome<PathBuf> {
    Ok(python_environment("python-openfga", "crates/xtask/openfga/requirements.txt")?.join("bin/fga"))
}

/// TikTok's own SDKs: the Python that has one, and the folder in which Node.js finds the other. Both under `target/`.
pub fn sdks() -> Outcome<(PathBuf, PathBuf)> {
    let python = python_environment("sdk-python", "sdks/requirements.txt")?.join("bin/python");
    let folder = repository::target().join("xtask/sdk-node");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let lock = repository::root().join("sdks/package-lock.json");
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    if !folder.join("node_modules").is_dir() || read(&folder.join("package-lock.json")) != read(&lock) {
        for name in ["package.json", "package-lock.json"] {
            let kept = std::fs::copy(repository::root().join("sdks").join(name), folder.join(name));
            kept.map_err(|error| format!("{name} cannot be copied: {error}"))?;
        }
        let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run::run(run::program("npm", &arguments).current_dir(&folder)).map_err(|problem| format!("{problem}\n{REMEDY}"))?;
    }
    Ok((python, folder))
}

/// A Python environment of its own under `target/`, with what a list in the repository names.
fn python_environment(name: &str, list: &str) -> Outcome<PathBuf> {
    let wanted = repository::root().join(list);
    let place = repository::target().join("xtask").join(name);
    let kept = place.join("requirements.txt");
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    if read(&kept).is_some() && read(&kept) == read(&wanted) {
        return Ok(place);
    }
    let remedy = |problem: String| format!("{problem}\n{REMEDY}");
    run::run(run::program("python3", &["-m", "venv", "--clear"]).arg(&place)).map_err(remedy)?;
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run::run(Command::new(place.join("bin/python")).args(quiet).arg(&wanted)).map_err(remedy)?;
    // Last, so that an installation that was cut off is begun again.
    std::fs::copy(&wanted, &kept).map_err(|error| format!("{} cannot be written: {error}", kept.display()))?;
    Ok(place)
}

/// Chromium stands where Debian puts it, or where `COUNTERSIGN_CHROMIUM` says (as `browser/lib.mjs` reads it).
fn has_chromium() -> bool {
    let path = std::env::var("COUNTERSIGN_CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    Path::new(&path).is_file()
}

fn node_version() -> Option<u32> {
    answer("node", &["--version"])?.trim_start_matches('v').split('.').next()?.parse().ok()
}
