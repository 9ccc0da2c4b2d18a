//! The demo's Spark ads: one runs by a grant, one by a code, one paused when the grant it rested on was narrowed.

use super::{Builder, centres::Agency, grants::as_member};
use accounts::{
    Live, Post, Visibility,
    record::{Content, Record},
};
use centers::{
    AdRole, Item, Scope, Scopes,
    apply_post_code::ApplyPostCode,
    authorise_post::{AuthorisePost, code},
    create_ad_group::CreateAdGroup,
    create_campaign::{CreateCampaign, Objective},
    create_spark_ad::CreateSparkAd,
    give_ad_role::GiveAdRole,
    index::grants,
    narrow_grant::NarrowGrant,
    open_ad_account::OpenAdAccount,
    switch_post::SwitchPost,
    withhold::Withhold,
};
use kernel::{AccountId, AdAccountId, AdGroupId, OrgId, Refusal, Span, UserId};

/// Makes them; `mei` is the creator whom the demo signs in as.
pub(super) fn spark(b: &Builder<'_>, mei: OrgId, agency: &Agency) -> Result<(), Refusal> {
    let Agency { centre, member, second, .. } = *agency;
    let (ad_account, campaign, ad_group): (AdAccountId, _, AdGroupId) = (store::fresh(), store::fresh(), store::fresh());
    let (name, currency, zone) = ("Willow & Leaf · Autumn 秋季".to_owned(), "GBP".to_owned(), "Europe/London".to_owned());
    b.ask(b.head(centre)?, OpenAdAccount { ad_account, centre, name, currency, zone });
    for user in [member, second] {
        b.ask(b.head(centre)?, GiveAdRole { centre, ad_account, user, role: AdRole::Operator });
    }
    let by_member = as_member(b, centre, member)?;
    let (name, objective) = ("Autumn teas 秋茶".to_owned(), Objective::VideoViews);
    b.ask(by_member.clone(), CreateCampaign { campaign, centre, by: member, ad_account, name, objective });
    b.ask(by_member, CreateAdGroup { ad_group, centre, by: member, ad_account, campaign, name: "London, 25–34".into() });
    let place = Place { centre, ad_account, ad_group };

    // By the grant: the owner lets ads show the post, the member was given the account.
    let own = b.read(move |tx| accounts::index::of_owner(tx, mei))?;
    for account in &own {
        posts(b, mei, account.id, &["一壶秋茶的三种泡法", "How hot is too hot?", "Teapot on trial", "茶渣别扔"])?;
    }
    let granted = |account: AccountId| b.read(move |tx| Ok(grants::grant(tx, centre, account)?.is_some()));
    let mut held = None;
    for account in own {
        if granted(account.id)? {
            held = Some(account.id);
        }
    }
    let held = held.ok_or(Refusal::NotFound)?;
    b.ask(b.head(mei)?, SwitchPost { owner: mei, account: held, post: post_id(0), on: true });
    b.ask(b.head(mei)?, SwitchPost { owner: mei, account: held, post: post_id(1), on: true });
    ad(b, place, member, "Three ways to brew autumn", held, Item::Post(post_id(0)))?;

    // By a code: whoever has it may show that one post, without the account.
    let (owner, nadia) = by_handle(b, "nadia.pours")?;
    posts(b, owner, nadia, &["Pouring with one hand", "Rainy window, black tea"])?;
    let (authorisation, text) = (store::fresh(), code::fresh());
    let digest = code::digest(&text);
    let make = AuthorisePost { authorisation, owner, account: nadia, post: post_id(1), days: 30, digest: digest.clone() };
    b.ask(b.head(owner)?, make);
    b.ask(as_member(b, centre, member)?, ApplyPostCode { centre, by: member, ad_account, digest });
    ad(b, place, member, "Rainy window", nadia, Item::Post(post_id(1)))?;

    // Paused: its owner took the scope back that it needs.
    let (owner, zoe) = by_handle(b, "zoe.bakes")?;
    posts(b, owner, zoe, &["Scones, slowly"])?;
    let (at, live) = (b.clock_at(Span::days(3)), "7490000000000000100".to_owned());
    let ended_at = at + Span::hours(2);
    let lives = vec![Live { id: live.clone(), at, ended_at, title: "Sunday bake-along".into(), viewers: 2_310, likes: 18_400 }];
    b.ask(b.head(owner)?, Record { owner, account: zoe, content: Content::Lives(lives) });
    ad(b, place, second, "Bake-along, cut", zoe, Item::Live(live))?;
    let grant = b.read(move |tx| grants::grant(tx, centre, zoe))?.ok_or(Refusal::NotFound)?.held.grant;
    b.ask(b.head(owner)?, NarrowGrant { org: owner, grant, scopes: Scopes::NONE.with(Scope::Posts) });

    // An account that has nothing to do with tea is kept out of the tea ad account.
    let (_, account) = by_handle(b, "oscar.outdoors")?;
    b.ask(b.head(centre)?, Withhold { centre, account, ad_account });
    Ok(())
}

#[derive(Clone, Copy)]
struct Place {
    centre: OrgId,
    ad_account: AdAccountId,
    ad_group: AdGroupId,
}

fn ad(b: &Builder<'_>, place: Place, by: UserId, name: &str, account: AccountId, item: Item) -> Result<(), Refusal> {
    let Place { centre, ad_account, ad_group } = place;
    let ask = CreateSparkAd { ad: store::fresh(), centre, by, ad_account, ad_group, name: name.into(), account, item, road: None };
    b.ask(as_member(b, centre, by)?, ask);
    Ok(())
}

fn by_handle(b: &Builder<'_>, handle: &'static str) -> Result<(OrgId, AccountId), Refusal> {
    let found = b.read(move |tx| accounts::index::by_handle(tx, handle))?.ok_or(Refusal::NotFound)?;
    Ok((found.owner, found.id))
}

fn post_id(number: usize) -> String {
    format!("{}", 7_480_000_000_000_000_001_u64 + number as u64)
}

fn posts(b: &Builder<'_>, owner: OrgId, account: AccountId, titles: &[&str]) -> Result<(), Refusal> {
    let post = |(number, title): (usize, &&str)| {
        let plays = 18_400 / (number as i64 + 1);
        Post {
            id: post_id(number),
            at: b.clock_at(Span::days(4 + 6 * number as i64)),
            title: (*title).to_owned(),
            hashtags: vec!["tea".into()],
            song: String::new(),
            seconds: 21 + 9 * number as i64,
            plays,
            likes: plays / 11,
            comments: plays / 240,
            shares: plays / 310,
            visibility: Visibility::Public,
        }
    };
    let posts = titles.iter().enumerate().map(post).collect();
    b.ask(b.head(owner)?, Record { owner, account, content: Content::Posts(posts) });
    Ok(())
}
