//! The tables behind lists and look-ups: filled from events, asked by everyone.

use crate::{Event, Invitation, Org, OrgState, User, email_key, session};
use kernel::{Instant, OrgId, OrgKind, Refusal, Role, Standing, TokenId, UserId};
use store::{Recorded, Row, Tx, args, deadline};
use web::Membership;

/// The tables that `reindex` empties and fills again.
pub(crate) const TABLES: &[&str] = &["users", "orgs", "members", "invitations", "api_tokens"];

/// Brings the tables in step with one event.
pub(crate) fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    let Some(event) = recorded.event::<Event>() else { return Ok(()) };
    let at = recorded.at;
    match event? {
        Event::OrgFounded { org, org_kind, name, region, merchant, categories } => {
            let sql = "INSERT INTO orgs (id, kind, name, name_key, region, merchant, state, reason, since, categories, opened_at)
                       VALUES ($1, $2, $3, $4, $5, $6, 'normal', '', $7, $8, $7)";
            let (categories, key) = (json(&categories), name.to_lowercase());
            tx.run(sql, args![org, org_kind.code(), name, key, region.code(), merchant.code(), at, categories])?;
        }
        Event::OrgRenamed { org, name, .. } => {
            let key = name.to_lowercase();
            tx.run("UPDATE orgs SET name = $2, name_key = $3 WHERE id = $1", args![org, name, key])?;
        }
        Event::OrgReclassified { org, merchant, .. } => {
            tx.run("UPDATE orgs SET merchant = $2 WHERE id = $1", args![org, merchant.code()])?;
        }
        Event::OrgSuspended { org, reason } => put_org(tx, org, OrgState::Suspended, &reason, at)?,
        Event::OrgReinstated { org, .. } => put_org(tx, org, OrgState::Normal, "", at)?,
        Event::CategoriesChanged { org, categories } => {
            tx.run("UPDATE orgs SET categories = $2 WHERE id = $1", args![org, json(&categories)])?;
        }
        Event::UserSignedUp { user, email, name, lang, zone, verified } => {
            let sql = "INSERT INTO users (id, email, name, lang, zone, verified, suspended, second_factor, signed_up_at)
                       VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)";
            tx.run(sql, args![user, email_key(&email), name, lang, zone, verified, at])?;
        }
        Event::EmailVerified { user } => set(tx, user, "verified", true)?,
        Event::ProfileChanged { user, name, lang, zone } => {
            let sql = "UPDATE users SET name = $2, lang = $3, zone = $4 WHERE id = $1";
            tx.run(sql, args![user, name, lang, zone])?;
        }
        Event::PasswordChanged { user, kept } => session::end_all(tx, user, kept, at)?,
        Event::UserSuspended { user, .. } => {
            set(tx, user, "suspended", true)?;
            session::end_all(tx, user, None, at)?;
        }
        Event::UserReinstated { user, .. } => set(tx, user, "suspended", false)?,
        Event::TotpEnrolled { user, kept } => {
            set(tx, user, "second_factor", true)?;
            session::end_all(tx, user, kept, at)?;
        }
        Event::TotpRemoved { user, kept } => {
            set(tx, user, "second_factor", false)?;
            session::end_all(tx, user, kept, at)?;
        }
        Event::SessionEnded { session, .. } => {
            tx.run("DELETE FROM sessions WHERE id = $1", args![session])?;
        }
        Event::SignedIn { .. } | Event::RecoveryCodesRenewed { .. } => {}
        Event::MemberInvited { invitation, org, email, role, invited_by, closes_at } => {
            let sql = "INSERT INTO invitations (id, org, email, role, invited_by, invited_at, closes_at, standing, since)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', $6)";
            let by = invited_by.map_or_else(String::new, |user| user.to_string());
            tx.run(sql, args![&invitation, org, email_key(&email), role.code(), by, at, closes_at])?;
            deadline::set(tx, "access", "expire_invitation", &invitation, closes_at)?;
        }
        Event::InvitationWithdrawn { invitation, org } => put_invitation(tx, org, &invitation, Standing::Withdrawn, at)?,
        Event::InvitationExpired { invitation, org } => put_invitation(tx, org, &invitation, Standing::Expired, at)?,
        Event::InvitationResent { invitation, org, closes_at } => {
            let sql = "UPDATE invitations SET closes_at = $3, since = $4 WHERE org = $1 AND id = $2";
            tx.run(sql, args![org, &invitation, closes_at, at])?;
            deadline::set(tx, "access", "expire_invitation", &invitation, closes_at)?;
        }
        Event::MemberJoined { org, user, role, invitation } => {
            let sql = "INSERT INTO members (org, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
            tx.run(sql, args![org, user, role.code(), at])?;
            if let Some(invitation) = invitation {
                put_invitation(tx, org, &invitation, Standing::InForce, at)?;
            }
        }
        Event::RoleChanged { org, user, role, .. } => {
            tx.run("UPDATE members SET role = $3 WHERE org = $1 AND user_id = $2", args![org, user, role.code()])?;
        }
        Event::MemberRemoved { org, user, .. } => {
            tx.run("DELETE FROM members WHERE org = $1 AND user_id = $2", args![org, user])?;
            let sql = "UPDATE api_tokens SET revoked_at = $3 WHERE org = $1 AND user_id = $2 AND revoked_at IS NULL";
            tx.run(sql, args![org, user, at])?;
        }
        Event::TokenIssued { token, org, user, name, scopes, expires_at } => {
            let sql = "INSERT INTO api_tokens (id, org, user_id, name, scopes, issued_at, expires_at)
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
            tx.run(sql, args![token, org, user, name, scopes.join(" "), at, expires_at])?;
        }
        Event::TokenRevoked { token, org } => {
            let sql = "UPDATE api_tokens SET revoked_at = $3 WHERE id = $1 AND org = $2 AND revoked_at IS NULL";
            tx.run(sql, args![token, org, at])?;
        }
    }
    Ok(())
}

