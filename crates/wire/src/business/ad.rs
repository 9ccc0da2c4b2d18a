//! Campaigns, ad groups and ads, as far as a Spark ad needs them.

use super::{
    call::Caller,
    given::Given,
    identity::{self, Place},
    say,
};
use centers::{
    Item, Road,
    create_ad_group::CreateAdGroup,
    create_campaign::{CreateCampaign, Objective},
    create_spark_ad::CreateSparkAd,
    delete_ad::DeleteAd,
    index::ads::{self, AdState},
    pause_ad::PauseAd,
    resume_ad::ResumeAd,
};
use kernel::{AdAccountId, AdGroupId, AdId, CampaignId, Refusal};
use serde_json::{Value as Json, json};
use store::Tx;

const OBJECTIVES: &[(&str, Objective)] = &[
    ("REACH", Objective::Reach),
    ("TRAFFIC", Objective::Traffic),
    ("VIDEO_VIEWS", Objective::VideoViews),
    ("ENGAGEMENT", Objective::Engagement),
    ("LEAD_GENERATION", Objective::LeadGeneration),
    ("APP_PROMOTION", Objective::AppPromotion),
    ("WEB_CONVERSIONS", Objective::WebConversions),
    ("PRODUCT_SALES", Objective::ProductSales),
];

/// More campaigns, ad groups or ads than a list shows.
const MANY: i64 = 100_000;

/// `POST /campaign/create/`. Budgets and bids are TikTok's business; nothing is bought here.
pub fn campaign_create(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "campaign_name", "objective_type"])?;
    let Place { centre, ad_account, user } = identity::place(tx, caller)?;
    let campaign: CampaignId = store::fresh();
    let name = given.text_up_to("campaign_name", 512)?;
    let objective = given.one_of("objective_type", OBJECTIVES)?;
    caller.perform(tx, &CreateCampaign { campaign, centre, by: user, ad_account, name, objective })?;
    Ok(json!({"campaign_id": campaign}))
}

fn campaigns(tx: &mut Tx<'_>, ad_account: AdAccountId) -> Result<Vec<ads::Campaign>, Refusal> {
    ads::campaigns(tx, ad_account, None, MANY)
}

/// `GET /campaign/get/`
pub fn campaign_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id"])?;
    let place = identity::place(tx, caller)?;
    let filtering = given.object("filtering")?;
    let ids = filtering.ids::<kernel::id::Campaign>("campaign_ids", 100)?;
    let page = given.page(10, 1_000)?;
    let mut all = campaigns(tx, place.ad_account)?;
    all.retain(|one| ids.is_empty() || ids.contains(&one.id));
    let total = all.len() as i64;
    let list: Vec<Json> = page
        .of(all)
        .into_iter()
        .map(|one| {
            json!({
                "campaign_id": one.id, "campaign_name": one.name, "advertiser_id": one.ad_account, "create_time": say::time(one.made_at),
                "objective_type": OBJECTIVES.iter().find(|(_, known)| known.code() == one.objective).map(|(word, _)| word),
                "operation_status": "ENABLE",
            })
        })
        .collect();
    Ok(json!({"list": list, "page_info": page.info(total)}))
}

/// `POST /adgroup/create/`
pub fn adgroup_create(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "campaign_id", "adgroup_name"])?;
    let Place { centre, ad_account, user } = identity::place(tx, caller)?;
    let ad_group: AdGroupId = store::fresh();
    let (campaign, name) = (given.id("campaign_id")?, given.text_up_to("adgroup_name", 512)?);
    caller.perform(tx, &CreateAdGroup { ad_group, centre, by: user, ad_account, campaign, name })?;
    Ok(json!({"adgroup_id": ad_group}))
}

/// `GET /adgroup/get/`
pub fn adgroup_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id"])?;
    let place = identity::place(tx, caller)?;
    let filtering = given.object("filtering")?;
    let of = filtering.ids::<kernel::id::Campaign>("campaign_ids", 100)?;
    let ids = filtering.ids::<kernel::id::AdGroup>("adgroup_ids", 100)?;
    let page = given.page(10, 1_000)?;
    let mut list = Vec::new();
    for campaign in campaigns(tx, place.ad_account)?.into_iter().filter(|one| of.is_empty() || of.contains(&one.id)) {
        for one in ads::ad_groups(tx, campaign.id, None, MANY)? {
            if ids.is_empty() || ids.contains(&one.id) {
                list.push(json!({
                    "adgroup_id": one.id, "adgroup_name": one.name, "campaign_id": one.campaign, "campaign_name": campaign.name,
                    "advertiser_id": one.ad_account, "create_time": say::time(one.made_at), "operation_status": "ENABLE",
                }));
            }
        }
    }
    let total = list.len() as i64;
    Ok(json!({"list": page.of(list), "page_info": page.info(total)}))
}

/// How many ads one call makes.
const MOST_CREATIVES: usize = 20;

/// `POST /ad/create/`: ads that pull a post. All are made, or none.
pub fn create(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "adgroup_id", "creatives"])?;
    let ad_group: AdGroupId = given.id("adgroup_id")?;
    let (mut ids, mut said) = (Vec::new(), Vec::new());
    for creative in given.objects("creatives", MOST_CREATIVES)? {
        let (id, shown) = spark(tx, caller, ad_group, &creative)?;
        ids.push(id);
        said.push(shown);
    }
    Ok(json!({"ad_ids": ids, "creatives": said, "need_audit": false}))
}

