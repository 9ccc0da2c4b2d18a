//! Whatever ends a right pauses the ads that rest on it in the same transaction, with every reason; nothing resumes by itself.

use crate::{
    AdRole, Advert, Authorised, EndedBy, Event, Held, Item, Road, Scope, Scopes,
    authorise_post::code,
    create_ad_group::CreateAdGroup,
    create_campaign::{CreateCampaign, Objective},
    create_spark_ad::CreateSparkAd,
    delete_authorisation::DeleteAuthorisation,
    index::{
        ads::{self, Ad, AdState},
        withheld,
    },
    restore::Restore,
    resume_ad::ResumeAd,
    switch_post::SwitchPost,
    testing::House,
    withhold::Withhold,
};
use accounts::{Post, Visibility};
use kernel::{
    AccountId, AdAccountId, AdGroupId, AdId, AuthorisationId, Capability, GrantId, Instant, OrgId, OrgKind, Refusal, Role, Span, UserId,
};

/// A centre with a standard member who runs an ad of a creator's post, in an ad account of the centre.
struct World {
    house: House,
    operator: OrgId,
    centre: OrgId,
    member: UserId,
    creator: OrgId,
    head: UserId,
    account: AccountId,
    grant: GrantId,
    ad_account: AdAccountId,
    ad_group: AdGroupId,
}

const POST: &str = "7000000000000000001";
const OTHER: &str = "7000000000000000002";

fn post(id: &str, visibility: Visibility) -> Post {
    Post {
        id: id.into(),
        at: Instant(1_790_000_000_000),
        title: "A walk".into(),
        hashtags: Vec::new(),
        song: String::new(),
        seconds: 9,
        plays: 1,
        likes: 1,
        comments: 0,
        shares: 0,
        visibility,
    }
}

impl World {
    fn all() -> Vec<World> {
        House::all().into_iter().map(World::on).collect()
    }

    fn on(house: House) -> World {
        let (operator, _) = house.org(OrgKind::Operator, "Operator");
        let (centre, _) = house.org(OrgKind::Centre, "Northlight");
        let (creator, head) = house.org(OrgKind::Creator, "Lin Mei");
        let member = house.person("Mo");
        house.perform(access::AddMember { org: centre, user: member, role: Role::CentreMember }).unwrap();
        let account = house.account(creator, "lin.mei");
        let posts = vec![post(POST, Visibility::Public), post(OTHER, Visibility::Public)];
        house.perform(accounts::record::Record { owner: creator, account, content: accounts::record::Content::Posts(posts) }).unwrap();
        let (grant, ad_account, ad_group, campaign) = (store::fresh(), store::fresh(), store::fresh(), store::fresh());
        let world = World { house, operator, centre, member, creator, head, account, grant, ad_account, ad_group };
        world.house.happen(vec![
            Event::AccessGranted { held: world.held(), request: store::fresh(), scopes: Scopes::ALL, by: head },
            Event::Assigned { held: world.held(), user: member, scopes: Scopes::NONE.with(Scope::Posts) },
            Event::AdAccountOpened { ad_account, centre, name: "Main".into(), currency: "GBP".into(), zone: "Europe/London".into() },
            world.role(AdRole::Operator),
        ]);
        let owner = creator;
        world.house.perform(SwitchPost { owner, account, post: POST.into(), on: true }).unwrap();
        let (name, objective) = ("Autumn".to_owned(), Objective::Traffic);
        world.house.perform(CreateCampaign { campaign, centre, by: member, ad_account, name: name.clone(), objective }).unwrap();
        world.house.perform(CreateAdGroup { ad_group, centre, by: member, ad_account, campaign, name }).unwrap();
        world
    }

    fn held(&self) -> Held {
        Held { grant: self.grant, centre: self.centre, account: self.account, owner: self.creator }
    }

    fn role(&self, role: AdRole) -> Event {
        Event::AdRoleGiven { ad_account: self.ad_account, centre: self.centre, user: self.member, role }
    }

