//! The chain of consents as a picture: from the account's owner to the ad account, or between a shop and an account's owner, each
//! link with what it is and whether it holds.
//! It is drawn by the page's template; here is only what stands where.

use super::shapes::Asked;
use decisions::{Answer, Finding, Ground, Says};
use kernel::{AccountId, OrgId, OrgKind, Refusal, Standing};
use serde_json::{Map, Value as Json, json};
use store::Tx;
use web::Visit;

/// What the things in the picture are called.
pub enum Names {
    /// For a question about using an account.
    Use {
        /// The account.
        account: String,
        /// The centre.
        centre: String,
        /// The member.
        user: String,
        /// Where the ads run.
        ad_account: String,
        /// Which post.
        post: Option<String>,
    },
    /// For a question between a shop and an account's owner.
    Link {
        /// Which.
        question: &'static str,
        /// The shop; nothing for an account without one.
        shop: Option<String>,
        /// The account.
        account: String,
        /// Its owner.
        owner: String,
    },
}

/// The names for a question. A shop does not learn here whose an account is.
pub async fn names(visit: &Visit, asked: &Asked) -> Result<Names, Refusal> {
    let owner_is_told = visit.role().is_some_and(|role| role.org() != OrgKind::Shop);
    let somebody = visit.say("decisions.somebody", &Map::new());
    let asked = asked.clone();
    let names = visit.read(move |tx| {
        if let Asked::Use { user, centre, account, ad_account, post, .. } = asked {
            return Ok(Names::Use {
                account: handle(tx, account)?,
                centre: org(tx, centre)?,
                user: access::index::user(tx, user)?.map_or_else(|| user.to_string(), |found| found.name),
                ad_account: centers::index::ad_accounts::ad_account(tx, ad_account)?
                    .map_or_else(|| ad_account.to_string(), |found| found.name),
                post,
            });
        }
        let (question, account, shop) = match asked {
            Asked::Invite { shop, account, .. } => ("invite", account, Some(shop)),
            Asked::Link { shop, account, .. } => ("link", account, Some(shop)),
            Asked::Unlink { account, .. } => ("unlink", account, last_shop(tx, account)?),
            Asked::Sell { account } | Asked::Use { account, .. } => {
                ("sell", account, linking::index::in_force(tx, account)?.map(|link| link.pair.shop))
            }
        };
        let found = accounts::index::account(tx, account)?.filter(|found| owner_is_told && found.claimed);
        Ok(Names::Link {
            question,
            shop: shop.map(|shop| org(tx, shop)).transpose()?,
            account: handle(tx, account)?,
            owner: found.map(|found| org(tx, found.owner)).transpose()?.unwrap_or(somebody),
        })
    });
    names.await
}

fn handle(tx: &mut Tx<'_>, id: AccountId) -> Result<String, Refusal> {
    Ok(accounts::index::account(tx, id)?.map_or_else(|| id.to_string(), |found| format!("@{}", found.handle)))
}

fn org(tx: &mut Tx<'_>, id: OrgId) -> Result<String, Refusal> {
    Ok(access::index::org(tx, id)?.map_or_else(|| id.to_string(), |found| found.name))
}

