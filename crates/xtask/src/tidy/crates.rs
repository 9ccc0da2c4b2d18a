//! Which crate may depend on which: kernel ← store, decisions ← web ← contexts ← wire ← server, and the contexts
//! in one total order, the one in which the server lists them.

use super::tokens::Source;
use super::{Finding, file, finds, hold};
use crate::repository::File;

/// The machinery below the contexts, by level; the same level may not depend on itself.
const BELOW: [(&str, usize); 4] = [("kernel", 0), ("store", 1), ("decisions", 1), ("web", 2)];
/// Where the contexts begin, each on a level of its own, and what stands above them all.
const CONTEXTS_FROM: usize = 10;
const ABOVE: [(&str, usize); 2] = [("wire", 1000), ("server", 1001)];
/// The order until `CONTEXTS` stands in the server.
const DECLARED: [&str; 6] = ["access", "apps", "accounts", "linking", "support", "notify"];

/// The contexts in their order: `CONTEXTS` in `crates/server/src`, as in `[&access::CONTEXT, …]`.
fn order(files: &[File]) -> Vec<String> {
    let server = files.iter().filter(|file| file.path.starts_with("crates/server/src/") && file.path.ends_with(".rs"));
    let lists = server.map(|file| {
        let paths = Source::read(&file.text).paths;
        let list = paths.iter().skip_while(|path| path.segments != ["CONTEXTS"]);
        let contexts = list.filter_map(|path| match path.segments.as_slice() {
            [name, constant] if constant == "CONTEXT" || constant == "PART" => Some(name.clone()),
            _ => None,
        });
        contexts.collect::<Vec<_>>()
    });
    lists.max_by_key(Vec::len).filter(|list| !list.is_empty()).unwrap_or_else(|| DECLARED.map(str::to_owned).to_vec())
}

fn level(name: &str, order: &[String]) -> Option<usize> {
    let machinery = BELOW.iter().chain(&ABOVE).find(|(known, _)| *known == name).map(|(_, level)| *level);
    machinery.or_else(|| Some(CONTEXTS_FROM + order.iter().position(|context| context == name)?))
}

fn dependencies_point_downwards(files: &[File]) -> Vec<Finding> {
    let order = order(files);
    let is_manifest =
        |file: &&File| file.path.ends_with("/Cargo.toml") && (file.path.starts_with("crates/") || file.path.starts_with("contexts/"));
    let manifests: Vec<&File> = files.iter().filter(is_manifest).collect();
    let ours: Vec<&str> = manifests.iter().filter_map(|file| name_of(file)).collect();
    let mut findings = Vec::new();
    for manifest in &manifests {
        let Some(name) = name_of(manifest) else { continue };
        let own = level(name, &order);
        if own.is_none() && name != "xtask" {
            findings.push(Finding::new(
                manifest,
                1,
                format!("`{name}` has no place in the order of crates"),
                "a context listed in the server's CONTEXTS, or a crate named in architecture.md",
            ));
            continue;
        }
        for (line, dependency) in dependencies(&manifest.text) {
            if !ours.contains(&dependency.as_str()) {
                continue;
            }
            let is_below = own.is_some_and(|own| level(&dependency, &order).is_some_and(|its| its < own));
            if !is_below {
                let accepted = "kernel ← store, decisions ← web ← contexts (each only on earlier ones: ".to_owned()
                    + &order.join(", ")
                    + ") ← wire ← server; xtask on none of ours";
                findings.push(Finding::new(manifest, line, format!("`{name}` depends on `{dependency}`"), accepted));
            }
        }
    }
    findings
}

/// A crate is called like its folder.
fn name_of(manifest: &File) -> Option<&str> {
    manifest.path.rsplit('/').nth(1)
}

/// The crates named in any `dependencies` section, with their lines.
fn dependencies(manifest: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies");
            if let Some((_, name)) = section.rsplit_once("dependencies.") {
                found.push((index + 1, name.to_owned()));
            }
        } else if inside && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            found.push((index + 1, name.trim_matches('"').to_owned()));
        }
    }
    found
}

#[test]
fn a_crate_depends_only_on_what_stands_before_it() {
    hold(dependencies_point_downwards);
}

#[test]
fn a_dependency_upwards_sideways_or_on_a_later_context_is_found() {
    let planted = [
        file("crates/kernel/Cargo.toml", "[dependencies]\nserde.workspace = true\n"),
        file("crates/store/Cargo.toml", "[dependencies]\nkernel.workspace = true\nweb = { workspace = true }\n"),
        file("crates/decisions/Cargo.toml", "[dev-dependencies]\nstore.workspace = true\n"),
        file("crates/web/Cargo.toml", "[dependencies]\nstore.workspace = true\n"),
        file("contexts/access/Cargo.toml", "[dependencies.linking]\nworkspace = true\n"),
        file("contexts/linking/Cargo.toml", "[dependencies]\naccess.workspace = true\n"),
        file("contexts/stray/Cargo.toml", "[dependencies]\n"),
        file("crates/xtask/Cargo.toml", "[dependencies]\nstore.workspace = true\n"),
    ];
    finds(
        dependencies_point_downwards,
        &planted,
        &[
            "crates/store/Cargo.toml:3",
            "crates/decisions/Cargo.toml:2",
            "contexts/access/Cargo.toml:1",
            "contexts/stray/Cargo.toml:1",
            "crates/xtask/Cargo.toml:2",
        ],
    );
}

#[test]
fn the_order_of_contexts_is_the_servers() {
    let server = file("crates/server/src/lib.rs", "pub const CONTEXTS: &[&Context] = &[&accounts::CONTEXT, &access::CONTEXT];");
    assert_eq!(order(&[server]), ["accounts", "access"]);
    assert_eq!(order(&[]), DECLARED);
}
