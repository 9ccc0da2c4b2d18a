//! Loads what the rules about ad accounts, partnerships and groups look at, and gives many members many ad accounts at once.

use super::{Acting, Away, Pair, Partner};
use crate::{
    Reader,
    give_ad_role::GiveAdRole,
    index::{ad_accounts, groups, partners},
};
use access::OrgState;
use kernel::{Actor, AdAccountId, OrgId, OrgKind, Refusal, Role, UserId, Who};
use store::Tx;

/// Who may look at a centre.
pub const MEMBERS: &[Role] = &[Role::CentreAdmin, Role::CentreMember];
/// Who manages it.
pub const ADMINS: &[Role] = &[Role::CentreAdmin];

/// Who reads or acts: the platform sees what an admin sees.
pub fn reader(tx: &mut Tx<'_>, centre: OrgId, actor: &Actor) -> Result<Reader, Refusal> {
    match actor.user() {
        Some(user) => Reader::of(tx, centre, user),
        None if actor.who == Who::System => Ok(Reader::Admin),
        None => Err(Refusal::NotFound),
    }
}

/// What whoever acts is, in the centre and on an ad account that they may see; any other is not there.
pub(crate) fn acting(
    tx: &mut Tx<'_>,
    centre: OrgId,
    ad_account: AdAccountId,
    actor: &Actor,
) -> Result<(ad_accounts::Reached, Acting), Refusal> {
    let reader = reader(tx, centre, actor)?;
    let reached = ad_accounts::of_centre(tx, centre, reader, ad_account)?;
    let role = actor.user().map_or(Ok(None), |user| ad_accounts::role_in(tx, ad_account, centre, user))?;
    Ok((reached, Acting { is_admin: reader.is_admin(), role }))
}

/// Whether an organisation may act.
pub(crate) fn state(tx: &mut Tx<'_>, org: OrgId) -> Result<OrgState, Refusal> {
    Ok(access::index::org(tx, org)?.ok_or(Refusal::NotFound)?.state)
}

/// Another centre, if that is what it is.
pub(crate) fn partner(tx: &mut Tx<'_>, id: OrgId) -> Result<Option<Partner>, Refusal> {
    let org = access::index::org(tx, id)?.filter(|org| org.kind == OrgKind::Centre);
    Ok(org.map(|org| Partner { id, state: org.state }))
}

/// What a partner has of an ad account.
pub(crate) fn away(tx: &mut Tx<'_>, share: partners::Share) -> Result<Away, Refusal> {
    let given = ad_accounts::given_in(tx, share.ad_account, share.partner)?;
    let groups = groups::of_ad_account(tx, share.partner, share.ad_account)?.into_iter().map(|group| group.id).collect();
    Ok(Away { share, given, groups })
}

/// How many pairs of a member and an ad account one act changes at the most. A form's limit, not a rule of the trade.
pub const MOST_PAIRS: usize = 1_000;

/// Gives each member the role on each ad account, or only says what would become of it; what is denied for one pair leaves the
/// others as they are.
pub fn give_many(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (centre, ad_accounts, users, role): (OrgId, &[AdAccountId], &[UserId], crate::AdRole),
    dry: bool,
) -> Result<Vec<Pair>, Refusal> {
    let mut pairs = Vec::new();
    for (ad_account, user) in ad_accounts.iter().flat_map(|ad_account| users.iter().map(move |user| (*ad_account, *user))) {
        let before = ad_accounts::given_to(tx, ad_account, centre, user)?.map(|given| given.role);
        let ask = GiveAdRole { centre, ad_account, user, role };
        let denials = if dry {
            store::precheck(tx, actor, &ask)?.into_iter().filter_map(|check| check.denial).collect()
        } else {
            match tx.attempt(|tx| store::perform(tx, actor, &ask)) {
                Ok(()) => Vec::new(),
                Err(Refusal::Denied { denials, .. }) => denials,
                Err(other) => return Err(other),
            }
        };
        pairs.push(Pair { ad_account, user, before, denials });
    }
    Ok(pairs)
}
