//! An owner's pages: the ad switch of each post, the codes for it, and the ads that show it.

use super::{
    CREATORS, PAGE, after,
    api::{self, posts_with_switches},
    centre::moments,
    cut, view,
};
use crate::{
    authorise_post::{AuthorisePost, Policy, code},
    delete_authorisation::DeleteAuthorisation,
    extend_authorisation::ExtendAuthorisation,
    granting::view as names,
    index::{
        ads::{self, AdState, Filter},
        posts,
    },
    switch_post::SwitchPost,
};
use kernel::{AccountId, AdId, AuthorisationId, Capability, May, Refusal};
use serde_json::{Map, Value as Json, json};
use store::{Ask, Tx};
use web::{Answer, Visit, context};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let creators = May::Members(CREATORS);
    routes.page("/creator/{org}/posts", creators, list);
    routes.page("/creator/{org}/posts/{account}/{post}", creators, one);
    routes.form("/creator/{org}/posts/{account}/{post}/switch", SwitchPost::MAY, switch);
    routes.form("/creator/{org}/posts/{account}/{post}/codes", AuthorisePost::MAY, authorise);
    routes.form("/creator/{org}/posts/{account}/{post}/codes/{authorisation}/extend", ExtendAuthorisation::MAY, extend);
    routes.form("/creator/{org}/posts/{account}/{post}/codes/{authorisation}/delete", DeleteAuthorisation::MAY, delete);
    routes.page("/creator/{org}/ads", creators, shown);
    routes.page("/creator/{org}/ads/{ad}", creators, shown_one);
}

/// `GET /creator/{org}/posts?account=&q=`
async fn list(visit: Visit) -> Answer {
    let (org, query) = (visit.org()?, visit.query("q").unwrap_or_default().to_owned());
    let (wanted, like): (Option<AccountId>, _) = (visit.queries().parsed_opt("account", "centers.ads.bad_id")?, query.clone());
    let (own, account, items) = visit
        .read(move |tx| {
            let own = accounts::index::of_owner(tx, org)?;
            let account = match wanted {
                Some(id) => Some(accounts::index::own_account(tx, org, id)?.ok_or(Refusal::NotFound)?.id),
                None => own.first().map(|account| account.id),
            };
            let items = account.map_or(Ok(Vec::new()), |id| posts_with_switches(tx, org, id, &like))?;
            Ok((own, account, items))
        })
        .await?;
    let base = format!("/creator/{org}");
    let tabs: Vec<Json> = own
        .iter()
        .map(|it| json!({"label": format!("@{}", it.handle), "href": format!("{base}/posts?account={}", it.id), "active": Some(it.id) == account}))
        .collect();
    let political = own.iter().any(|it| Some(it.id) == account && it.political);
    let facts = context! { title => "centers.ads.posts", base, tabs, account, items, query, political };
    visit.page("centers/posts.html", facts).await
}

/// `GET /creator/{org}/posts/{account}/{post}`
async fn one(visit: Visit) -> Answer {
    show_one(visit, None, None).await
}

/// How many codes and ads the page of a post shows.
const ROWS: i64 = 50;

