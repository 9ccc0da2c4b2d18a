//! Under which names an ad account's ads may appear: own names, and accounts that the person may use in it.

use super::{
    call::Caller,
    given::{Given, Page},
    say,
};
use accounts::{Account, Post, Visibility};
use centers::{
    Road, Scope, Scopes,
    create_identity::CreateIdentity,
    delete_identity::DeleteIdentity,
    index::{ad_accounts, grants, identities, posts, withheld},
    record_use::{self, RecordUse},
};
use kernel::{AccountId, AdAccountId, IdentityId, Instant, OrgId, Refusal, UserId};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::Tx;
use web::Visit;

/// The kinds of identity that exist here. TikTok has two more: the centre's own accounts and those of its shops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    Custom,
    Code,
    Own,
    Granted,
}
/// Their words.
pub(crate) const TYPES: &[(&str, Type)] =
    &[("CUSTOMIZED_USER", Type::Custom), ("AUTH_CODE", Type::Code), ("TT_USER", Type::Own), ("BC_AUTH_TT", Type::Granted)];

/// Where the person stands who asks: in which centre, on which ad account.
pub(crate) struct Place {
    pub centre: OrgId,
    pub ad_account: AdAccountId,
    pub user: UserId,
}

/// The ad account that a call names, where the person reaches it.
pub(crate) fn place(tx: &mut Tx<'_>, caller: &Caller) -> Result<Place, Refusal> {
    let ad_account = caller.given.id("advertiser_id").map_err(|refusal| caller.unknown_advertiser(refusal))?;
    let named = caller.given.opt_id::<kernel::id::Org>("identity_authorized_bc_id")?;
    let (centre, _) = caller.reaches_in(tx, ad_account, named)?;
    Ok(Place { centre, ad_account, user: caller.user()? })
}

/// What the person may use an account for by this kind of identity, and since when they can; nothing when they cannot.
pub(crate) fn scopes(tx: &mut Tx<'_>, place: &Place, kind: Type, account: AccountId) -> Result<Option<Scopes>, Refusal> {
    let now = tx.now;
    Ok(match kind {
        Type::Custom => None,
        Type::Own => grants::own_link(tx, account, place.user)?.map(|link| link.scopes),
        Type::Granted => {
            if withheld::since(tx, place.centre, account, place.ad_account)?.is_some() {
                return Ok(None);
            }
            let by_centre = grants::scopes_of(tx, place.centre, account, place.user)?.by_centre();
            (!by_centre.is_empty()).then_some(by_centre)
        }
        Type::Code => {
            let applied = posts::applied(tx, place.ad_account, Some(account), None, MANY)?;
            applied.iter().any(|(one, _)| one.in_force(now)).then(|| Scopes::NONE.with(Scope::Posts))
        }
    })
}

/// More than one person can have of one kind.
const MANY: i64 = 10_000;

fn name_of(kind: Type) -> &'static str {
    TYPES.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}

fn custom(identity: &identities::Identity) -> Json {
    json!({
        "identity_id": identity.id, "identity_type": "CUSTOMIZED_USER", "display_name": identity.name, "user_name": null, "profile_image": null,
        "identity_authorized_bc_id": null, "identity_authorized_shop_id": null, "ads_only_mode": false, "is_gpppa": false,
        "available_status": "AVAILABLE", "can_push_video": false, "can_pull_video": false, "can_use_live_ads": false, "can_manage_message": false,
    })
}

fn shown(place: &Place, kind: Type, account: &Account, scopes: Scopes) -> Json {
    json!({
        "identity_id": account.id, "identity_type": name_of(kind), "display_name": account.nickname, "user_name": account.handle,
        "profile_image": null, "identity_authorized_bc_id": (kind == Type::Granted).then_some(place.centre),
        "identity_authorized_shop_id": null, "ads_only_mode": false, "is_gpppa": account.political,
        "available_status": if account.state == accounts::AccountState::Normal { "AVAILABLE" } else { "NO_VALID_BIND_ACCOUNT" },
        // Nothing is published through this house, so videos are pulled and never pushed.
        "can_push_video": false, "can_pull_video": scopes.contains(Scope::Posts),
        "can_use_live_ads": scopes.contains(Scope::Live), "can_manage_message": scopes.contains(Scope::Messages),
    })
}

