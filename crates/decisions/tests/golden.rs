//! The truth table of using an account: every role on the ad account × what the centre was granted × what the member was
//! assigned × the person's own link × the post's switch or code, as a file that is reviewed as a diff. `golden/decisions.txt`.

use decisions::{AdRole, Answer, Fact, Index, Question, Scope, Scopes};
use kernel::{AccountId, AdAccountId, AuthorisationId, Instant, OrgId, PartnershipId, Region, Role, UserId};
use std::{fmt::Write, path::Path};

const NOW: Instant = Instant(1_795_000_000_000);
const POSTS: Scopes = Scopes::from_bits(1);
const LIVE: Scopes = Scopes::from_bits(2);

/// What the centre was granted, and whether it withholds that from the ad account.
const GRANTED: [(&str, Option<Scopes>, bool); 4] =
    [("–", None, false), ("live", Some(LIVE), false), ("posts", Some(POSTS), false), ("posts, withheld", Some(POSTS), true)];
const HELD: [(&str, Option<Scopes>); 3] = [("–", None), ("live", Some(LIVE)), ("posts", Some(POSTS))];
const ROLES: [(&str, Option<AdRole>, Option<AdRole>); 8] = [
    ("–", None, None),
    ("analyst", Some(AdRole::Analyst), None),
    ("operator", Some(AdRole::Operator), None),
    ("admin", Some(AdRole::Admin), None),
    ("operator, shared as analyst", Some(AdRole::Operator), Some(AdRole::Analyst)),
    ("operator, shared as operator", Some(AdRole::Operator), Some(AdRole::Operator)),
    ("admin, shared as admin", Some(AdRole::Admin), Some(AdRole::Admin)),
    ("analyst, shared as admin", Some(AdRole::Analyst), Some(AdRole::Admin)),
];
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Off,
    On,
    Code,
    CodeOver,
}
const SHOWN: [(&str, Shown); 4] = [("off", Shown::Off), ("on", Shown::On), ("code", Shown::Code), ("code over", Shown::CodeOver)];

fn facts(held: [Option<Scopes>; 3], is_withheld: bool, role: Option<AdRole>, share: Option<AdRole>, shown: Shown) -> Vec<Fact> {
    let (user, centre, owner, account) = (UserId::new(1), OrgId::new(2), OrgId::new(3), AccountId::new(4));
    let (ad_account, code) = (AdAccountId::new(5), AuthorisationId::new(6));
    let region = Region::new(b"GB");
    let org = |org: OrgId| Fact::Org { org, region, merchant: "open", name_length: 5 };
    let creator = OrgId::new(7);
    let mut facts = vec![
        org(centre),
        org(owner),
        Fact::Member { centre, user, role: Role::CentreMember },
        Fact::Account { account, owner: creator, region, birth: None, stated: None, claimed: true },
        Fact::AdAccount { ad_account, centre: if share.is_some() { owner } else { centre } },
    ];
    let [granted, assigned, own] = held;
    facts.extend(granted.map(|scopes| Fact::Granted { centre, account, scopes }));
    facts.extend(is_withheld.then_some(Fact::Withheld { centre, account, ad_account }));
    facts.extend(assigned.map(|scopes| Fact::Assigned { centre, account, user, scopes }));
    facts.extend(own.map(|scopes| Fact::OwnLinked { account, user, scopes }));
    facts.extend(role.map(|role| Fact::AdRole { ad_account, centre, user, role }));
    if let Some(role) = share {
        facts.push(Fact::Partners { partnership: PartnershipId::new(8), one: owner, other: centre });
        facts.push(Fact::Shared { ad_account, partner: centre, role });
    }
    let post = String::from("7301");
    match shown {
        Shown::Off => {}
        Shown::On => facts.push(Fact::PostSwitched { account, post, on: true }),
        Shown::Code | Shown::CodeOver => {
            let expires_at = if shown == Shown::Code { Instant(NOW.0 + 1) } else { NOW };
            facts.push(Fact::PostCode { code, account, post, expires_at });
            facts.push(Fact::PostCodeApplied { code, ad_account });
        }
    }
    facts
}

fn table() -> String {
    let mut text = String::from(
        "May a member of a centre show a post in an ad? Every role on the ad account × what the owner granted the centre and whether the centre\n\
         withholds it from the ad account × what the centre assigned to the member × what the person linked × the post's switch or code. Made by the tests of crates/decisions.\n\n\
         role on the ad account       | granted         | assigned | own link | post      | verdict\n",
    );
    let question = Question::Use {
        user: UserId::new(1),
        centre: OrgId::new(2),
        account: AccountId::new(4),
        scope: Scope::Posts,
        ad_account: AdAccountId::new(5),
        post: Some("7301"),
    };
    let mut answer = Answer::default();
    for (role_name, role, share) in ROLES {
        for (granted_name, granted, is_withheld) in GRANTED {
            for (assigned_name, assigned) in HELD {
                for (own_name, own) in HELD {
                    for (shown_name, shown) in SHOWN {
                        let mut index = Index::new();
                        for (seq, fact) in facts([granted, assigned, own], is_withheld, role, share, shown).iter().enumerate() {
                            index.tell(fact, seq as i64 + 1, NOW);
                        }
                        index.check(&question, NOW, None, &mut answer);
                        let reasons: Vec<String> = answer.reasons().map(|denied| denied.code().replace("decisions.", "")).collect();
                        let roads: Vec<String> = answer.complete_roads().map(|road| format!("{road:?}").to_lowercase()).collect();
                        assert_eq!(answer.allowed, reasons.is_empty());
                        let verdict =
                            if answer.allowed { format!("yes: {}", roads.join(", ")) } else { format!("no: {}", reasons.join(", ")) };
                        let _ = writeln!(
                            text,
                            "{role_name:28} | {granted_name:15} | {assigned_name:8} | {own_name:8} | {shown_name:9} | {verdict}"
                        );
                    }
                }
            }
        }
    }
    text
}

#[test]
fn the_truth_table_is_as_it_was_reviewed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden/decisions.txt");
    let text = table();
    if std::env::var("COUNTERSIGN_GOLDEN").as_deref() == Ok("write") {
        std::fs::write(&file, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "golden/decisions.txt is not what the rules say now; look at the difference after COUNTERSIGN_GOLDEN=write");
}

#[test]
fn the_table_has_a_line_for_every_combination_and_yes_only_where_the_guide_says_so() {
    let text = table();
    let lines: Vec<&str> = text.lines().skip(4).collect();
    assert_eq!(lines.len(), 8 * 36 * 4);
    let runs = ["operator", "admin", "operator, shared as operator", "admin, shared as admin"];
    for line in lines {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let road = (cells[1] == "posts" && cells[2] == "posts") || cells[3] == "posts";
        let expected = runs.contains(&cells[0]) && (cells[4] == "code" || (cells[4] == "on" && road));
        assert_eq!(cells[5].starts_with("yes"), expected, "{line}");
    }
}