    fn ask(&self, item: &str, road: Option<Road>) -> CreateSparkAd {
        CreateSparkAd {
            ad: store::fresh(),
            centre: self.centre,
            by: self.member,
            ad_account: self.ad_account,
            ad_group: self.ad_group,
            name: "Autumn".into(),
            account: self.account,
            item: Item::Post(item.into()),
            road,
        }
    }

    /// A running ad.
    fn ad(&self) -> AdId {
        let ask = self.ask(POST, None);
        let ad = ask.ad;
        self.house.perform(ask).unwrap();
        assert_eq!(self.seen(ad).state, AdState::Running);
        ad
    }

    fn seen(&self, ad: AdId) -> Ad {
        self.house.see(move |tx| ads::ad_by_id(tx, ad)).unwrap()
    }

    #[track_caller]
    fn is_paused(&self, ad: AdId, because: &[&str]) {
        let seen = self.seen(ad);
        let codes: Vec<String> = because.iter().map(|code| format!("centers.spark.{code}")).collect();
        assert_eq!((seen.state, seen.because), (AdState::Paused, codes));
    }

    fn resume(&self, ad: AdId) -> Result<(), Refusal> {
        self.house.perform(ResumeAd { centre: self.centre, by: self.member, ad, road: None })
    }

    /// A code for the other post, whose switch is off, applied in the ad account.
    fn code(&self) -> (AuthorisationId, AdId) {
        let (authorisation, text) = (store::fresh(), code::fresh());
        let (owner, account, digest) = (self.creator, self.account, code::digest(&text));
        let make =
            crate::authorise_post::AuthorisePost { authorisation, owner, account, post: OTHER.into(), days: 7, digest: digest.clone() };
        self.house.perform(make).unwrap();
        let (centre, by, ad_account) = (self.centre, self.member, self.ad_account);
        self.house.perform(crate::apply_post_code::ApplyPostCode { centre, by, ad_account, digest }).unwrap();
        let ask = self.ask(OTHER, None);
        let ad = ask.ad;
        self.house.perform(ask).unwrap();
        assert_eq!(self.seen(ad).road, Road::Code(authorisation));
        (authorisation, ad)
    }
}

fn codes(refusal: Refusal) -> Vec<String> {
    let Refusal::Denied { denials, .. } = refusal else { panic!("{refusal:?}") };
    denials.into_iter().map(|denial| denial.code).collect()
}

type End = fn(&World);

/// Every source of an end, what it does, and what is missing then.
const ENDS: &[(&str, End, &[&str])] = &[
    (
        "narrowed",
        |w| w.house.happen(vec![Event::AccessNarrowed { held: w.held(), scopes: Scopes::NONE.with(Scope::Live), by: EndedBy::Owner }]),
        &["scope_not_granted"],
    ),
    (
        "ended",
        |w| w.house.happen(vec![Event::AccessEnded { held: w.held(), by: EndedBy::Owner, reason: String::new() }]),
        &["scope_not_granted"],
    ),
    ("unassigned", |w| w.house.happen(vec![Event::Unassigned { held: w.held(), user: w.member }]), &["not_assigned"]),
    (
        "assigned for less",
        |w| w.house.happen(vec![Event::Assigned { held: w.held(), user: w.member, scopes: Scopes::NONE.with(Scope::Live) }]),
        &["not_assigned"],
    ),
    (
        "role taken",
        |w| w.house.happen(vec![Event::AdRoleTaken { ad_account: w.ad_account, centre: w.centre, user: w.member }]),
        &["no_ad_role"],
    ),
    ("withheld", |w| w.house.happen(vec![Event::AccountWithheld { held: w.held(), ad_account: w.ad_account }]), &["withheld"]),
    ("role lowered", |w| w.house.happen(vec![w.role(AdRole::Analyst)]), &["role_too_low"]),
    ("closed", |w| w.house.happen(vec![Event::AdAccountClosed { ad_account: w.ad_account, centre: w.centre }]), &["ad_account_closed"]),
    (
        "switched off",
        |w| w.house.happen(vec![Event::PostSwitched { account: w.account, owner: w.creator, post: POST.into(), on: false }]),
        &["post_switched_off"],
    ),
    (
        "made private",
        |w| {
            let posts = vec![post(POST, Visibility::Private)];
            w.house
                .perform(accounts::record::Record {
                    owner: w.creator,
                    account: w.account,
                    content: accounts::record::Content::Posts(posts),
                })
                .unwrap();
        },
        &["not_public"],
    ),
    (
        "account suspended",
        |w| {
            let ask = accounts::suspend::Suspend { operator: w.operator, account: w.account, reason: "why".into() };
            w.house.perform(ask).unwrap();
        },
        &["account_not_normal"],
    ),
    (
        "account marked",
        |w| {
            let (operator, account, reason) = (w.operator, w.account, "a ministry".to_owned());
            w.house.perform(accounts::mark_political::MarkPolitical { operator, account, political: true, reason }).unwrap();
        },
        &["account_political"],
    ),
    (
        "centre suspended",
        |w| w.house.perform(access::SuspendOrg { operator: w.operator, org: w.centre, reason: "why".into() }).unwrap(),
        &["centre_not_normal"],
    ),
    (
        "person locked out",
        |w| w.house.perform(access::SuspendUser { operator: w.operator, user: w.member, reason: "why".into() }).unwrap(),
        &["locked_out"],
    ),
];