/// The accounts that this kind of identity reaches, each once.
fn reached(tx: &mut Tx<'_>, place: &Place, kind: Type) -> Result<Vec<AccountId>, Refusal> {
    let mut all: Vec<AccountId> = match kind {
        Type::Custom => Vec::new(),
        Type::Own => grants::own_links_of(tx, place.user)?.into_iter().map(|link| link.account).collect(),
        Type::Granted => grants::assignments_to(tx, place.centre, place.user)?.into_iter().map(|given| given.account).collect(),
        Type::Code => {
            let applied = posts::applied(tx, place.ad_account, None, None, MANY)?;
            applied.into_iter().map(|(authorisation, _)| authorisation.authorised.account).collect()
        }
    };
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// `GET /identity/get/`
pub fn get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    let place = place(tx, caller)?;
    let only = given.opt_one_of("identity_type", TYPES)?;
    if only == Some(Type::Granted) {
        given.require(&["identity_authorized_bc_id"])?;
    }
    let keyword = given.object("filtering")?.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let page = given.page(20, 100)?;
    let mut list = Vec::new();
    for (_, kind) in TYPES.iter().filter(|(_, kind)| only.is_none_or(|only| only == *kind)) {
        if *kind == Type::Custom {
            let all = identities::list(tx, place.ad_account, None, MANY)?;
            list.extend(all.iter().filter(|one| one.name.to_lowercase().contains(&keyword)).map(custom));
            continue;
        }
        for id in reached(tx, &place, *kind)? {
            let Some(held) = scopes(tx, &place, *kind, id)? else { continue };
            if let Some(account) = accounts::index::account(tx, id)? {
                list.push(shown(&place, *kind, &account, held));
            }
        }
    }
    let total = list.len() as i64;
    Ok(json!({"identity_list": page.of(list), "page_info": page.info(total)}))
}

/// The account behind an identity that a call names; it is there for those only who may use it so.
pub(crate) fn named(tx: &mut Tx<'_>, given: &Given, place: &Place) -> Result<(Type, Account, Scopes), Refusal> {
    let kind = given.one_of("identity_type", TYPES)?;
    if kind == Type::Granted {
        given.require(&["identity_authorized_bc_id"])?;
    }
    let id: AccountId = given.id("identity_id")?;
    let held = scopes(tx, place, kind, id)?.ok_or(Refusal::NotFound)?;
    Ok((kind, accounts::index::account(tx, id)?.ok_or(Refusal::NotFound)?, held))
}

/// `GET /identity/info/`
pub fn info(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "identity_id", "identity_type"])?;
    let place = place(tx, caller)?;
    if given.one_of("identity_type", TYPES)? == Type::Custom {
        let identity = identities::identity(tx, place.ad_account, given.id("identity_id")?)?;
        return Ok(json!({"identity_info": custom(&identity)}));
    }
    let (kind, account, held) = named(tx, given, &place)?;
    Ok(json!({"identity_info": shown(&place, kind, &account, held)}))
}

/// `POST /identity/create/`
pub fn create(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "display_name"])?;
    let Place { centre, ad_account, .. } = place(tx, caller)?;
    let identity: IdentityId = store::fresh();
    let name = given.text_up_to("display_name", 100)?;
    caller.perform(tx, &CreateIdentity { identity, centre, ad_account, name })?;
    Ok(json!({"identity_id": identity}))
}

/// `POST /identity/delete/`
pub fn delete(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "identity_id"])?;
    given.opt_one_of("identity_type", &[("CUSTOMIZED_USER", ())])?;
    let Place { centre, ad_account, .. } = place(tx, caller)?;
    caller.perform(tx, &DeleteIdentity { centre, ad_account, identity: given.id("identity_id")? })?;
    Ok(json!({}))
}

/// The state of a post, in TikTok's words.
pub(crate) fn post_status(seen_by: Visibility) -> &'static str {
    match seen_by {
        Visibility::Public => "HESITATE_RECOMMEND",
        Visibility::Friends => "ONLY_FRIEND_SEE",
        Visibility::Private => "ONLY_AUTHOR_SEE",
        Visibility::Removed => "USER_DELETE",
    }
}

/// A post as lists show it. What it looks like is TikTok's own to show.
pub(crate) fn item(post: &Post) -> Json {
    json!({
        "item_id": post.id, "item_type": "VIDEO", "text": post.title, "status": post_status(post.visibility),
        "create_time": say::time(post.at), "anchor_list": [], "mentioned_item_ids": [],
        "video_info": {"duration": post.seconds, "poster_url": null, "preview_url": null},
        "statistics": {"play_count": post.plays, "like_count": post.likes, "comment_count": post.comments, "share_count": post.shares},
    })
}

/// Whether an ad may show this post by this kind of identity: its switch is on, or its code is in force here.
fn is_for_ads(tx: &mut Tx<'_>, place: &Place, kind: Type, account: AccountId, post: &str) -> Result<bool, Refusal> {
    if kind != Type::Code {
        return posts::is_on(tx, account, post);
    }
    let now = tx.now;
    let applied = posts::applied(tx, place.ad_account, Some(account), None, MANY)?;
    Ok(applied.iter().any(|(one, _)| one.authorised.post == post && one.in_force(now)))
}

