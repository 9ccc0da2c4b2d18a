//! Loads what making an ad looks at, and finds the strongest road where none is named.

use super::{CreateSparkAd, Facts};
use crate::{
    Item, Road,
    index::{
        ads::{self, Backing},
        grants, posts,
    },
    rules::spark::{
        self,
        io::{About, By, Known},
    },
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for CreateSparkAd {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        spark::io::acting(tx, actor, self.centre, self.by, self.ad_account)?;
        ads::ad_group(tx, self.ad_account, self.ad_group)?.ok_or(Refusal::NotFound)?;
        // What the member may not see is not there, whatever it is.
        if !spark::io::sees_account(tx, self.centre, self.by, self.ad_account, self.account)? {
            return Err(Refusal::NotFound);
        }
        let account = accounts::index::account(tx, self.account)?.ok_or(Refusal::NotFound)?;
        let about = About {
            centre: self.centre,
            person: self.by,
            ad_account: self.ad_account,
            account: self.account,
            owner: None,
            item: self.item.clone(),
            by: By::Account,
        };
        let (spark, road) = road(tx, &mut Known::default(), about, self.road)?;
        let backed = ads::backed(tx, Backing::of(road, self.centre, self.by, self.account))?;
        let policy = tx.policy(store::Scope { region: account.region, ..store::Scope::PLATFORM })?;
        let held = grants::grant(tx, self.centre, self.account)?;
        let last = grants::last_use(tx, self.centre, self.account, self.by, self.item.scope())?;
        // What was used under an earlier grant says nothing about this one.
        let last_use = last.filter(|last| held.as_ref().is_some_and(|grant| *last >= grant.since));
        let uses = tx.policy(store::Scope::PLATFORM)?;
        Ok(Facts { spark, owner: account.owner, road, backed, held: held.map(|grant| grant.held), last_use, policy, uses })
    }
}

/// The facts about an ad on the named road, or on the strongest that holds: the account itself, then a code that was applied.
/// Where none holds, the facts are those of the account, and the road is what it would be.
pub(crate) fn road(tx: &mut Tx<'_>, known: &mut Known, about: About, named: Option<Road>) -> Result<(spark::Facts, Road), Refusal> {
    if let Some(road) = named {
        let facts = known.facts(tx, &About { by: By::Road(road), ..about })?;
        return Ok((facts, road));
    }
    let facts = known.facts(tx, &about)?;
    let strongest = facts.strongest();
    if let (Some(road), true) = (strongest, facts.is_switched_on || matches!(about.item, Item::Live(_))) {
        return Ok((facts, road));
    }
    if let Item::Post(post) = &about.item {
        for (authorisation, _) in posts::applied(tx, about.ad_account, Some(about.account), None, i64::from(u16::MAX))? {
            if authorisation.authorised.post == *post && authorisation.in_force(tx.now) {
                let road = Road::Code(authorisation.authorised.authorisation);
                let facts = known.facts(tx, &About { by: By::Road(road), ..about })?;
                return Ok((facts, road));
            }
        }
    }
    Ok((facts, strongest.unwrap_or(Road::Grant)))
}