#[test]
fn whatever_ends_a_right_pauses_the_ad_in_the_same_transaction_with_the_reason() {
    for (end, act, because) in ENDS {
        for world in World::all() {
            let ad = world.ad();
            let before = world.house.see(|tx| Ok(tx.as_of()));
            act(&world);
            let seen = world.seen(ad);
            assert_eq!(seen.state, AdState::Paused, "{end}");
            world.is_paused(ad, because);
            // One cause runs through what ended and what paused: it was one transaction.
            let after = world.house.see(move |tx| store::log::after(tx, before, 100));
            let mut causes: Vec<_> = after.iter().map(|recorded| recorded.cause.clone()).collect();
            causes.dedup();
            assert_eq!(causes.len(), 1, "{end}");
        }
    }
}

#[test]
fn a_member_who_leaves_takes_their_ads_along() {
    for world in World::all() {
        let ad = world.ad();
        world.house.perform(access::RemoveMember { org: world.centre, user: world.member }).unwrap();
        let seen = world.seen(ad);
        assert_eq!(seen.state, AdState::Paused);
        assert!(seen.because.contains(&"centers.spark.not_a_member".to_owned()), "{:?}", seen.because);
    }
}

#[test]
fn an_account_that_changes_hands_stops_every_ad_of_it_also_those_by_code() {
    for world in World::all() {
        let (by_grant, (_, by_code)) = (world.ad(), world.code());
        let (other, _) = world.house.org(OrgKind::Creator, "Someone else");
        // What a claim does to an account; a claimed one cannot be claimed again by the verb.
        world.house.happen(vec![accounts::Event::AccountClaimed {
            account: world.account,
            owner: other,
            previous_owner: world.creator,
            birth: jiff::civil::date(1990, 1, 1),
        }]);
        assert!(world.seen(by_grant).because.contains(&"centers.spark.account_has_new_owner".to_owned()));
        let because = world.seen(by_code).because;
        assert_eq!(because, ["centers.spark.account_has_new_owner", "centers.spark.code_deleted"]);
    }
}