/// `GET /identity/video/get/`: the posts that ads may show, newest first. The cursor is the time of the last one.
pub fn video_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "identity_id", "identity_type"])?;
    let place = place(tx, caller)?;
    let is_video = given.opt_one_of("item_type", &[("VIDEO", true), ("CAROUSEL", false)])?.unwrap_or(true);
    let count = given.opt_number("count", 1, 20)?.unwrap_or(10);
    let cursor = given.opt_number("cursor", 0, i64::MAX)?.filter(|cursor| *cursor > 0).map_or(tx.now + kernel::Span(1), Instant);
    let keyword = given.opt_text("keyword")?.unwrap_or_default();
    let (kind, account, held) = named(tx, given, &place)?;
    let mut found: Vec<Post> = Vec::new();
    let (mut before, mut has_more) = (cursor, false);
    while is_video && held.contains(Scope::Posts) && !has_more {
        let batch = accounts::index::posts(tx, account.id, before, BATCH)?;
        let Some(last) = batch.last().map(|post| post.at) else { break };
        before = last;
        for post in batch {
            let is_asked = keyword.is_empty() || post.id == keyword || post.title.contains(&keyword);
            if is_asked && is_for_ads(tx, &place, kind, account.id, &post.id)? {
                has_more = found.len() as i64 == count;
                if has_more {
                    break;
                }
                found.push(post);
            }
        }
    }
    let next = found.last().filter(|_| has_more).map_or(0, |post| post.at.0);
    let list: Vec<Json> = found.iter().map(item).collect();
    Ok(json!({"video_list": list, "cursor": next, "has_more": has_more}))
}

/// Records that the person looked into an account that their centre was granted: once in a while, so that most calls only read.
pub(crate) async fn used(visit: &Visit, caller: &Arc<Caller>, scope: Scope) -> Result<(), Refusal> {
    let asking = caller.clone();
    let due = visit
        .read(move |tx| {
            let place = place(tx, &asking)?;
            let (kind, account, held) = named(tx, &asking.given, &place)?;
            // Whoever may not use it for this was shown nothing.
            let was_used = kind == Type::Granted && held.contains(scope);
            if !was_used || !record_use::io::is_due_now(tx, place.centre, account.id, place.user, scope)? {
                return Ok(None);
            }
            Ok(Some(RecordUse { centre: place.centre, account: account.id, scope }))
        })
        .await?;
    match due {
        Some(ask) => visit.perform(ask).await.map(drop),
        None => Ok(()),
    }
}

/// How many posts are looked at in one question.
const BATCH: i64 = 100;

/// `GET /identity/video/info/`: one post, or several.
pub fn video_info(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "identity_id", "identity_type"])?;
    let place = place(tx, caller)?;
    let (kind, account, held) = named(tx, given, &place)?;
    let one = given.opt_text("item_id")?;
    let many = given.texts("item_ids", 20)?;
    if one.is_none() && many.is_empty() {
        given.require(&["item_id"])?;
    }
    let mut list = Vec::new();
    for id in one.iter().chain(&many) {
        let post = accounts::index::post_of(tx, account.id, id)?.filter(|_| held.contains(Scope::Posts)).ok_or(Refusal::NotFound)?;
        if !is_for_ads(tx, &place, kind, account.id, id)? {
            return Err(Refusal::NotFound);
        }
        list.push(item(&post));
    }
    let first = list.first().cloned().filter(|_| one.is_some());
    Ok(json!({"video_detail": first, "video_list": list}))
}

/// `GET /identity/live/get/`
pub fn live_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "identity_id", "identity_type"])?;
    let place = place(tx, caller)?;
    let (_, account, held) = named(tx, given, &place)?;
    let lives = if held.contains(Scope::Live) { accounts::index::lives(tx, account.id)? } else { Vec::new() };
    let page = Page { page: 1, size: 100 };
    let live = |live: accounts::Live| json!({"live_id": live.id, "title": live.title, "start_timestamp": live.at.0 / 1_000, "finish_timestamp": live.ended_at.0 / 1_000});
    let list: Vec<Json> = page.of(lives).into_iter().map(live).collect();
    Ok(json!({"live_list": list, "cursor": 0, "has_more": false}))
}

/// Which road of the house a kind of identity is; for a code it is the code of this very post.
pub(crate) fn road(tx: &mut Tx<'_>, place: &Place, kind: Type, account: AccountId, post: &str) -> Result<Option<Road>, Refusal> {
    let now = tx.now;
    Ok(match kind {
        Type::Custom => None,
        Type::Granted => Some(Road::Grant),
        Type::Own => Some(Road::OwnLink),
        Type::Code => {
            let applied = posts::applied(tx, place.ad_account, Some(account), None, MANY)?;
            let mut of_post: Vec<_> = applied.into_iter().map(|(one, _)| one).filter(|one| one.authorised.post == post).collect();
            of_post.sort_by_key(|one| one.in_force(now));
            Some(Road::Code(of_post.last().ok_or(Refusal::NotFound)?.authorised.authorisation))
        }
    })
}

/// The role of the person on the ad account, for those calls that only look.
pub(crate) fn may_look(tx: &mut Tx<'_>, place: &Place) -> Result<(), Refusal> {
    ad_accounts::role_in(tx, place.ad_account, place.centre, place.user)?.map(drop).ok_or(Refusal::NotFound)
}
