//! Every route × every role × own and foreign organisation, from the route table itself: a new route is in here by being there.

use crate::{
    client::Client,
    house::{House, Member, On},
};
use access::Merchant;
use kernel::{May, OrgKind, Role};
use web::{Method, RouteInfo, Surface};

struct Cast {
    role: Role,
    own: Member,
    browser: Client,
}

fn cast(house: &House) -> Vec<Cast> {
    let mut cast = Vec::new();
    for kind in OrgKind::ALL {
        let founder = house.org(kind, &format!("{kind:?}"), "GB", Merchant::Open);
        for role in Role::ALL.into_iter().filter(|role| role.org() == kind) {
            let own = if role.is_head() { founder.clone() } else { house.colleague(founder.org, role) };
            let browser = house.browser(&own);
            cast.push(Cast { role, own, browser });
        }
    }
    cast
}

/// The route's path with an organisation in it, and ids of nothing in the other places.
fn path(route: &RouteInfo, org: kernel::OrgId) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{org}" => org.to_string(),
        "{account}" => kernel::AccountId::new(7).to_string(),
        "{link}" => kernel::LinkId::new(7).to_string(),
        "{ticket}" => kernel::TicketId::new(7).to_string(),
        "{token}" => kernel::TokenId::new(7).to_string(),
        "{user}" => kernel::UserId::new(7).to_string(),
        "{endpoint}" => kernel::EndpointId::new(7).to_string(),
        "{violation}" => kernel::ViolationId::new(7).to_string(),
        "{import}" => kernel::ImportId::new(7).to_string(),
        other if other.starts_with('{') => "7".to_owned(),
        other => other.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn send(client: &mut Client, route: &RouteInfo, path: &str) -> u16 {
    let kind = if route.surface == Surface::Api { "application/json" } else { "application/x-www-form-urlencoded" };
    let body: &[u8] = if route.method == Method::GET || route.surface != Surface::Api { b"" } else { b"{}" };
    let reply = client.send(route.method.as_str(), path, &[("Content-Type", kind)], body);
    // Let in, but for the confirmation, which a token can never give: `*` does not include verbs that need one.
    let dangerous =
        |verb: &str| server::CONTEXTS.iter().flat_map(|room| room.part.capabilities).any(|known| known.step_up && known.name == verb);
    let named = |reply: &crate::client::Reply| reply.json()["reasons"][0]["permission"].as_str().is_some_and(dangerous);
    if reply.status == 403 && (reply.body.contains("\"confirm_first\"") || (route.surface == Surface::Api && named(&reply))) {
        return CONFIRM;
    }
    if route.surface == Surface::Wire {
        return in_http(&reply.json()["code"]);
    }
    reply.status
}

/// The dialect answers 200 to everything; its codes say the rest.
fn in_http(code: &serde_json::Value) -> u16 {
    match code.as_u64() {
        Some(0) => 200,
        Some(40_001) => 403,
        Some(40_007) => 404,
        Some(40_104 | 40_105) => 401,
        Some(40_100) => 429,
        Some(50_000) | None => 500,
        Some(_) => 422,
    }
}

/// Stands for the answer "confirm who you are first".
const CONFIRM: u16 = 303;

/// Streams never end, so they are asked only by those who are refused.
fn is_stream(route: &RouteInfo) -> bool {
    route.path.ends_with("/live") || route.path.ends_with("/watch")
}

#[test]
fn every_route_answers_every_role_as_its_line_says() {
    for on in On::BOTH {
        let house = House::open(on);
        let mut cast = cast(&house);
        let foreign: Vec<(OrgKind, kernel::OrgId)> =
            OrgKind::ALL.into_iter().map(|kind| (kind, house.org(kind, "Foreign", "GB", Merchant::Open).org)).collect();
        let routes: Vec<RouteInfo> = house.app.routes().iter().filter(|route| route.surface != Surface::Asset).cloned().collect();
        let mut wrong = Vec::new();
        for route in &routes {
            let here = |who: &str, expected: &str, status: u16| {
                format!("{on:?} {} {} as {who}: expected {expected}, got {status}", route.method, route.path)
            };
            let nobody = send(&mut house.client(), route, &path(route, cast[0].own.org));
            let refused = nobody == 401 || nobody == 303;
            if !matches!(route.may, May::Anyone) && !refused {
                wrong.push(here("nobody", "a refusal", nobody));
            }
            let May::Members(roles) = route.may else { continue };
            for member in &mut cast {
                let client = if route.surface == Surface::Api { &mut member.own.client } else { &mut member.browser };
                for (kind, org) in &foreign {
                    if roles.iter().any(|role| role.org() == *kind) {
                        let status = send(client, route, &path(route, *org));
                        if status != 404 {
                            wrong.push(here(&format!("{:?} of another organisation", member.role), "404", status));
                        }
                    }
                }
                let may = roles.contains(&member.role);
                if may && is_stream(route) {
                    continue;
                }
                let status = send(client, route, &path(route, member.own.org));
                let refused = matches!(status, 401 | 403) || (status == 404 && !route.path.contains("}/"));
                if may && matches!(status, 401 | 403 | 500) {
                    wrong.push(here(member.role.code(), "to be let in", status));
                }
                if !(may || refused || status == 404) {
                    wrong.push(here(member.role.code(), "a refusal", status));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {} routes' cells differ:\n{}", wrong.len(), routes.len(), wrong.join("\n"));
    }
}

#[test]
fn a_form_without_its_token_changes_nothing_on_any_route() {
    let house = House::open(On::Sqlite);
    let mut cast = cast(&house);
    let before = house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
    let routes: Vec<RouteInfo> =
        house.app.routes().iter().filter(|r| r.surface == Surface::Console && r.method == Method::POST).cloned().collect();
    let mut wrong = Vec::new();
    for route in &routes {
        for member in cast.iter_mut().filter(|member| match route.may {
            May::Members(roles) => roles.contains(&member.role),
            May::Person | May::Known | May::Anyone => member.role == Role::ShopOwner,
            May::Platform => false,
        }) {
            let status = send(&mut member.browser, route, &path(route, member.own.org));
            // Stale (409) for the missing token; a redirect only to confirm first.
            if status != 409 && !(status == 303 && route.step_up) {
                wrong.push(format!("{} as {}: {status}", route.path, member.role.code()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap(), before, "something happened");
}

#[test]
fn looking_changes_nothing() {
    let house = House::open(On::Sqlite);
    let mut cast = cast(&house);
    let before = house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
    let routes: Vec<RouteInfo> =
        house.app.routes().iter().filter(|r| r.method == Method::GET && r.surface != Surface::Asset && !is_stream(r)).cloned().collect();
    for route in &routes {
        for member in &mut cast {
            let client = if route.surface == Surface::Api { &mut member.own.client } else { &mut member.browser };
            assert!(send(client, route, &path(route, member.own.org)) < 500, "{}", route.path);
        }
    }
    assert_eq!(house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap(), before, "a GET acted");
}

#[test]
fn every_template_can_be_read() {
    House::open(On::Sqlite).app.compile_templates().unwrap();
}