#[test]
fn a_partner_runs_ads_as_far_as_the_share_goes() {
    for world in World::all() {
        let (partner, _) = world.house.org(OrgKind::Centre, "Partner");
        let (centre, member) = (partner, world.member);
        world.house.perform(access::AddMember { org: partner, user: member, role: Role::CentreMember }).unwrap();
        let held = Held { grant: store::fresh(), centre: partner, ..world.held() };
        let share = |role| Event::AdAccountShared { ad_account: world.ad_account, centre: world.centre, partner, role };
        world.house.happen(vec![
            Event::AccessGranted { held, request: store::fresh(), scopes: Scopes::ALL, by: world.head },
            Event::Assigned { held, user: member, scopes: Scopes::ALL },
            share(AdRole::Operator),
            Event::AdRoleGiven { ad_account: world.ad_account, centre, user: member, role: AdRole::Admin },
        ]);
        let make = || {
            let ask = CreateSparkAd { centre: partner, ..world.ask(POST, None) };
            let ad = ask.ad;
            world.house.perform(ask).map(|()| ad)
        };
        let ad = make().unwrap();
        world.house.happen(vec![share(AdRole::Analyst)]);
        world.is_paused(ad, &["role_too_low"]);
        assert_eq!(codes(make().unwrap_err()), ["centers.spark.role_too_low"]);
        world.house.happen(vec![share(AdRole::Admin)]);
        let resume = ResumeAd { centre: partner, by: member, ad, road: None };
        world.house.perform(resume.clone()).unwrap();
        world.house.happen(vec![Event::AdAccountUnshared { ad_account: world.ad_account, centre: world.centre, partner }]);
        world.is_paused(ad, &["ad_account_unshared"]);
        assert_eq!(world.house.perform(resume), Err(Refusal::NotFound), "what is shared no longer is not there");
        // The centre that owns the ad account may not act any more: neither may its partners in it.
        world.house.happen(vec![share(AdRole::Operator)]);
        world.house.perform(ResumeAd { centre: partner, by: member, ad, road: None }).unwrap();
        world.house.perform(access::SuspendOrg { operator: world.operator, org: world.centre, reason: "why".into() }).unwrap();
        world.is_paused(ad, &["ad_accounts_centre_stopped"]);
    }
}

#[test]
fn the_grant_and_the_own_link_add_up_and_the_ad_runs_while_either_holds() {
    for world in World::all() {
        let (account, owner, user) = (world.account, world.creator, world.member);
        world.house.happen(vec![Event::OwnLinked { account, owner, user, scopes: Scopes::NONE.with(Scope::Posts) }]);
        let ad = world.ad();
        assert_eq!(world.seen(ad).road, Road::Grant, "the strongest that holds");
        world.house.happen(vec![Event::AccessEnded { held: world.held(), by: EndedBy::Owner, reason: String::new() }]);
        assert_eq!(world.seen(ad).state, AdState::Running);
        world.house.happen(vec![Event::OwnUnlinked { account, owner, user }]);
        world.is_paused(ad, &["scope_not_granted"]);
        world.house.happen(vec![Event::OwnLinked { account, owner, user, scopes: Scopes::NONE.with(Scope::Posts) }]);
        assert_eq!(world.seen(ad).state, AdState::Paused, "nothing resumes by itself");
        world.resume(ad).unwrap();
        assert_eq!((world.seen(ad).state, world.seen(ad).road), (AdState::Running, Road::OwnLink));
    }
}

#[test]
fn what_a_centre_withholds_pauses_what_rests_on_its_grant_there_and_nothing_else_until_it_is_restored() {
    for world in World::all() {
        let (centre, account, owner, ad_account) = (world.centre, world.account, world.creator, world.ad_account);
        let ad = world.ad();
        let (_, by_code) = world.code();
        // A colleague has a link of their own: their ad goes on by it.
        let colleague = world.house.person("Col");
        world.house.perform(access::AddMember { org: centre, user: colleague, role: Role::CentreMember }).unwrap();
        world.house.happen(vec![
            Event::Assigned { held: world.held(), user: colleague, scopes: Scopes::ALL },
            Event::AdRoleGiven { ad_account, centre, user: colleague, role: AdRole::Operator },
            Event::OwnLinked { account, owner, user: colleague, scopes: Scopes::NONE.with(Scope::Posts) },
        ]);
        let ask = CreateSparkAd { by: colleague, ..world.ask(POST, Some(Road::Grant)) };
        let own = ask.ad;
        world.house.perform(ask).unwrap();
        // Neither another ad account nor another account is meant.
        let elsewhere = store::fresh();
        world.house.happen(vec![Event::AdAccountOpened {
            ad_account: elsewhere,
            centre,
            name: "Other".into(),
            currency: "GBP".into(),
            zone: "Europe/London".into(),
        }]);
        world.house.perform(Withhold { centre, account, ad_account: elsewhere }).unwrap();
        assert_eq!(world.seen(ad).state, AdState::Running);

        let resting = world.house.see(move |tx| withheld::resting(tx, centre, account));
        assert_eq!(resting, [(ad_account, 1)], "as many as will be paused");
        world.house.perform(Withhold { centre, account, ad_account }).unwrap();
        world.is_paused(ad, &["withheld"]);
        assert_eq!((world.seen(own).state, world.seen(by_code).state), (AdState::Running, AdState::Running));
        assert_eq!(codes(world.resume(ad).unwrap_err()), ["centers.spark.withheld"]);
        assert_eq!(codes(world.house.perform(world.ask(POST, None)).unwrap_err()), ["centers.spark.withheld"]);
        let by_grant = CreateSparkAd { by: colleague, ..world.ask(POST, Some(Road::Grant)) };
        assert_eq!(codes(world.house.perform(by_grant).unwrap_err()), ["centers.spark.withheld"], "the road was named");
        let again = Withhold { centre, account, ad_account };
        assert_eq!(codes(world.house.perform(again).unwrap_err()), ["centers.granting.already_withheld"]);
        // The link of their own was what was left.
        world.house.happen(vec![Event::OwnUnlinked { account, owner, user: colleague }]);
        world.is_paused(own, &["withheld"]);

        world.house.perform(Restore { centre, account, ad_account }).unwrap();
        assert_eq!(world.seen(ad).state, AdState::Paused, "nothing resumes by itself");
        world.resume(ad).unwrap();
        let again = Restore { centre, account, ad_account };
        assert_eq!(codes(world.house.perform(again).unwrap_err()), ["centers.granting.not_withheld"]);
    }
}

