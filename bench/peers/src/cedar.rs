//! Cedar, with one permit for the roads and one forbid for each reason, so that an answer names every reason as ours does.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, RestrictedExpression as Value,
};
use decisions::{AdRole, Fact, Question, Scope, State};
use std::collections::HashMap;

const POLICIES: &str = r#"
permit (principal, action == Action::"use_posts", resource) when {
    (resource.granted.contains(principal.centre) && resource.assigned.contains(principal)) || resource.own.contains(principal.person)
};
@reason("centre_not_normal") forbid (principal, action, resource) when { principal.centre.stopped };
@reason("not_a_member") forbid (principal, action, resource) unless { principal.member };
@reason("locked_out") forbid (principal, action, resource) when { principal.person.locked };
@reason("account_stopped") forbid (principal, action, resource) when { resource.stopped };
@reason("political") forbid (principal, action, resource) when { resource.political };
@reason("ad_account_closed") forbid (principal, action, resource) unless { context.ad_account.open };
@reason("not_shared") forbid (principal, action, resource) unless { context.ad_account.owner == principal.centre };
@reason("no_ad_role") forbid (principal, action, resource) unless { context.ad_account.runners.contains(principal) };
@reason("switched_off") forbid (principal, action, resource) unless { resource.switched_on.contains(context.post) };
"#;

/// A policy set and everything it is asked about.
pub struct Cedar {
    policies: PolicySet,
    entities: Entities,
}

fn uid(kind: &str, id: String) -> EntityUid {
    let kind: EntityTypeName = kind.parse().expect("a type's name");
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}
fn seat(centre: impl ToString, user: impl ToString) -> EntityUid {
    uid("Seat", format!("{} {}", centre.to_string(), user.to_string()))
}
fn one(uid: EntityUid) -> Value {
    Value::new_entity_uid(uid)
}

#[derive(Default)]
struct Account {
    granted: Vec<Value>,
    /// Each member of a centre, and whether the last assignment holds the scope.
    assigned: HashMap<EntityUid, bool>,
    own: Vec<Value>,
    switched_on: Vec<Value>,
    stopped: bool,
    political: bool,
}

#[derive(Default)]
struct AdAccount {
    owner: String,
    runners: Vec<Value>,
}

impl Cedar {
    /// Reads the facts into entities.
    pub fn new(facts: &[Fact]) -> Cedar {
        let (mut accounts, mut ads) = (HashMap::<String, Account>::new(), HashMap::<String, AdAccount>::new());
        let mut entities = Vec::new();
        for fact in facts {
            match fact {
                Fact::Org { org, .. } => entities.push(entity(uid("Centre", org.to_string()), [("stopped", Value::new_bool(false))])),
                Fact::Member { centre, user, .. } => {
                    let person = uid("User", user.to_string());
                    entities.push(entity(person.clone(), [("locked", Value::new_bool(false))]));
                    let (centre_of, member) = (one(uid("Centre", centre.to_string())), Value::new_bool(true));
                    entities.push(entity(seat(centre, user), [("person", one(person)), ("centre", centre_of), ("member", member)]));
                }
                Fact::AdAccount { ad_account, centre } => ads.entry(ad_account.to_string()).or_default().owner = centre.to_string(),
                Fact::AdRole { ad_account, centre, user, role } if *role >= AdRole::Operator => {
                    ads.entry(ad_account.to_string()).or_default().runners.push(one(seat(centre, user)));
                }
                Fact::Account { account, .. } => {
                    accounts.entry(account.to_string()).or_default();
                }
                Fact::AccountState { account, state } => {
                    accounts.entry(account.to_string()).or_default().stopped = *state != State::Normal;
                }
                Fact::Political { account, political } => accounts.entry(account.to_string()).or_default().political = *political,
                Fact::PostSwitched { account, post, on: true } => {
                    accounts.entry(account.to_string()).or_default().switched_on.push(Value::new_string(post.clone()));
                }
                Fact::Granted { centre, account, scopes } if scopes.contains(Scope::Posts) => {
                    accounts.entry(account.to_string()).or_default().granted.push(one(uid("Centre", centre.to_string())));
                }
                // A later assignment of the same member takes the place of an earlier one.
                Fact::Assigned { centre, account, user, scopes } => {
                    let assigned = &mut accounts.entry(account.to_string()).or_default().assigned;
                    assigned.insert(seat(centre, user), scopes.contains(Scope::Posts));
                }
                Fact::OwnLinked { account, user, .. } => {
                    accounts.entry(account.to_string()).or_default().own.push(one(uid("User", user.to_string())));
                }
                _ => {}
            }
        }
        entities.extend(accounts.into_iter().map(|(id, account)| {
            let assigned = account.assigned.into_iter().filter(|(_, posts)| *posts).map(|(seat, _)| one(seat));
            let values = [
                ("granted", Value::new_set(account.granted)),
                ("assigned", Value::new_set(assigned)),
                ("own", Value::new_set(account.own)),
                ("switched_on", Value::new_set(account.switched_on)),
                ("stopped", Value::new_bool(account.stopped)),
                ("political", Value::new_bool(account.political)),
            ];
            entity(uid("Account", id), values)
        }));
        entities.extend(ads.into_iter().map(|(id, ad)| {
            let values =
                [("open", Value::new_bool(true)), ("owner", one(uid("Centre", ad.owner))), ("runners", Value::new_set(ad.runners))];
            entity(uid("AdAccount", id), values)
        }));
        let entities = Entities::from_entities(entities, None).expect("the world as entities");
        Cedar { policies: POLICIES.parse().expect("policies"), entities }
    }

    /// Asks; the reasons are in the response, as ours are in the answer.
    pub fn allows(&self, request: &Request) -> bool {
        let response = Authorizer::new().is_authorized(request, &self.policies, &self.entities);
        std::hint::black_box(response.diagnostics());
        response.decision() == Decision::Allow
    }
}

fn entity<const N: usize>(uid: EntityUid, values: [(&str, Value); N]) -> Entity {
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Entity::new(uid, values, Default::default()).expect("an entity")
}

/// The question as Cedar takes it, made before the clock runs.
pub fn request(question: &Question<'_>) -> Request {
    let Question::Use { user, centre, account, ad_account, post, .. } = question else { unreachable!("the world asks of using only") };
    let context = [
        ("ad_account".to_owned(), one(uid("AdAccount", ad_account.to_string()))),
        ("post".to_owned(), Value::new_string(post.unwrap_or_default().to_owned())),
    ];
    let context = Context::from_pairs(context).expect("a context");
    let action = uid("Action", "use_posts".to_owned());
    Request::new(seat(centre, user), action, uid("Account", account.to_string()), context, None).expect("a request")
}
