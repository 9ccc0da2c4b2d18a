//! A Business Center of the demo: what owners granted it, what its members were given, and what is being asked.

use super::{Builder, centres::Agency};
use centers::{
    Scope, Scopes,
    assign::Assign,
    authorise::Authorise,
    granting::code,
    index::{grants, requests},
    link_own::LinkOwn,
    narrow_grant::NarrowGrant,
    record_use::RecordUse,
    refuse_request::RefuseRequest,
    request_access::io as asking,
    scan_request::ScanRequest,
};
use kernel::{AccountId, Actor, OrgId, Origin, Refusal, RequestId, Span, UserId, Who};

const POSTS: Scopes = Scopes::NONE.with(Scope::Posts);
const ADS: Scopes = POSTS.with(Scope::Live);

/// What the agency is granted and gives its members; `mei` is the creator whom the demo signs in as.
pub(super) fn northlight(b: &Builder<'_>, mei: OrgId, agency: &Agency) -> Result<(), Refusal> {
    let Agency { centre, member, second, .. } = *agency;
    let mut granted = Vec::new();
    for handle in ["nadia.pours", "sam.steeps", "zoe.bakes", "oscar.outdoors", "lena.lists"] {
        let found = b.read(move |tx| accounts::index::by_handle(tx, handle))?.ok_or(Refusal::NotFound)?;
        granted.push((found.owner, found.id));
    }
    let own = b.read(move |tx| accounts::index::of_owner(tx, mei))?;
    if let Some(first) = own.first() {
        granted.push((mei, first.id));
    }
    for (at, (owner, account)) in granted.iter().enumerate() {
        grant(b, centre, *owner, *account, ADS)?;
        b.at(Span::minutes(50 - at as i64))?;
        b.ask(b.head(centre)?, Assign { centre, account: *account, user: second, scopes: ADS });
        if at % 2 == 1 {
            b.ask(b.head(centre)?, Assign { centre, account: *account, user: member, scopes: POSTS });
            b.ask(as_member(b, centre, member)?, RecordUse { centre, account: *account, scope: Scope::Posts });
        }
    }
    if let Some((owner, account)) = granted.first().copied() {
        let held = b.read(move |tx| grants::grant(tx, centre, account))?.ok_or(Refusal::NotFound)?;
        b.ask(b.head(owner)?, NarrowGrant { org: owner, grant: held.held.grant, scopes: POSTS });
    }
    if let Some((owner, account)) = granted.last().copied() {
        b.ask(b.head(owner)?, LinkOwn { owner, account, scopes: ADS });
    }
    b.at(Span::minutes(9))?;
    let (owner, _) = granted[1];
    let (request, _) = scanned(b, centre, owner, POSTS.with(Scope::Messages))?;
    b.ask(b.head(owner)?, RefuseRequest { owner, request });
    b.at(Span::minutes(2))?;
    scanned(b, centre, mei, Scopes::ALL)?;
    made(b, centre, ADS)?;
    Ok(())
}

/// A member of the centre, acting from its country.
pub(super) fn as_member(b: &Builder<'_>, centre: OrgId, user: UserId) -> Result<Actor, Refusal> {
    let head = b.head(centre)?;
    Ok(Actor { who: Who::User { user, session: store::fresh() }, origin: Origin::Private, ..head })
}

fn made(b: &Builder<'_>, centre: OrgId, scopes: Scopes) -> Result<(RequestId, String), Refusal> {
    let actor = b.head(centre)?;
    let made = b.write(move |tx| asking::make(tx, &actor, centre, scopes, None))?;
    Ok((made.request.id, made.code))
}

fn scanned(b: &Builder<'_>, centre: OrgId, owner: OrgId, scopes: Scopes) -> Result<(RequestId, String), Refusal> {
    let (request, code) = made(b, centre, scopes)?;
    b.ask(b.head(owner)?, ScanRequest { owner, code: code.clone() });
    Ok((request, code))
}

fn grant(b: &Builder<'_>, centre: OrgId, owner: OrgId, account: AccountId, scopes: Scopes) -> Result<(), Refusal> {
    let (request, _) = scanned(b, centre, owner, scopes)?;
    let matching_code = b.read(move |tx| {
        requests::of_owner_by_id(tx, owner, request)?.ok_or(Refusal::NotFound)?;
        Ok(code::matching(tx.keys(), request))
    })?;
    b.ask(b.head(owner)?, Authorise { grant: store::fresh(), owner, request, account, scopes, matching_code });
    Ok(())
}
