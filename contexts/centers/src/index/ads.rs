//! Campaigns, ad groups and ads, and the names under which ads may appear.

use crate::{Advert, Event, Item, Road};
use kernel::{Instant, Refusal};
use store::{Recorded, Tx, args};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::IdentityCreated { identity, ad_account, name, .. } => {
            let sql = "INSERT INTO identities (id, ad_account, name, made_at) VALUES ($1, $2, $3, $4)";
            tx.put(sql, args![*identity, *ad_account, name, at])
        }
        Event::IdentityDeleted { identity, .. } => tx.put("DELETE FROM identities WHERE id = $1", args![*identity]),
        Event::CampaignCreated { campaign, centre, ad_account, name, objective } => {
            let sql = "INSERT INTO campaigns (id, ad_account, centre, name, objective, made_at) VALUES ($1, $2, $3, $4, $5, $6)";
            tx.put(sql, args![*campaign, *ad_account, *centre, name, objective, at])
        }
        Event::AdGroupCreated { ad_group, campaign, ad_account, name, .. } => {
            let sql = "INSERT INTO ad_groups (id, campaign, ad_account, name, made_at) VALUES ($1, $2, $3, $4, $5)";
            tx.put(sql, args![*ad_group, *campaign, *ad_account, name, at])
        }
        Event::AdCreated { advert, ad_group, name, item, road, by } => {
            let Advert { ad, centre, ad_account, account, owner } = *advert;
            let (item_kind, item) = match item {
                Item::Post(id) => ("post", id),
                Item::Live(id) => ("live", id),
            };
            let (road, authorisation) = match road {
                Road::Grant => ("grant", None),
                Road::OwnLink => ("own_link", None),
                Road::Code(authorisation) => ("code", Some(*authorisation)),
            };
            let sql =
                "INSERT INTO ads (id, ad_group, ad_account, centre, account, owner, name, item_kind, item, road, authorisation, made_by,
                       made_at, state, because, changed_at, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'running', '', $13, $14)";
            let values = args![ad, *ad_group, ad_account, centre, account, owner, name, item_kind, item, road, authorisation, *by, at, seq];
            tx.put(sql, values)
        }
        Event::AdPaused { advert, because } => state(tx, advert, "paused", &because.join(" "), at, seq),
        Event::AdResumed { advert, .. } => state(tx, advert, "running", "", at, seq),
        Event::AdDeleted { advert } => state(tx, advert, "deleted", "", at, seq),
        _ => Ok(()),
    }
}

fn state(tx: &mut Tx<'_>, advert: &Advert, state: &str, because: &str, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE ads SET state = $2, because = $3, changed_at = $4, seq = $5 WHERE id = $1";
    tx.put(sql, args![advert.ad, state, because, at, seq])
}
