//! The home of Business Center: what waits for an answer, the figures, what happened last. A standard member sees what is theirs.

use crate::{
    assets::{
        io::{self, ADMINS},
        view::CentreCard,
    },
    changes,
    index::{ad_accounts, ads, changes::Filter, grants, groups, partners, requests},
};
use kernel::{Actor, Instant, OrgId, Refusal};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use store::Tx;
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

/// How many changes the page shows.
const SHOWN: i64 = 6;

/// A centre at a glance.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CentreHome {
    /// The centre.
    pub centre: CentreCard,
    /// `normal`, `suspended` or `closed`.
    pub state: String,
    /// The country in which it is registered.
    pub region: String,
    /// Since when it exists.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Instant,
    /// Creators' accounts that the reader sees.
    pub accounts: i64,
    /// Ad accounts that the reader sees.
    pub ad_accounts: i64,
    /// Ads that paused because a right ended: all of the centre's for admins, the reader's own otherwise.
    pub ads_paused: i64,
    /// Members; for admins.
    pub members: Option<i64>,
    /// Admins among them; for admins.
    pub admins: Option<i64>,
    /// Open invitations to the team; for admins.
    pub invitations: Option<i64>,
    /// Asset groups; for admins.
    pub groups: Option<i64>,
    /// Partners and open questions; for admins.
    pub partners: Option<i64>,
    /// Other centres' questions that wait for an answer; for admins.
    pub partners_waiting: Option<i64>,
    /// Codes that are waiting for an owner; for admins.
    pub requests_open: Option<i64>,
}

fn load(tx: &mut Tx<'_>, org: OrgId, actor: &Actor) -> Result<CentreHome, Refusal> {
    let found = access::index::org(tx, org)?.ok_or(Refusal::NotFound)?;
    let reader = io::reader(tx, org, actor)?;
    let admin = |count: i64| reader.is_admin().then_some(count);
    let head = found.kind.head();
    let (members, admins) = access::index::places(tx, org, head)?;
    let (invitations, _) = access::index::promised(tx, org, head)?;
    Ok(CentreHome {
        centre: CentreCard { id: org, name: found.name },
        state: found.state.code().into(),
        region: found.region.to_string(),
        opened_at: found.opened_at,
        accounts: grants::count_of_centre(tx, org, reader)?,
        ad_accounts: ad_accounts::count(tx, org, reader, &ad_accounts::Filter::default())?,
        ads_paused: ads::count_stopped(tx, org, reader)?,
        members: admin(members),
        admins: admin(admins),
        invitations: admin(invitations),
        groups: admin(groups::count(tx, org)?),
        partners: admin(partners::open_count(tx, org)?),
        partners_waiting: admin(partners::waiting(tx, org)?),
        requests_open: admin(requests::count_open(tx, org)?.0),
    })
}

/// `GET /centre/{org}`
pub async fn page(visit: Visit) -> Answer {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let sees_log = visit.role().is_some_and(|role| ADMINS.contains(&role));
    let (home, last, reason) = visit
        .read(move |tx| {
            let home = load(tx, org, &actor)?;
            let filter = Filter { limit: SHOWN, ..Filter::default() };
            let last = if sees_log { changes::load(tx, org, &filter)?.items } else { Vec::new() };
            let reason = access::index::org(tx, org)?.map(|org| org.reason).unwrap_or_default();
            Ok((home, last, reason))
        })
        .await?;
    let base = format!("/centre/{org}");
    let events: Vec<Json> = last.into_iter().map(|entry| entry.said(&visit)).map(|entry| drawn(&entry)).collect();
    let none = Map::new();
    let figure = |key: &str, value: Option<i64>, path: &str| {
        let label = visit.say(&format!("centers.home.{key}"), &none);
        value.map(|value| json!({"label": label, "value": web::words::grouped(value), "href": path}))
    };
    let team = format!("/org/{org}/team");
    let figures: Vec<Json> = [
        figure("accounts", Some(home.accounts), &format!("{base}/accounts")),
        figure("ad_accounts", Some(home.ad_accounts), &format!("{base}/ad_accounts")),
        figure("members", home.members, &team),
        figure("admins", home.admins, &team),
        figure("partners", home.partners, &format!("{base}/partners")),
        figure("groups", home.groups, &format!("{base}/groups")),
    ]
    .into_iter()
    .flatten()
    .collect();
    visit.page("centers/home.html", context! { title => "centers.home.title", base, team, home, figures, events, sees_log, reason }).await
}

/// A change as the kit's timeline draws it.
pub(crate) fn drawn(change: &changes::CentreChange) -> Json {
    let (tone, icon) = match change.activity.as_str() {
        "user" => ("info", "user"),
        "account" => ("ok", "brand-tiktok"),
        "asset" => ("mute", "briefcase"),
        _ => ("warn", "building"),
    };
    json!({"at": change.at, "text": change.text, "who": change.who, "tone": tone, "icon": icon})
}

/// `GET /api/v1/centres/{org}`
pub async fn api(visit: Visit) -> Answer {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let home = visit.read(move |tx| load(tx, org, &actor)).await?;
    visit.answer(StatusCode::OK, &home)
}
