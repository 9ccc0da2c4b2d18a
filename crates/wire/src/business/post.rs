//! Posts that ads may show by a code: the side of the ad account (`tt_video`), and the side of the account that posted
//! (`business/post/authorize`).

use super::{
    call::Caller,
    identity::{self, Place},
    say,
};
use centers::{
    Authorised,
    apply_post_code::{self, ApplyPostCode},
    authorise_post::{AuthorisePost, code},
    delete_authorisation::DeleteAuthorisation,
    extend_authorisation::ExtendAuthorisation,
    forget_post_code::ForgetPostCode,
    index::{
        ads::{self, Backing},
        posts::{self, Authorisation, CodeStatus},
    },
    switch_post::SwitchPost,
};
use kernel::{AccountId, OrgId, OrgKind, Refusal};
use serde_json::{Value as Json, json};
use store::Tx;

/// What a code digests to, for counting guesses; nothing when it cannot be a code.
pub(crate) fn guessed(caller: &Caller) -> Option<String> {
    let typed = caller.given.opt_text("auth_code").ok()??;
    code::read("auth_code", &typed).ok().map(|read| code::digest(&read))
}

/// Counts a guess before it is looked at.
pub(crate) async fn counted(caller: &Caller) -> Result<Vec<String>, Refusal> {
    let address = web::client(caller.visit.address());
    apply_post_code::io::counted(caller.visit.app().store(), caller.user()?, &address).await
}

/// Forgives a guess that was none.
pub(crate) async fn judged(caller: &Caller, counted: Vec<String>, digest: String) -> Result<(), Refusal> {
    apply_post_code::io::judged(caller.visit.app().store(), counted, digest).await
}

fn digest(caller: &Caller) -> Result<String, Refusal> {
    Ok(code::digest(&code::read("auth_code", &caller.given.text("auth_code")?)?))
}

/// `POST /tt_video/authorize/`: an ad account may show the post from now on.
pub fn authorize(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["advertiser_id", "auth_code"])?;
    let Place { centre, ad_account, user } = identity::place(tx, caller)?;
    caller.perform(tx, &ApplyPostCode { centre, by: user, ad_account, digest: digest(caller)? })?;
    Ok(json!({}))
}

fn status(tx: &mut Tx<'_>, authorisation: &Authorisation) -> Result<&'static str, Refusal> {
    let running = ads::backed(tx, Backing::Code(authorisation.authorised.authorisation))?;
    Ok(match authorisation.status(tx.now, running) {
        CodeStatus::NotUsed => "NOT_USED",
        CodeStatus::InUse => "IN_USE",
        CodeStatus::Expired => "EXPIRED",
        CodeStatus::Deleted => "DELETED",
    })
}

/// A post with what its code allows.
fn shown(tx: &mut Tx<'_>, authorisation: &Authorisation) -> Result<Option<Json>, Refusal> {
    let of = &authorisation.authorised;
    let (account, post) = (accounts::index::account(tx, of.account)?, accounts::index::post_of(tx, of.account, &of.post)?);
    let Some((account, post)) = account.zip(post) else { return Ok(None) };
    let item = identity::item(&post);
    let state = if authorisation.in_force(tx.now) { "AUTHORIZED" } else { "EXPIRED" };
    Ok(Some(json!({
        "auth_info": {
            "ad_auth_status": state, "auth_start_time": say::time(authorisation.made_at),
            "auth_end_time": say::time(authorisation.expires_at), "invite_start_time": say::time(authorisation.made_at),
        },
        "user_info": {"tiktok_name": account.nickname, "identity_id": account.id, "identity_type": "AUTH_CODE"},
        "item_info": {
            "item_id": post.id, "item_type": "VIDEO", "text": post.title, "status": item["status"],
            "anchor_list": [], "mentioned_item_ids": [],
        },
        "video_info": item["video_info"], "carousel_info": null,
    })))
}

/// `GET /tt_video/info/`: what a code stands for, for whoever has it.
pub fn info(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["advertiser_id", "auth_code"])?;
    let place = identity::place(tx, caller)?;
    identity::may_look(tx, &place)?;
    let found = posts::by_digest(tx, &digest(caller)?)?.ok_or(Refusal::NotFound)?;
    shown(tx, &found)?.ok_or(Refusal::NotFound)
}

/// `GET /tt_video/list/`: the posts whose codes were applied to an ad account.
pub fn list(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id"])?;
    let place = identity::place(tx, caller)?;
    identity::may_look(tx, &place)?;
    let types = given.all_of("item_types", &[("VIDEO", true), ("CAROUSEL", false)])?;
    let keyword = given.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let page = given.page(20, 50)?;
    let mut all = Vec::new();
    for (authorisation, _) in posts::applied(tx, place.ad_account, None, None, i64::from(u16::MAX))? {
        let Some(row) = shown(tx, &authorisation)? else { continue };
        let is_asked = row["item_info"]["text"].as_str().is_some_and(|text| text.to_lowercase().contains(&keyword))
            || row["item_info"]["item_id"].as_str() == Some(keyword.as_str());
        if is_asked && (types.is_empty() || types.contains(&true)) {
            all.push(row);
        }
    }
    let total = all.len() as i64;
    Ok(json!({"list": page.of(all), "page_info": page.info(total)}))
}