fn json(list: &[String]) -> String {
    serde_json::Value::from(list.to_vec()).to_string()
}

fn put_org(tx: &mut Tx<'_>, org: OrgId, state: OrgState, reason: &str, at: Instant) -> Result<(), Refusal> {
    let sql = "UPDATE orgs SET state = $2, reason = $3, since = $4 WHERE id = $1";
    tx.run(sql, args![org, state.code(), reason, at]).map(drop)
}

fn put_invitation(tx: &mut Tx<'_>, org: OrgId, id: &str, standing: Standing, at: Instant) -> Result<(), Refusal> {
    let sql = "UPDATE invitations SET standing = $3, since = $4 WHERE org = $1 AND id = $2";
    tx.run(sql, args![org, id, standing.code(), at])?;
    deadline::clear(tx, "access", "expire_invitation", id)
}

/// `column` is one of this file's own words, never a reader's.
fn set(tx: &mut Tx<'_>, user: UserId, column: &'static str, value: bool) -> Result<(), Refusal> {
    tx.run(&format!("UPDATE users SET {column} = $2 WHERE id = $1"), args![user, value]).map(drop)
}

const ORG: &str = "id, kind, name, region, merchant, state, reason, since, categories, opened_at";

fn read_org(row: &Row) -> Result<Org, Refusal> {
    Ok(Org {
        id: row.id(0)?,
        kind: row.code(1)?,
        name: row.text(2)?.to_owned(),
        region: row.code(3)?,
        merchant: row.code(4)?,
        state: row.code(5)?,
        reason: row.text(6)?.to_owned(),
        since: row.at(7)?,
        categories: row.json(8)?,
        opened_at: row.at(9)?,
    })
}

