//! `cargo xtask new CONTEXT VERB`: the folder of a new verb, in the house's shape.
//!
//! What it writes compiles, allows everything and says nothing: the tidy tests fail until the words are there.

use crate::{Outcome, repository};
use std::path::Path;

/// File name and text; `VERB` stands for the verb as a folder, `TYPE` as a type, `CONTEXT` for its context.
const FILES: [(&str, &str); 3] =
    [("mod.rs", include_str!("rule.template")), ("io.rs", include_str!("io.template")), ("words.toml", include_str!("words.template"))];

/// Writes the folder and says what remains to be done by hand.
pub fn run(arguments: &[String]) -> Outcome {
    let [context, verb] = arguments else {
        return Err("Say `cargo xtask new CONTEXT VERB`, for example `cargo xtask new linking withdraw`.".to_owned());
    };
    if ![context, verb].iter().all(|name| is_snake_case(name)) {
        return Err("A context is a noun and a verb an imperative, both like `request_unlink`.".to_owned());
    }
    lay_out(&repository::root(), context, verb)?;
    println!("contexts/{context}/src/{verb}/ is laid out. What remains:");
    for step in remaining(context, verb) {
        println!("  - {step}");
    }
    Ok(())
}

fn lay_out(root: &Path, context: &str, verb: &str) -> Outcome {
    let sources = root.join("contexts").join(context).join("src");
    if !sources.is_dir() {
        return Err(format!("There is no context `{context}`."));
    }
    let folder = sources.join(verb);
    std::fs::create_dir(&folder).map_err(|error| format!("contexts/{context}/src/{verb} cannot be made: {error}"))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        std::fs::write(&path, fill(text, context, verb)).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    Ok(())
}

fn fill(text: &str, context: &str, verb: &str) -> String {
    text.replace("CONTEXT", context).replace("TYPE", &type_name(verb)).replace("VERB", verb)
}

fn remaining(context: &str, verb: &str) -> Vec<String> {
    let name = type_name(verb);
    vec![
        format!("`pub mod {verb};` in contexts/{context}/src/lib.rs, and `Described::of::<{verb}::{name}>()` among its capabilities"),
        "its rules, just before and at every limit in its tests".to_owned(),
        format!("its values, when it has some: a `Policy` for `[{context}.{verb}]` and the section in packs/base.toml"),
        "its words in both languages, and its surfaces in io.rs".to_owned(),
        "`cargo xtask golden`, and a look at what changed".to_owned(),
    ]
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// `request_unlink` → `RequestUnlink`.
fn type_name(verb: &str) -> String {
    verb.split('_').map(|part| part[..1.min(part.len())].to_uppercase() + part.get(1..).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_verb_is_laid_out_once_and_only_in_a_context_that_exists() {
        let root = repository::scratch("new").unwrap();
        std::fs::create_dir_all(root.join("contexts/linking/src")).unwrap();
        lay_out(&root, "linking", "request_unlink").unwrap();
        let rule = std::fs::read_to_string(root.join("contexts/linking/src/request_unlink/mod.rs")).unwrap();
        assert!(rule.contains("pub struct RequestUnlink") && rule.contains("\"linking.request_unlink\""), "{rule}");
        assert!(lay_out(&root, "linking", "request_unlink").unwrap_err().contains("cannot be made"));
        assert_eq!(lay_out(&root, "linkage", "unlink"), Err("There is no context `linkage`.".to_owned()));
        std::fs::remove_dir_all(root).unwrap();
    }
}