#[test]
fn what_is_withheld_ends_with_what_it_rests_on() {
    for world in World::all() {
        let (centre, account, ad_account) = (world.centre, world.account, world.ad_account);
        let since = |ad_account: AdAccountId| world.house.see(move |tx| withheld::since(tx, centre, account, ad_account));
        let granted = |held: Held| Event::AccessGranted { held, request: store::fresh(), scopes: Scopes::ALL, by: world.head };
        let withhold = |ad_account: AdAccountId| world.house.perform(Withhold { centre, account, ad_account });
        // The grant: a new one begins with every ad account.
        withhold(ad_account).unwrap();
        assert!(since(ad_account).is_some());
        world.house.happen(vec![Event::AccessEnded { held: world.held(), by: EndedBy::Owner, reason: String::new() }]);
        assert_eq!(withhold(ad_account), Err(Refusal::NotFound), "what is not held cannot be withheld");
        world.house.happen(vec![granted(Held { grant: store::fresh(), ..world.held() })]);
        assert_eq!(since(ad_account), None);
        // The share with the centre.
        let (partner, _) = world.house.org(OrgKind::Centre, "Partner");
        let lent: AdAccountId = store::fresh();
        let share = Event::AdAccountShared { ad_account: lent, centre: partner, partner: centre, role: AdRole::Operator };
        world.house.happen(vec![Event::AdAccountOpened {
            ad_account: lent,
            centre: partner,
            name: "Lent".into(),
            currency: "GBP".into(),
            zone: "UTC".into(),
        }]);
        assert_eq!(withhold(lent), Err(Refusal::NotFound), "an ad account that the centre does not have is not there");
        world.house.happen(vec![share.clone()]);
        withhold(lent).unwrap();
        withhold(ad_account).unwrap();
        world.house.happen(vec![Event::AdAccountUnshared { ad_account: lent, centre: partner, partner: centre }]);
        world.house.happen(vec![share]);
        assert_eq!((since(lent), since(ad_account).is_some()), (None, true));
        // The ad account, in whichever centres it was withheld.
        withhold(lent).unwrap();
        world.house.happen(vec![Event::AdAccountClosed { ad_account: lent, centre: partner }]);
        assert_eq!((since(lent), since(ad_account).is_some()), (None, true));
        assert_eq!(withhold(lent), Err(Refusal::NotFound), "a closed one is not there");
    }
}