/// One organisation.
pub fn org(tx: &mut Tx<'_>, id: OrgId) -> Result<Option<Org>, Refusal> {
    tx.one(&format!("SELECT {ORG} FROM orgs WHERE id = $1"), args![id])?.as_ref().map(read_org).transpose()
}

/// Which organisations to list: those of `kind`, of `state` where given, whose name contains `search`, after `after`.
#[derive(Clone, Debug, Default)]
pub struct Orgs {
    /// Of this kind; every kind when nothing.
    pub kind: Option<OrgKind>,
    /// In this state; every state when nothing.
    pub state: Option<OrgState>,
    /// A part of the name, in any case; everything when empty.
    pub search: String,
    /// The last row of the page before: [`place`] of it.
    pub after: Option<(String, OrgId)>,
    /// How many at the most.
    pub limit: i64,
}

/// Where an organisation stands in the list, for [`Orgs::after`].
pub fn place(org: &Org) -> (String, OrgId) {
    (org.name.to_lowercase(), org.id)
}

/// A part of a name as a LIKE pattern, with what LIKE reads specially taken literally.
fn containing(search: &str) -> String {
    let literal = search.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{literal}%")
}

/// Organisations by name.
pub fn orgs(tx: &mut Tx<'_>, wanted: &Orgs) -> Result<Vec<Org>, Refusal> {
    let mut sql = format!("SELECT {ORG} FROM orgs WHERE name_key LIKE $1 ESCAPE '!'");
    let mut args = vec![store::Value::from(containing(&wanted.search))];
    let mut and = |condition: &str, value: store::Value| {
        args.push(value);
        sql.push_str(&format!(" AND {condition} ${}", args.len()));
    };
    if let Some(kind) = wanted.kind {
        and("kind =", kind.code().into());
    }
    if let Some(state) = wanted.state {
        and("state =", state.code().into());
    }
    if let Some((name, id)) = &wanted.after {
        args.extend([store::Value::from(name), store::Value::from(*id)]);
        sql.push_str(&format!(" AND (name_key, id) > (${}, ${})", args.len() - 1, args.len()));
    }
    args.push(wanted.limit.into());
    sql.push_str(&format!(" ORDER BY name_key, id LIMIT ${}", args.len()));
    tx.all(&sql, &args)?.iter().map(read_org).collect()
}

const USER: &str = "id, email, name, lang, zone, verified, suspended, second_factor, signed_up_at";

fn read_user(row: &Row) -> Result<User, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    Ok(User {
        id: row.id(0)?,
        email: text(1)?,
        name: text(2)?,
        lang: text(3)?,
        zone: text(4)?,
        verified: row.flag(5)?,
        suspended: row.flag(6)?,
        second_factor: row.flag(7)?,
        signed_up_at: row.at(8)?,
    })
}

/// One person.
pub fn user(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, Refusal> {
    tx.one(&format!("SELECT {USER} FROM users WHERE id = $1"), args![id])?.as_ref().map(read_user).transpose()
}

/// The person who signs in with this address, however it is typed.
pub fn user_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>, Refusal> {
    let key = email_key(email);
    tx.one(&format!("SELECT {USER} FROM users WHERE email = $1"), args![key])?.as_ref().map(read_user).transpose()
}

/// A member of an organisation.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// What people call them.
    pub name: String,
    /// Their address.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Since when.
    pub joined_at: Instant,
    /// Whether they sign in with a second factor.
    pub second_factor: bool,
}

fn read_role(row: &Row, column: usize) -> Result<Role, Refusal> {
    let code = row.text(column)?;
    Role::from_code(code).ok_or_else(|| Refusal::Fault(format!("there is no role `{code}`")))
}

const MEMBER: &str = "SELECT m.user_id, u.name, u.email, m.role, m.joined_at, u.second_factor
                      FROM members m JOIN users u ON u.id = m.user_id";