fn spark(tx: &mut Tx<'_>, caller: &Caller, ad_group: AdGroupId, creative: &Given) -> Result<(AdId, Json), Refusal> {
    creative.require(&["ad_name", "identity_type", "identity_id", "tiktok_item_id"])?;
    let kind = creative.one_of("identity_type", identity::TYPES)?;
    if kind == identity::Type::Custom {
        // A name alone has no posts that an ad could show.
        return Err(creative.not_one_of("identity_type", "CUSTOMIZED_USER", &["AUTH_CODE", "TT_USER", "BC_AUTH_TT"]));
    }
    if kind == identity::Type::Granted {
        creative.require(&["identity_authorized_bc_id"])?;
    }
    let ad_account = caller.given.id("advertiser_id").map_err(|refusal| caller.unknown_advertiser(refusal))?;
    let (centre, _) = caller.reaches_in(tx, ad_account, creative.opt_id("identity_authorized_bc_id")?)?;
    let place = Place { centre, ad_account, user: caller.user()? };
    let (account, post) = (creative.id("identity_id")?, creative.text("tiktok_item_id")?);
    let road: Option<Road> = identity::road(tx, &place, kind, account, &post)?;
    let is_live = accounts::index::live_of(tx, account, &post)?.is_some();
    let item = if is_live { Item::Live(post.clone()) } else { Item::Post(post.clone()) };
    let (ad, name) = (store::fresh(), creative.text_up_to("ad_name", 512)?);
    let ask = CreateSparkAd { ad, centre, by: place.user, ad_account, ad_group, name: name.clone(), account, item, road };
    caller.perform(tx, &ask)?;
    let said = json!({
        "ad_id": ad, "ad_name": name, "adgroup_id": ad_group, "advertiser_id": ad_account, "identity_id": account,
        "identity_type": creative.opt_text("identity_type")?, "identity_authorized_bc_id": creative.opt_text("identity_authorized_bc_id")?,
        "tiktok_item_id": post,
    });
    Ok((ad, said))
}

/// `GET /ad/get/`: ads with what keeps them from running, if anything does.
pub fn get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id"])?;
    let place = identity::place(tx, caller)?;
    identity::may_look(tx, &place)?;
    let filtering = given.object("filtering")?;
    let ids = filtering.ids::<kernel::id::Ad>("ad_ids", 100)?;
    let groups = filtering.ids::<kernel::id::AdGroup>("adgroup_ids", 100)?;
    let page = given.page(10, 1_000)?;
    let mut all = ads::ads(tx, place.ad_account, &ads::Filter::default(), None, MANY)?;
    all.retain(|ad| (ids.is_empty() || ids.contains(&ad.advert.ad)) && (groups.is_empty() || groups.contains(&ad.ad_group)));
    let total = all.len() as i64;
    let list: Vec<Json> = page
        .of(all)
        .into_iter()
        .map(|ad| {
            let (kind, centre) = match ad.road {
                Road::Grant => ("BC_AUTH_TT", Some(ad.advert.centre)),
                Road::OwnLink => ("TT_USER", None),
                Road::Code(_) => ("AUTH_CODE", None),
            };
            let (operation, secondary) = match ad.state {
                AdState::Running => ("ENABLE", "AD_STATUS_DELIVERY_OK"),
                AdState::Paused => ("DISABLE", "AD_STATUS_DISABLE"),
                AdState::Deleted => ("DELETE", "AD_STATUS_DELETE"),
            };
            json!({
                "ad_id": ad.advert.ad, "ad_name": ad.name, "adgroup_id": ad.ad_group, "advertiser_id": ad.advert.ad_account,
                "identity_id": ad.advert.account, "identity_type": kind, "identity_authorized_bc_id": centre, "tiktok_item_id": ad.item.id(),
                "operation_status": operation, "secondary_status": secondary, "reasons": ad.because,
                "create_time": say::time(ad.made_at), "modify_time": say::time(ad.changed_at),
            })
        })
        .collect();
    Ok(json!({"list": list, "page_info": page.info(total)}))
}

/// `POST /ad/status/update/`: all change, or none.
pub fn status_update(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["advertiser_id", "ad_ids", "operation_status"])?;
    let Place { centre, ad_account, user: by } = identity::place(tx, caller)?;
    let wanted = [("ENABLE", AdState::Running), ("DISABLE", AdState::Paused), ("DELETE", AdState::Deleted)];
    let status = given.one_of("operation_status", &wanted)?;
    let ids = given.ids("ad_ids", 20)?;
    for ad in &ids {
        let known = ads::ad(tx, ad_account, *ad)?.ok_or(Refusal::NotFound)?;
        if known.state == status {
            continue;
        }
        match status {
            AdState::Running => caller.perform(tx, &ResumeAd { centre, by, ad: *ad, road: None })?,
            AdState::Paused => caller.perform(tx, &PauseAd { centre, by, ad: *ad })?,
            AdState::Deleted => caller.perform(tx, &DeleteAd { centre, by, ad: *ad })?,
        }
    }
    Ok(json!({"ad_ids": ids, "status": given.text("operation_status")?}))
}