#[test]
fn a_code_that_expires_pauses_its_ads_and_one_in_use_cannot_be_deleted() {
    for world in World::all() {
        let (authorisation, ad) = world.code();
        let delete = DeleteAuthorisation { owner: world.creator, authorisation };
        assert_eq!(codes(world.house.perform(delete.clone()).unwrap_err()), ["centers.delete_authorisation.in_use"]);
        world.house.clock.advance(Span(Span::days(7).0 - 1));
        world.house.tick();
        assert_eq!(world.seen(ad).state, AdState::Running);
        world.house.clock.advance(Span(1));
        world.house.tick();
        world.is_paused(ad, &["code_expired"]);
        assert_eq!(codes(world.resume(ad).unwrap_err()), ["centers.spark.code_expired"]);
        // With the switch on, the ad may go on by the grant.
        let (owner, account) = (world.creator, world.account);
        world.house.perform(SwitchPost { owner, account, post: OTHER.into(), on: true }).unwrap();
        world.resume(ad).unwrap();
        assert_eq!(world.seen(ad).road, Road::Grant);
    }
}

#[test]
fn a_deleted_code_pauses_what_still_rests_on_it() {
    for world in World::all() {
        let (authorisation, ad) = world.code();
        let (account, owner, post) = (world.account, world.creator, OTHER.to_owned());
        world.house.happen(vec![Event::PostAuthorisationDeleted { authorised: Authorised { authorisation, account, owner, post } }]);
        world.is_paused(ad, &["code_deleted"]);
    }
}

#[test]
fn a_switch_stays_on_while_an_ad_uses_it_and_goes_off_when_the_ad_is_paused() {
    for world in World::all() {
        let ad = world.ad();
        let off = SwitchPost { owner: world.creator, account: world.account, post: POST.into(), on: false };
        assert_eq!(codes(world.house.perform(off.clone()).unwrap_err()), ["centers.switch_post.in_use"]);
        world.house.perform(crate::pause_ad::PauseAd { centre: world.centre, by: world.member, ad }).unwrap();
        world.house.perform(off).unwrap();
        assert_eq!(codes(world.resume(ad).unwrap_err()), ["centers.spark.post_switched_off"]);
    }
}

#[test]
fn what_a_member_may_not_see_is_not_there() {
    for world in World::all() {
        let ask = world.ask(POST, None);
        let nowhere = [
            CreateSparkAd { account: store::fresh(), ..ask.clone() },
            CreateSparkAd { ad_account: store::fresh(), ..ask.clone() },
            CreateSparkAd { ad_group: store::fresh(), ..ask.clone() },
            CreateSparkAd { by: world.head, ..ask.clone() },
            CreateSparkAd { centre: world.creator, ..ask.clone() },
        ];
        for ask in nowhere {
            assert_eq!(world.house.perform(ask), Err(Refusal::NotFound));
        }
        world.house.happen(vec![Event::Unassigned { held: world.held(), user: world.member }]);
        assert_eq!(world.house.perform(ask), Err(Refusal::NotFound), "an account that is not assigned is not there");
    }
}

#[test]
fn the_10_000th_ad_of_an_identity_is_made_and_the_next_is_not_and_all_pause_at_once() {
    for world in World::all() {
        let made = |n: usize| {
            let (centre, ad_account, account, owner) = (world.centre, world.ad_account, world.account, world.creator);
            let advert = Advert { ad: store::fresh(), centre, ad_account, account, owner };
            let (item, road) = (Item::Post(POST.into()), Road::Grant);
            Event::AdCreated { advert, ad_group: world.ad_group, name: format!("ad {n}"), item, road, by: world.member }
        };
        world.house.happen((0..9_999).map(made).collect());
        let last = world.ad();
        assert_eq!(codes(world.house.perform(world.ask(POST, None)).unwrap_err()), ["centers.create_spark_ad.identity_full"]);
        world.house.happen(vec![Event::AccessEnded { held: world.held(), by: EndedBy::Owner, reason: String::new() }]);
        world.is_paused(last, &["scope_not_granted"]);
        let (ad_account, filter) = (world.ad_account, ads::Filter { state: Some(AdState::Running), ..ads::Filter::default() });
        assert_eq!(world.house.see(move |tx| ads::count_ads(tx, ad_account, &filter)), 0);
    }
}

#[test]
fn looking_again_asks_nothing_of_anyone() {
    assert!(super::ReviewAds::RULES.is_empty());
    assert_eq!(super::ReviewAds::MAY, kernel::May::Platform);
}
