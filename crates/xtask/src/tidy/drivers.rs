//! Each driver has one home: SQL in `crates/store`, HTTP set-up and templates in `crates/web`.

use super::tokens::Source;
use super::{Finding, file, finds, hold};
use crate::repository::File;

/// A name that only one crate may say, and where the others go instead.
struct Home {
    /// The beginning of a path.
    name: &'static [&'static str],
    krate: &'static str,
    instead: &'static str,
}

const SQL: &str = "go through store::Tx";
const HTTP: &str = "declare routes with what `web` offers";
const HOMES: &[Home] = &[
    Home { name: &["rusqlite"], krate: "crates/store/", instead: SQL },
    Home { name: &["libsqlite3_sys"], krate: "crates/store/", instead: SQL },
    Home { name: &["postgres"], krate: "crates/store/", instead: SQL },
    Home { name: &["tokio_postgres"], krate: "crates/store/", instead: SQL },
    Home { name: &["axum", "Router"], krate: "crates/web/", instead: HTTP },
    Home { name: &["axum", "routing"], krate: "crates/web/", instead: HTTP },
    Home { name: &["axum", "serve"], krate: "crates/web/", instead: HTTP },
    Home { name: &["axum", "middleware"], krate: "crates/web/", instead: HTTP },
    Home { name: &["tower_http"], krate: "crates/web/", instead: HTTP },
    Home { name: &["minijinja"], krate: "crates/web/", instead: "render with web::Page" },
];

fn drivers_stay_at_home(files: &[File]) -> Vec<Finding> {
    let rust = files.iter().filter(|file| file.path.ends_with(".rs"));
    rust.flat_map(|file| {
        let paths = Source::read(&file.text).paths;
        let said = paths.iter().filter_map(|path| {
            let home = HOMES.iter().find(|home| starts_with(&path.segments, home.name))?;
            let away = !file.path.starts_with(home.krate);
            away.then(|| Finding::new(file, path.line, format!("`{}` outside {}", path.segments.join("::"), home.krate), home.instead))
        });
        said.collect::<Vec<_>>()
    })
    .collect()
}

fn starts_with(segments: &[String], name: &[&str]) -> bool {
    segments.len() > 1 && segments.len() >= name.len() && segments.iter().zip(name).all(|(one, other)| one == other)
}

#[test]
fn sql_drivers_and_http_are_set_up_in_one_crate_each() {
    hold(drivers_stay_at_home);
}

#[test]
fn a_driver_away_from_home_is_found() {
    let text = "use rusqlite::Connection;\nuse axum::{Router, extract::State};\nlet e = minijinja::Environment::new();\nlet postgres = 1;";
    let path = "contexts/linking/src/list/io.rs";
    finds(
        drivers_stay_at_home,
        &[file(path, text)],
        &["contexts/linking/src/list/io.rs:1", "contexts/linking/src/list/io.rs:2", "contexts/linking/src/list/io.rs:3"],
    );
    finds(
        drivers_stay_at_home,
        &[file("crates/store/src/sqlite.rs", "use rusqlite::Connection;"), file("crates/web/src/lib.rs", "use axum::Router;")],
        &[],
    );
}