/// `POST /tt_video/unbind/`: a code that ended is forgotten. One that is in force is its owner's to delete.
pub fn unbind(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "item_id"])?;
    let Place { centre, ad_account, user: by } = identity::place(tx, caller)?;
    let item = given.text("item_id")?;
    let applied = posts::applied(tx, ad_account, None, None, i64::from(u16::MAX))?;
    let of_item: Vec<_> = applied.into_iter().map(|(one, _)| one.authorised).filter(|one| one.post == item).collect();
    if of_item.is_empty() {
        return Err(Refusal::NotFound);
    }
    for Authorised { authorisation, .. } in of_item {
        caller.perform(tx, &ForgetPostCode { centre, by, ad_account, authorisation })?;
    }
    Ok(json!({}))
}

/// An account of a creator for whom the person acts. Any other is not there.
fn own(tx: &mut Tx<'_>, caller: &Caller) -> Result<(OrgId, AccountId), Refusal> {
    let account: AccountId = caller.given.id("business_id")?;
    let (_, orgs) = caller.trust()?;
    for org in orgs {
        let is_creator = access::index::org(tx, *org)?.is_some_and(|org| org.kind == OrgKind::Creator);
        let is_member = is_creator && access::index::role(tx, *org, caller.user()?)?.is_some();
        if is_member && accounts::index::own_account(tx, *org, account)?.is_some() {
            return Ok((*org, account));
        }
    }
    Err(Refusal::NotFound)
}

/// For how long codes can be made. The rule itself is the context's.
fn days(caller: &Caller) -> Result<i64, Refusal> {
    Ok(caller.given.opt_number("authorization_days", 1, 3_650)?.unwrap_or(30))
}

/// The newest code for a post.
fn newest(tx: &mut Tx<'_>, owner: OrgId, account: AccountId, post: &str) -> Result<Option<Authorisation>, Refusal> {
    let all = posts::authorisations(tx, owner, Some((account, Some(post))), None, 100)?;
    let now = tx.now;
    let in_force = all.iter().find(|one| one.in_force(now)).cloned();
    Ok(in_force.or_else(|| all.into_iter().next()))
}

/// `POST /business/post/authorize/setting/`: whether ads may show a post.
pub fn setting(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["business_id", "item_id", "is_ad_promotable"])?;
    let (owner, account) = own(tx, caller)?;
    let post = given.text("item_id")?;
    let on = given.opt_flag("is_ad_promotable")?.unwrap_or(false);
    if posts::is_on(tx, account, &post)? != on {
        caller.perform(tx, &SwitchPost { owner, account, post: post.clone(), on })?;
    }
    Ok(json!({"item_id": post, "is_ad_promotable": on}))
}

/// `POST /business/post/authorize/`: makes a code, or prolongs the one in force. A new code is answered once.
pub fn grant(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["business_id", "item_id"])?;
    let (owner, account) = own(tx, caller)?;
    let (post, days) = (given.text("item_id")?, days(caller)?);
    let now = tx.now;
    if let Some(known) = newest(tx, owner, account, &post)?.filter(|known| known.in_force(now)) {
        caller.perform(tx, &ExtendAuthorisation { owner, authorisation: known.authorised.authorisation, days })?;
        let extended = newest(tx, owner, account, &post)?.ok_or(Refusal::NotFound)?;
        return said(tx, &extended, None);
    }
    let fresh = code::fresh();
    let authorisation = store::fresh();
    caller.perform(tx, &AuthorisePost { authorisation, owner, account, post, days, digest: code::digest(&fresh) })?;
    let made = posts::authorisation(tx, owner, authorisation)?.ok_or(Refusal::NotFound)?;
    said(tx, &made, Some(fresh))
}

fn said(tx: &mut Tx<'_>, authorisation: &Authorisation, code: Option<String>) -> Result<Json, Refusal> {
    Ok(json!({
        "item_id": authorisation.authorised.post, "auth_code": code, "auth_code_status": status(tx, authorisation)?,
        "auth_code_start_time": say::time(authorisation.made_at), "auth_code_end_time": say::time(authorisation.expires_at),
        "authorization_days": authorisation.days,
    }))
}

/// `GET /business/post/authorize/status/`
pub fn state(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["business_id", "item_id"])?;
    let (owner, account) = own(tx, caller)?;
    let known = newest(tx, owner, account, &caller.given.text("item_id")?)?.ok_or(Refusal::NotFound)?;
    said(tx, &known, None)
}

/// `POST /business/post/authorize/delete/`
pub fn delete(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["business_id", "item_id"])?;
    let (owner, account) = own(tx, caller)?;
    let known = newest(tx, owner, account, &caller.given.text("item_id")?)?.ok_or(Refusal::NotFound)?;
    caller.perform(tx, &DeleteAuthorisation { owner, authorisation: known.authorised.authorisation })?;
    Ok(json!({}))
}