async fn show_one(visit: Visit, made: Option<String>, refusal: Option<Refusal>) -> Answer {
    let (org, account, id): (_, AccountId, String) = (visit.org()?, visit.param("account")?, visit.param("post")?);
    let (post_id, actor, said) = (id.clone(), visit.actor().clone(), visit.clone());
    let seen = visit
        .read(move |tx| {
            let post = api::post_with_switch(tx, org, account, &post_id)?;
            let name = names::account(tx, account)?;
            let codes = posts::authorisations(tx, org, Some((account, Some(&post_id))), None, ROWS)?;
            let codes = codes.iter().map(|code| view::code(tx, code)).collect::<Result<Vec<_>, Refusal>>()?;
            let filter = Filter { account: Some(account), item: Some(post_id.clone()), ..Filter::default() };
            let ads = ads::ads_of_owner(tx, org, &filter, None, ROWS)?;
            let ads = ads.iter().map(|ad| view::shown_ad(tx, &said, ad)).collect::<Result<Vec<_>, Refusal>>()?;
            let flip = SwitchPost { owner: org, account, post: post_id.clone(), on: !post.is_on };
            let facts = flip.facts(tx, &actor)?;
            let against = kernel::precheck(&flip, &facts);
            let scope = access::index::org(tx, org)?.ok_or(Refusal::NotFound)?.scope();
            let days = tx.policy::<Policy>(scope)?.days.value.clone();
            Ok((post, name, codes, ads, against, days))
        })
        .await?;
    let (post, account_name, codes, ads, against, days) = seen;
    let base = format!("/creator/{org}");
    let here = format!("{base}/posts/{account}/{}", encoded(&id));
    let against: Vec<Json> = against.iter().filter_map(|check| check.denial.as_ref()).map(|denial| visit.denial(denial)).collect();
    let days: Vec<Json> = days
        .into_iter()
        .map(|n| {
            let facts = Map::from_iter([("n".to_owned(), Json::from(n))]);
            json!({"value": n.to_string(), "label": visit.say("centers.authorise_post.days_n", &facts)})
        })
        .collect();
    let is_owner = visit.role() == Some(kernel::Role::CreatorOwner);
    let crumbs = json!([
        {"label": visit.say("centers.ads.posts", &Map::new()), "href": format!("{base}/posts?account={account}")},
        {"label": if post.title.is_empty() { post.id.clone() } else { post.title.clone() }},
    ]);
    let facts = context! {
        title => "centers.ads.post", crumbs, base, here, post, account => account_name, codes, ads, against, days, is_owner, made,
    };
    match refusal {
        None => visit.page("centers/post.html", facts).await,
        Some(refusal) => visit.page_again("centers/post.html", facts, refusal).await,
    }
}

/// A text as it stands in an address.
fn encoded(text: &str) -> String {
    let each = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(each).collect()
}

async fn done(visit: Visit, outcome: Result<(), Refusal>, said: &str) -> Answer {
    let (org, account, id): (_, AccountId, String) = (visit.org()?, visit.param("account")?, visit.param("post")?);
    match outcome {
        Ok(()) => visit.redirect(&format!("/creator/{org}/posts/{account}/{}", encoded(&id)), said),
        Err(refusal) => show_one(visit, None, Some(refusal)).await,
    }
}

/// `POST /creator/{org}/posts/{account}/{post}/switch`
async fn switch(visit: Visit) -> Answer {
    let (owner, account, post) = (visit.org()?, visit.param("account")?, visit.param("post")?);
    let on = visit.form().text("on") == "yes";
    let outcome = visit.perform(SwitchPost { owner, account, post, on }).await.map(drop);
    done(visit, outcome, if on { "centers.switch_post.done_on" } else { "centers.switch_post.done_off" }).await
}

fn days(visit: &Visit) -> Result<i64, Refusal> {
    visit.form().parsed("days", "centers.authorise_post.bad_days")
}

/// `POST /creator/{org}/posts/{account}/{post}/codes`: the page that follows shows the code, this one time.
async fn authorise(visit: Visit) -> Answer {
    let (owner, account, post) = (visit.org()?, visit.param("account")?, visit.param("post")?);
    let text = code::fresh();
    let digest = code::digest(&text);
    let outcome = match days(&visit) {
        Ok(days) => visit.perform(AuthorisePost { authorisation: store::fresh(), owner, account, post, days, digest }).await.map(drop),
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(()) => show_one(visit, Some(text), None).await,
        Err(refusal) => show_one(visit, None, Some(refusal)).await,
    }
}

/// A code of the post whose page it is; another's is not there.
fn on_this_page(tx: &mut Tx<'_>, visit: &Visit, id: AuthorisationId) -> Result<(), Refusal> {
    let (owner, account, post): (_, AccountId, String) = (visit.org()?, visit.param("account")?, visit.param("post")?);
    let found = posts::authorisation(tx, owner, id)?.ok_or(Refusal::NotFound)?;
    if found.authorised.account == account && found.authorised.post == post { Ok(()) } else { Err(Refusal::NotFound) }
}

