//! The chain of consents as a picture: from the account's owner to the ad account, each link with what it is and whether it holds.
//! It is drawn by the page's template; here is only what stands where.

use super::shapes::Asked;
use decisions::{Answer, Finding, Ground, Says};
use kernel::Refusal;
use serde_json::{Map, Value as Json, json};
use web::Visit;

/// What the things in the picture are called.
pub struct Names {
    owner: String,
    centre: String,
    user: String,
    ad_account: String,
    post: Option<String>,
}

/// The names for a question about using an account; other questions have no chain.
pub async fn names(visit: &Visit, asked: &Asked) -> Result<Option<Names>, Refusal> {
    let Asked::Use { user, centre, account, ad_account, post, .. } = asked.clone() else { return Ok(None) };
    let names = visit.read(move |tx| {
        Ok(Names {
            owner: accounts::index::account(tx, account)?.map_or_else(|| account.to_string(), |found| format!("@{}", found.handle)),
            centre: access::index::org(tx, centre)?.map_or_else(|| centre.to_string(), |found| found.name),
            user: access::index::user(tx, user)?.map_or_else(|| user.to_string(), |found| found.name),
            ad_account: centers::index::ad_accounts::ad_account(tx, ad_account)?.map_or_else(|| ad_account.to_string(), |found| found.name),
            post,
        })
    });
    names.await.map(Some)
}

/// How wide and high a box is, and how far the next one stands below it.
const WIDE: i64 = 260;
const HIGH: i64 = 46;
const STEP: i64 = 104;
const LEFT: i64 = 50;

/// Boxes one below the other and, between them, what leads from one to the next; roads besides stand at the sides.
pub fn draw(visit: &Visit, answer: &Answer<'_>, names: &Names) -> Json {
    let say = |key: &str| visit.say(&format!("decisions.{key}"), &Map::new());
    let holds = |rules: &[&str]| rules.iter().all(|rule| found(answer, rule).is_none_or(Finding::holds));
    let tone = |ok: bool| if ok { "success" } else { "danger" };
    let middle = LEFT + WIDE / 2;
    let boxes = [
        ("box_account", &names.owner, holds(&["account_is_normal", "account_is_not_political"])),
        ("box_centre", &names.centre, holds(&["centre_is_normal"])),
        ("box_member", &names.user, holds(&["person_is_a_member"])),
        ("box_ad_account", &names.ad_account, holds(&["ad_account_is_open", "centre_reaches_the_ad_account"])),
    ];
    let nodes: Vec<Json> = boxes
        .iter()
        .enumerate()
        .map(|(n, (label, name, ok))| {
            let y = 10 + n as i64 * STEP;
            json!({"x": LEFT, "y": y, "wide": WIDE, "high": HIGH, "label": say(label), "name": cut(name), "label_y": y + 18, "name_y": y + 36, "middle": middle, "tone": tone(*ok)})
        })
        .collect();
    let between = |n: i64, rule: &str, key: &str| {
        let (top, end) = (10 + n * STEP + HIGH, 10 + (n + 1) * STEP);
        let ok = found(answer, rule).is_some_and(Finding::holds);
        let label = format!("{} {}{}", if ok { "✓" } else { "✗" }, say(key), scopes(visit, found(answer, rule)));
        json!({"path": format!("M{middle} {top} V{}", end - 7), "x": middle, "y": top + 33, "text": label, "tone": tone(ok), "end_x": middle, "end_y": end})
    };
    let mut edges = vec![
        between(0, "centre_holds_the_scope", "edge_grant"),
        between(1, "member_is_assigned_the_scope", "edge_assignment"),
        between(2, "role_runs_ads", "edge_role"),
    ];
    let (right, last) = (LEFT + WIDE, 10 + 3 * STEP);
    let own = found(answer, "person_linked_the_account").is_some_and(Finding::holds);
    let curve = |side: i64, out: i64, from: i64, to: i64| format!("M{side} {from} C{out} {from} {out} {to} {side} {to}");
    let sides = json!({
        "own": {"path": curve(right, right + 46, 33, 33 + 2 * STEP), "x": right + 40, "y": 33 + STEP, "tone": tone(own), "ok": own},
        "code": names.post.as_ref().map(|_| {
            let ok = found(answer, "code_is_in_force").is_some_and(Finding::holds);
            json!({"path": curve(LEFT, LEFT - 46, 33, 33 + 3 * STEP), "x": LEFT - 40, "y": 33 + STEP + STEP / 2, "tone": tone(ok), "ok": ok})
        }),
    });
    if let Some(post) = &names.post {
        let ok = found(answer, "post_is_open_to_ads").is_some_and(Finding::holds);
        let y = last + HIGH + 30;
        edges.push(json!({"path": "", "x": middle, "y": y, "text": format!("{} {} {post}", if ok { "✓" } else { "✗" }, say("edge_post")), "tone": tone(ok)}));
    }
    json!({"nodes": nodes, "edges": edges, "sides": sides, "wide": WIDE + 2 * LEFT, "high": last + HIGH + if names.post.is_some() { 46 } else { 10 }})
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
    const MOST: usize = 30;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}
