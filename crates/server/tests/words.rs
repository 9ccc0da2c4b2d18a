//! Words: every reason, remedy, rule, event and menu entry is said in both languages.

use server::CONTEXTS;
use web::Words;

fn words() -> Words {
    let house = crate::house::House::open(crate::house::On::Sqlite);
    let files = CONTEXTS.iter().flat_map(|room| room.words.iter().copied());
    drop(house);
    Words::parse(files).unwrap()
}

#[test]
fn every_menu_entry_and_every_rule_has_words() {
    let words = words();
    let mut missing = Vec::new();
    for item in CONTEXTS.iter().flat_map(|room| room.menu) {
        if !words.has(item.label) {
            missing.push(item.label.to_owned());
        }
    }
    for verb in CONTEXTS.iter().flat_map(|room| room.part.capabilities) {
        let context = verb.name.split('.').next().unwrap();
        for rule in (verb.rules)() {
            let (own, shared) = (format!("{}.rule_{rule}", verb.name), format!("{context}.rules.{rule}"));
            if !words.has(&own) && !words.has(&shared) {
                missing.push(shared);
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert_eq!(missing, Vec::<String>::new());
}