fn read_member(row: &Row) -> Result<Member, Refusal> {
    let (name, email) = (row.text(1)?.to_owned(), row.text(2)?.to_owned());
    Ok(Member { user: row.id(0)?, name, email, role: read_role(row, 3)?, joined_at: row.at(4)?, second_factor: row.flag(5)? })
}

/// The members of an organisation, those who joined first on top. For lists that people page through there is [`team`].
pub fn members(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<Member>, Refusal> {
    tx.all(&format!("{MEMBER} WHERE m.org = $1 ORDER BY m.joined_at, m.user_id"), args![org])?.iter().map(read_member).collect()
}

/// One member of an organisation.
pub fn member(tx: &mut Tx<'_>, org: OrgId, user: UserId) -> Result<Option<Member>, Refusal> {
    tx.one(&format!("{MEMBER} WHERE m.org = $1 AND m.user_id = $2"), args![org, user])?.as_ref().map(read_member).transpose()
}

/// Which members to list.
#[derive(Clone, Debug, Default)]
pub struct Team {
    /// A part of the name or the address, in any case; everyone when empty.
    pub search: String,
    /// With this role only.
    pub role: Option<Role>,
    /// The last of the page before: when they joined, and who.
    pub after: Option<(Instant, UserId)>,
    /// How many at the most.
    pub limit: i64,
}

fn selection(org: OrgId, wanted: &Team) -> (String, Vec<store::Value>) {
    let (mut sql, mut values) = ("WHERE m.org = $1".to_owned(), vec![store::Value::from(org)]);
    if !wanted.search.trim().is_empty() {
        values.push(containing(&wanted.search).into());
        sql.push_str(" AND (LOWER(u.name) LIKE $2 ESCAPE '!' OR u.email LIKE $2 ESCAPE '!')");
    }
    if let Some(role) = wanted.role {
        values.push(role.code().into());
        sql.push_str(&format!(" AND m.role = ${}", values.len()));
    }
    (sql, values)
}

/// A page of an organisation's members, those who joined first on top.
pub fn team(tx: &mut Tx<'_>, org: OrgId, wanted: &Team) -> Result<Vec<Member>, Refusal> {
    let (mut sql, mut values) = selection(org, wanted);
    if let Some((at, user)) = wanted.after {
        values.extend([store::Value::from(at), store::Value::from(user)]);
        sql.push_str(&format!(" AND (m.joined_at, m.user_id) > (${}, ${})", values.len() - 1, values.len()));
    }
    values.push(wanted.limit.into());
    let sql = format!("{MEMBER} {sql} ORDER BY m.joined_at, m.user_id LIMIT ${}", values.len());
    tx.all(&sql, &values)?.iter().map(read_member).collect()
}

/// How many members that is in all, whatever the page.
pub fn team_count(tx: &mut Tx<'_>, org: OrgId, wanted: &Team) -> Result<i64, Refusal> {
    let (sql, values) = selection(org, wanted);
    tx.count(&format!("SELECT COUNT(*) FROM members m JOIN users u ON u.id = m.user_id {sql}"), &values)
}

/// How many members an organisation has, and how many of them have the role `head`.
pub fn places(tx: &mut Tx<'_>, org: OrgId, head: Role) -> Result<(i64, i64), Refusal> {
    let sql = "SELECT COUNT(*), CAST(SUM(CASE WHEN role = $2 THEN 1 ELSE 0 END) AS BIGINT) FROM members WHERE org = $1";
    let Some(row) = tx.one(sql, args![org, head.code()])? else { return Ok((0, 0)) };
    Ok((row.int(0)?, row.opt_int(1)?.unwrap_or(0)))
}

/// How many places an organisation's open invitations promise, and how many of them with the role `head`.
pub fn promised(tx: &mut Tx<'_>, org: OrgId, head: Role) -> Result<(i64, i64), Refusal> {
    let now = tx.now;
    let sql = "SELECT COUNT(*), CAST(SUM(CASE WHEN role = $2 THEN 1 ELSE 0 END) AS BIGINT) FROM invitations
               WHERE org = $1 AND standing = 'asked' AND closes_at > $3";
    let Some(row) = tx.one(sql, args![org, head.code(), now])? else { return Ok((0, 0)) };
    Ok((row.int(0)?, row.opt_int(1)?.unwrap_or(0)))
}

/// A person's role in an organisation, if they are a member.
pub fn role(tx: &mut Tx<'_>, org: OrgId, user: UserId) -> Result<Option<Role>, Refusal> {
    let row = tx.one("SELECT role FROM members WHERE org = $1 AND user_id = $2", args![org, user])?;
    row.map(|row| read_role(&row, 0)).transpose()
}

/// What the gate asks of a person with every request: whether they are locked out, and their role in an organisation, if one is
/// named and they are a member.
pub(crate) fn standing(tx: &mut Tx<'_>, user: UserId, org: Option<OrgId>) -> Result<Option<(bool, Option<Role>)>, Refusal> {
    let sql = "SELECT u.suspended, m.role FROM users u LEFT JOIN members m ON m.user_id = u.id AND m.org = $2 WHERE u.id = $1";
    let row = tx.one(sql, args![user, org.map_or_else(String::new, |org| org.to_string())])?;
    row.map(|row| {
        let role = if row.opt_text(1)?.is_some() { Some(read_role(&row, 1)?) } else { None };
        Ok((row.flag(0)?, role))
    })
    .transpose()
}

/// How many members of an organisation have a role.
pub fn count_role(tx: &mut Tx<'_>, org: OrgId, role: Role) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM members WHERE org = $1 AND role = $2", args![org, role.code()])
}

/// Every organisation that a person belongs to, with their role, by name.
pub fn roles(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<(Org, Role)>, Refusal> {
    let sql = format!("SELECT {ORG}, role FROM members JOIN orgs ON id = org WHERE user_id = $1 ORDER BY name_key, id");
    tx.all(&sql, args![user])?.iter().map(|row| Ok((read_org(row)?, read_role(row, 10)?))).collect()
}

/// The same, as the menu shows them.
pub fn memberships(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Membership>, Refusal> {
    let roles = roles(tx, user)?;
    Ok(roles.into_iter().map(|(org, role)| Membership { org: org.id, kind: org.kind, name: org.name, role }).collect())
}

/// A member as mail reaches them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// Who.
    pub user: UserId,
    /// Their address.
    pub email: String,
    /// Their language, or empty.
    pub lang: String,
    /// Their time zone, or empty.
    pub zone: String,
}

/// An organisation's members with one of `roles`, for mail. Locked-out people get none.
pub fn readers(tx: &mut Tx<'_>, org: OrgId, roles: &[Role]) -> Result<Vec<Reader>, Refusal> {
    // Who is locked out is left out here and not by the question: PostgreSQL would look for them among all users, believing them rare.
    let sql = "SELECT m.user_id, u.email, u.lang, m.role, u.zone, u.suspended, m.joined_at
               FROM members m JOIN users u ON u.id = m.user_id WHERE m.org = $1";
    let mut found = Vec::new();
    for row in tx.all(sql, args![org])? {
        if !row.flag(5)? && roles.contains(&read_role(&row, 3)?) {
            let text = |column: usize| row.text(column).map(str::to_owned);
            found.push((row.at(6)?, Reader { user: row.id(0)?, email: text(1)?, lang: text(2)?, zone: text(4)? }));
        }
    }
    // Put in order here: SQLite would build a tree for two or three rows.
    found.sort_by_key(|(joined_at, reader)| (*joined_at, reader.user));
    Ok(found.into_iter().map(|(_, reader)| reader).collect())
}

const INVITATION: &str = "id, org, email, role, invited_by, invited_at, closes_at, standing, since";

fn read_invitation(row: &Row) -> Result<Invitation, Refusal> {
    Ok(Invitation {
        id: row.text(0)?.to_owned(),
        org: row.id(1)?,
        email: row.text(2)?.to_owned(),
        role: read_role(row, 3)?,
        invited_by: row.text(4)?.parse().ok(),
        invited_at: row.at(5)?,
        closes_at: row.at(6)?,
        standing: row.code(7)?,
        since: row.at(8)?,
    })
}

/// One invitation of an organisation.
pub fn invitation(tx: &mut Tx<'_>, org: OrgId, id: &str) -> Result<Option<Invitation>, Refusal> {
    let sql = format!("SELECT {INVITATION} FROM invitations WHERE org = $1 AND id = $2");
    tx.one(&sql, args![org, id])?.as_ref().map(read_invitation).transpose()
}

/// An invitation by its id, whoever's it is: for its one-time link, which is the key, and for the clock.
pub fn invitation_by_id(tx: &mut Tx<'_>, id: &str) -> Result<Option<Invitation>, Refusal> {
    let sql = format!("SELECT {INVITATION} FROM invitations WHERE id = $1");
    tx.one(&sql, args![id])?.as_ref().map(read_invitation).transpose()
}

/// The last hundred invitations of an organisation, newest first.
pub fn invitations(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<Invitation>, Refusal> {
    let sql = format!("SELECT {INVITATION} FROM invitations WHERE org = $1 ORDER BY invited_at DESC, id DESC LIMIT 100");
    tx.all(&sql, args![org])?.iter().map(read_invitation).collect()
}

/// The open invitations of an organisation, newest first.
pub fn open_invitations(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<Invitation>, Refusal> {
    let now = tx.now;
    let sql = format!(
        "SELECT {INVITATION} FROM invitations WHERE org = $1 AND standing = 'asked' AND closes_at > $2 ORDER BY invited_at DESC, id DESC"
    );
    tx.all(&sql, args![org, now])?.iter().map(read_invitation).collect()
}

/// An API token, without its secret, which nobody can read again.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct ApiToken {
    /// Which.
    pub id: TokenId,
    /// For which organisation.
    pub org: OrgId,
    /// Who issued it: it acts with this member's role.
    pub user: UserId,
    /// What people call it.
    pub name: String,
    /// The permissions that it may use.
    pub scopes: Vec<String>,
    /// When it was issued.
    pub issued_at: Instant,
    /// From when on it works no longer.
    pub expires_at: Instant,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// When it was last used, to the minute.
    pub used_at: Option<Instant>,
}

const TOKEN: &str = "t.id, t.org, t.user_id, t.name, t.scopes, t.issued_at, t.expires_at, t.revoked_at, s.used_at
                     FROM api_tokens t LEFT JOIN token_secrets s ON s.token = t.id";

fn read_token(row: &Row) -> Result<ApiToken, Refusal> {
    Ok(ApiToken {
        id: row.id(0)?,
        org: row.id(1)?,
        user: row.id(2)?,
        name: row.text(3)?.to_owned(),
        scopes: row.text(4)?.split_whitespace().map(str::to_owned).collect(),
        issued_at: row.at(5)?,
        expires_at: row.at(6)?,
        revoked_at: row.opt_at(7)?,
        used_at: row.opt_at(8)?,
    })
}

/// The last hundred tokens of an organisation, newest first.
pub fn tokens(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<ApiToken>, Refusal> {
    let sql = format!("SELECT {TOKEN} WHERE t.org = $1 ORDER BY t.issued_at DESC, t.id DESC LIMIT 100");
    tx.all(&sql, args![org])?.iter().map(read_token).collect()
}

/// One token of an organisation.
pub fn token(tx: &mut Tx<'_>, org: OrgId, id: TokenId) -> Result<Option<ApiToken>, Refusal> {
    let sql = format!("SELECT {TOKEN} WHERE t.org = $1 AND t.id = $2");
    tx.one(&sql, args![org, id])?.as_ref().map(read_token).transpose()
}