async fn on_code<A: Ask>(visit: &Visit, id: AuthorisationId, ask: A) -> Result<(), Refusal> {
    let (said, actor) = (visit.clone(), visit.actor().clone());
    let work = move |tx: &mut Tx<'_>| {
        on_this_page(tx, &said, id)?;
        store::perform(tx, &actor, &ask)
    };
    visit.write(work).await
}

/// `POST /creator/{org}/posts/{account}/{post}/codes/{authorisation}/extend`
async fn extend(visit: Visit) -> Answer {
    let (owner, authorisation) = (visit.org()?, visit.param("authorisation")?);
    let outcome = match days(&visit) {
        Ok(days) => on_code(&visit, authorisation, ExtendAuthorisation { owner, authorisation, days }).await,
        Err(refusal) => Err(refusal),
    };
    done(visit, outcome, "centers.extend_authorisation.done").await
}

/// `POST /creator/{org}/posts/{account}/{post}/codes/{authorisation}/delete`
async fn delete(visit: Visit) -> Answer {
    let (owner, authorisation) = (visit.org()?, visit.param("authorisation")?);
    let outcome = on_code(&visit, authorisation, DeleteAuthorisation { owner, authorisation }).await;
    done(visit, outcome, "centers.delete_authorisation.done").await
}

/// `GET /creator/{org}/ads?state=&after=`: the ads that show one's posts.
async fn shown(visit: Visit) -> Answer {
    let (org, said, after, state) = (visit.org()?, visit.clone(), after(&visit)?, api::state(&visit)?);
    let (items, next, counts) = visit
        .read(move |tx| {
            let of = |state| Filter { state, ..Filter::default() };
            let mut found = ads::ads_of_owner(tx, org, &of(state), after, PAGE + 1)?;
            let next = cut(&mut found, PAGE, api::place);
            let items = found.iter().map(|ad| view::shown_ad(tx, &said, ad)).collect::<Result<Vec<_>, Refusal>>()?;
            let mut counts = Vec::new();
            for which in [None, Some(AdState::Running), Some(AdState::Paused), Some(AdState::Deleted)] {
                counts.push((which, ads::count_ads_of_owner(tx, org, &of(which))?));
            }
            Ok((items, next, counts))
        })
        .await?;
    let base = format!("/creator/{org}");
    let address =
        |state: Option<AdState>| format!("{base}/ads{}", state.map_or_else(String::new, |state| format!("?state={}", state.code())));
    let tabs: Vec<Json> = counts
        .iter()
        .map(|(which, count)| {
            let label = visit.say(&format!("centers.ads.which.{}", which.map_or("all", AdState::code)), &Map::new());
            json!({"label": label, "href": address(*which), "active": *which == state, "count": count})
        })
        .collect();
    let next = next.map(|next| {
        let here = address(state);
        let join = if here.contains('?') { '&' } else { '?' };
        format!("{here}{join}after={next}")
    });
    visit.page("centers/shown_ads.html", context! { title => "centers.ads.shown", base, tabs, items, next }).await
}

/// `GET /creator/{org}/ads/{ad}`
async fn shown_one(visit: Visit) -> Answer {
    let (org, id, said): (_, AdId, _) = (visit.org()?, visit.param("ad")?, visit.clone());
    let (ad, events) = visit
        .read(move |tx| {
            let found = ads::ad_of_owner(tx, org, id)?.ok_or(Refusal::NotFound)?;
            Ok((view::shown_ad(tx, &said, &found)?, moments(tx, &said, org, &found)?))
        })
        .await?;
    let base = format!("/creator/{org}");
    let crumbs = json!([{"label": visit.say("centers.ads.shown", &Map::new()), "href": format!("{base}/ads")}, {"label": ad.name}]);
    visit.page("centers/shown_ad.html", context! { title => "centers.ads.ad", crumbs, base, ad, events }).await
}