/// The shop that an account is linked to, or was last.
fn last_shop(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<OrgId>, Refusal> {
    let all = linking::index::of_account(tx, account, 50)?;
    let linked = all.iter().find(|found| found.link.consent.standing == Standing::InForce);
    Ok(linked.or_else(|| all.iter().find(|found| found.link.linked_at.is_some())).map(|found| found.link.pair.shop))
}

/// How wide and high a box is, and how far the next one stands below it.
const WIDE: i64 = 340;
const HIGH: i64 = 46;
const STEP: i64 = 104;
const LEFT: i64 = 60;

/// A box: what it is, whose name stands in it, and the rules that are about it.
type Node<'a> = (&'static str, &'a str, &'static [&'static str]);
/// What leads from one box to the next: its words, and the rules that are about it. `None`: it has not happened yet.
type Edge = (&'static str, Option<&'static [&'static str]>);

/// Boxes one below the other and, between them, what leads from one to the next; roads besides stand at the sides.
pub fn draw(visit: &Visit, answer: &Answer<'_>, names: &Names) -> Json {
    match names {
        Names::Use { .. } => using(visit, answer, names),
        Names::Link { question, shop, account, owner } => {
            linking_of(visit, answer, question, [shop.as_deref(), Some(account), Some(owner)])
        }
    }
}

/// The chain of a question between a shop and an account's owner.
fn linking_of(visit: &Visit, answer: &Answer<'_>, question: &str, [shop, account, owner]: [Option<&str>; 3]) -> Json {
    let [account, owner] = [account, owner].map(Option::unwrap_or_default);
    let shop_box: Node<'_> = ("shop", shop.unwrap_or_default(), &["shop_is_normal", "name_fits"]);
    let account_box: Node<'_> = (
        "box_account",
        account,
        &[
            "account_is_normal",
            "ecommerce_is_granted",
            "no_violation_is_open",
            "content_is_clean",
            "account_is_in_the_shops_country",
            "account_is_not_linked_here",
            "account_is_free",
            "wait_after_unlink_is_over",
        ],
    );
    let owner_box: Node<'_> = ("box_owner", owner, &["owner_is_of_age", "someone_can_answer"]);
    const PLACES: &[&str] = &["official_place_is_free", "marketing_place_is_free", "marketing_links_are_left", "no_invitation_is_open"];
    const INVITED: &[&str] = &["invitation_is_open", "official_place_is_free", "marketing_place_is_free", "marketing_links_are_left"];
    const NETWORK: &[&str] = &["network_is_in_the_shops_country"];
    const LEAVES: &[&str] = &["has_been_linked_long_enough", "no_request_is_open", "unlinks_are_left", "network_is_in_the_shops_country"];
    const LINKED: &[&str] = &["link_is_in_force"];
    const SELLS: &[&str] = &["is_linked_or_has_followers"];
    match question {
        "invite" => {
            chain(visit, answer, &[shop_box, account_box, owner_box], &[("edge_invites", Some(PLACES)), ("edge_will_answer", None)])
        }
        "link" => {
            chain(visit, answer, &[shop_box, account_box, owner_box], &[("edge_invited", Some(INVITED)), ("edge_accepts", Some(NETWORK))])
        }
        "unlink" => chain(
            visit,
            answer,
            &[owner_box, account_box, shop_box],
            &[("edge_asks_to_leave", Some(LEAVES)), ("edge_linked", Some(LINKED))],
        ),
        _ if shop.is_some() => chain(visit, answer, &[shop_box, account_box], &[("edge_linked", Some(SELLS))]),
        _ => chain(visit, answer, &[account_box, ("box_followers", "", SELLS)], &[("edge_without_shop", Some(SELLS))]),
    }
}

/// What all pictures are made of.
fn chain(visit: &Visit, answer: &Answer<'_>, boxes: &[Node<'_>], edges: &[Edge]) -> Json {
    let say = |key: &str| visit.say(&format!("decisions.{key}"), &Map::new());
    let failing = |rules: &[&str]| rules.iter().filter(|rule| found(answer, rule).is_some_and(|finding| !finding.holds())).count();
    let middle = LEFT + WIDE / 2;
    let nodes: Vec<Json> =
        boxes.iter().enumerate().map(|(n, (label, name, rules))| node(n, &say(label), name, failing(rules) == 0)).collect();
    let edges: Vec<Json> = edges.iter().enumerate().map(|(n, (label, rules))| {
        let (top, end) = (10 + n as i64 * STEP + HIGH, 10 + (n as i64 + 1) * STEP);
        let (mark, tone) = match rules.map(failing) {
            None => ("…", "secondary"),
            Some(0) => ("✓", "success"),
            Some(_) => ("✗", "danger"),
        };
        json!({"path": format!("M{middle} {top} V{}", end - 7), "x": middle, "y": top + 33, "text": format!("{mark} {}", say(label)), "tone": tone, "end_x": middle, "end_y": end})
    }).collect();
    let high = 10 + (boxes.len() as i64 - 1) * STEP + HIGH + 10;
    json!({"nodes": nodes, "edges": edges, "sides": {}, "wide": WIDE + 2 * LEFT, "high": high})
}

fn tone(ok: bool) -> &'static str {
    if ok { "success" } else { "danger" }
}

fn node(n: usize, label: &str, name: &str, ok: bool) -> Json {
    let y = 10 + n as i64 * STEP;
    let mark = if ok { "✓" } else { "✗" };
    json!({
        "x": LEFT, "y": y, "wide": WIDE, "high": HIGH, "label": format!("{mark} {label}"), "name": cut(name), "label_y": y + 18, "name_y": y + 36,
        "middle": LEFT + WIDE / 2, "tone": tone(ok),
    })
}

/// The chain from the account's owner to the ad account.
fn using(visit: &Visit, answer: &Answer<'_>, names: &Names) -> Json {
    let Names::Use { account, centre, user, ad_account, post } = names else { return Json::Null };
    let say = |key: &str| visit.say(&format!("decisions.{key}"), &Map::new());
    let holds = |rules: &[&str]| rules.iter().all(|rule| found(answer, rule).is_none_or(Finding::holds));
    let middle = LEFT + WIDE / 2;
    let boxes = [
        ("box_account", account, holds(&["account_is_normal", "account_is_not_political"])),
        ("box_centre", centre, holds(&["centre_is_normal"])),
        ("box_member", user, holds(&["person_is_a_member"])),
        ("box_ad_account", ad_account, holds(&["ad_account_is_open", "centre_reaches_the_ad_account"])),
    ];
    let nodes: Vec<Json> = boxes.iter().enumerate().map(|(n, (label, name, ok))| node(n, &say(label), name, *ok)).collect();
    let between = |n: i64, rule: &str, key: &str| {
        let (top, end) = (10 + n * STEP + HIGH, 10 + (n + 1) * STEP);
        let ok = found(answer, rule).is_some_and(Finding::holds);
        let label = format!("{} {}{}", if ok { "✓" } else { "✗" }, say(key), scopes(visit, found(answer, rule)));
        let label = cut(&label);
        json!({"path": format!("M{middle} {top} V{}", end - 7), "x": middle, "y": top + 33, "text": label, "tone": tone(ok), "end_x": middle, "end_y": end})
    };
    let mut edges = vec![
        if holds(&["account_is_not_withheld"]) {
            between(0, "centre_holds_the_scope", "edge_grant")
        } else {
            between(0, "account_is_not_withheld", "edge_withheld")
        },
        between(1, "member_is_assigned_the_scope", "edge_assignment"),
        between(2, "role_runs_ads", "edge_role"),
    ];
    let (right, last) = (LEFT + WIDE, 10 + 3 * STEP);
    let own = found(answer, "person_linked_the_account").is_some_and(Finding::holds);
    let curve = |side: i64, out: i64, from: i64, to: i64| format!("M{side} {from} C{out} {from} {out} {to} {side} {to}");
    let sides = json!({
        "own": {"path": curve(right, right + 46, 33, 33 + 2 * STEP), "x": right + 40, "y": 33 + STEP, "tone": tone(own), "ok": own},
        "code": post.as_ref().map(|_| {
            let ok = found(answer, "code_is_in_force").is_some_and(Finding::holds);
            json!({"path": curve(LEFT, LEFT - 46, 33, 33 + 3 * STEP), "x": LEFT - 40, "y": 33 + STEP + STEP / 2, "tone": tone(ok), "ok": ok})
        }),
    });
    if let Some(post) = post {
        let ok = found(answer, "post_is_open_to_ads").is_some_and(Finding::holds);
        let y = last + HIGH + 30;
        edges.push(json!({"path": "", "x": middle, "y": y, "text": format!("{} {} {post}", if ok { "✓" } else { "✗" }, say("edge_post")), "tone": tone(ok)}));
    }
    json!({"nodes": nodes, "edges": edges, "sides": sides, "wide": WIDE + 2 * LEFT, "high": last + HIGH + if post.is_some() { 46 } else { 10 }})
}

fn found<'a>(answer: &'a Answer<'a>, rule: &str) -> Option<&'a Finding<'a>> {
    answer.findings.iter().find(|finding| finding.rule == rule)
}

/// What is held, after the link's name.
fn scopes(visit: &Visit, finding: Option<&Finding<'_>>) -> String {
    let none = Map::new();
    match finding.map(|finding| finding.says) {
        Some(Says::Yes(Ground::Granted { scopes, .. } | Ground::Assigned { scopes, .. })) => {
            let each: Vec<String> = scopes.iter().map(|scope| visit.say(&format!("centers.scope.{}", scope.code()), &none)).collect();
            format!(": {}", each.join(", "))
        }
        Some(Says::Yes(Ground::AdRole { role, .. })) => format!(": {}", visit.say(&format!("centers.ad_role.{}", role.code()), &none)),
        _ => String::new(),
    }
}

/// A name that fits its box.
fn cut(name: &str) -> String {
    const MOST: usize = 36;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}
