//! The demo: a fresh, believable world, made by going the one way, day after day, on a clock that is moved by hand.

mod content;

use crate::{house, house::Settings, serve};
use access::Merchant;
use accounts::record::{Content, Record};
use kernel::{AccountId, Actor, Instant, LinkId, OrgId, OrgKind, Origin, Refusal, Region, Role, Span, UserId, Who};
use linking::Kind;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};
use store::{Clock, ManualClock, Store, SystemClock, Tx};

mod ads;
mod centres;
mod grants;

/// Someone to sign in as, and the organisation they work for.
pub type Someone = (UserId, OrgId);

/// Whom the demo's links sign in.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// The owner of a tea shop in Britain.
    pub seller: Someone,
    /// One of that shop's staff.
    pub staff: Someone,
    /// The owner of a cosmetics shop in the United States, in probation.
    pub us_seller: Someone,
    /// A creator with a linked account and an invitation to answer.
    pub creator: Someone,
    /// The platform's operator.
    pub operator: Someone,
    /// The platform's support.
    pub support: Someone,
    /// An admin of a Business Center in Britain.
    pub centre_admin: Someone,
    /// One of that centre's standard members.
    pub centre_member: Someone,
}

/// The hand-moved clock first, the machine's afterwards.
struct DemoClock {
    built: std::sync::atomic::AtomicBool,
    hand: ManualClock,
}

impl Clock for DemoClock {
    fn now(&self) -> Instant {
        if self.built.load(std::sync::atomic::Ordering::SeqCst) { SystemClock.now() } else { self.hand.now() }
    }
}

/// Serves the demo's world on loopback until it is stopped.
pub async fn run(
    listen: SocketAddr,
    data: Option<PathBuf>,
    links_json: Option<PathBuf>,
    tokens_json: Option<PathBuf>,
) -> Result<ExitCode, Refusal> {
    if !listen.ip().is_loopback() {
        return Err(Refusal::Fault("the demo serves on loopback only: its world signs anyone in".into()));
    }
    let data = data.unwrap_or_else(|| std::env::temp_dir().join(format!("countersign-demo-{}", std::process::id())));
    let (listener, address) = serve::listen(listen).await?;
    let clock = Arc::new(DemoClock { built: false.into(), hand: ManualClock::at(SystemClock.now()) });
    let house = house::open(Settings::local(&data, address), clock.clone())?;
    let store = house.app.store().clone();
    let building = house.app.clone();
    let hands = clock.clone();
    let world = tokio::task::spawn_blocking(move || build(building.store(), &hands.hand, building.words()))
        .await
        .map_err(|e| Refusal::Fault(e.to_string()))??;
    clock.built.store(true, std::sync::atomic::Ordering::SeqCst);
    let base = house.app.config().base_url.clone();
    let people = [
        ("seller", "Seller Center 卖家中心", world.seller),
        ("staff", "Seller Center, staff 店员", world.staff),
        ("us_seller", "Seller Center, United States 美国店铺", world.us_seller),
        ("creator", "Creator Center 达人中心", world.creator),
        ("operator", "Operations 运营后台", world.operator),
        ("support", "Operations, support 客服", world.support),
        ("centre_admin", "Business Center 商务中心", world.centre_admin),
        ("centre_member", "Business Center, standard member 商务中心成员", world.centre_member),
    ];
    println!("Countersign's demo is at {base}, its data in {}", data.display());
    println!("Each link signs you in, once:");
    let mut links = serde_json::Map::new();
    for (code, name, (user, _)) in people {
        let path = store.write(move |tx| access::one_time_link(tx, access::Purpose::SignIn, &user.to_string(), Span::days(7))).await?;
        println!("  {name}\n    {base}{path}");
        links.insert(code.into(), format!("{base}{path}").into());
    }
    if let Some(file) = tokens_json {
        let mut tokens = serde_json::Map::new();
        for (code, _, (user, org)) in people {
            let issue = move |tx: &mut store::Tx<'_>| {
                let token = access::issue_token::io::issue_for(tx, org, user, "demo", &["*"], Span::days(7))?;
                let role = access::index::role(tx, org, user)?.ok_or(Refusal::NotFound)?;
                Ok(serde_json::json!({"org": org, "role": role.code(), "token": token}))
            };
            tokens.insert(code.into(), store.write(issue).await?);
        }
        keep(&file, tokens)?;
    }
    // Last, because whoever waits for the demo waits for this file.
    if let Some(file) = links_json {
        keep(&file, links)?;
    }
    let (app, secret) = sandbox(&store, world.centre_admin.1).await?;
    println!(
        "An app for TikTok's own SDKs:\n  host       {base}\n  app_id     {app}\n  secret     {secret}\n  consent    {base}/portal/auth?app_id={app}"
    );
    let (tell, stop) = tokio::sync::watch::channel(false);
    tokio::spawn(serve::until_asked_to_stop(tell));
    serve::serve(house, listener, stop).await?;
    Ok(ExitCode::SUCCESS)
}

fn keep(file: &std::path::Path, values: serde_json::Map<String, serde_json::Value>) -> Result<(), Refusal> {
    std::fs::write(file, serde_json::Value::Object(values).to_string()).map_err(|e| Refusal::Fault(format!("{}: {e}", file.display())))
}

/// An app of the demo's centre that asks people for everything; its secret is nowhere else.
async fn sandbox(store: &Store, org: OrgId) -> Result<(kernel::AppId, String), Refusal> {
    let app = store::fresh();
    let draft = apps::register::Draft {
        name: "SDK sandbox".into(),
        redirects: vec!["http://127.0.0.1:3000/callback".into(), "http://localhost:3000/callback".into()],
        scopes: apps::scopes::SCOPES.iter().map(|scope| scope.number).collect(),
    };
    let ask = apps::register::RegisterApp { app, org, draft };
    let secret = store.write(move |tx| apps::register::io::register(tx, &Actor::SYSTEM, &ask)).await?;
    let tier = apps::set_tier::SetTier { operator: org, app, tier: apps::Tier::Ultimate };
    store.write(move |tx| store::perform(tx, &Actor::SYSTEM, &tier)).await?;
    Ok((app, secret))
}

/// The builder: a store, its clock, and the moment at which the story ends.
struct Builder<'a> {
    store: &'a Store,
    clock: &'a ManualClock,
    end: Instant,
    words: &'a web::Words,
    /// What is asked at one moment waits here and is done in one transaction: a commit each would be most of the demo's start.
    waiting: RefCell<Vec<Waiting>>,
    /// Who leads each organisation, and from which country.
    heads: RefCell<HashMap<OrgId, (UserId, Region)>>,
    /// The accounts that are there: handle, owner, account. Their figures grow from then on.
    creators: RefCell<Vec<(String, OrgId, AccountId)>>,
    week: Cell<i64>,
    /// When the last week with figures ended.
    week_ended: Cell<Option<Instant>>,
}

type Waiting = Box<dyn Fn(&mut Tx<'_>) -> Result<(), Refusal> + Send>;

/// How an invitation went.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Open,
    Linked,
    Declined,
    Withdrawn,
    Leaving,
    Left,
}

/// Builds the world; its story ends at the clock's present moment.
pub fn build(store: &Store, clock: &ManualClock, words: &web::Words) -> Result<World, Refusal> {
    let end = clock.now();
    let b = Builder {
        store,
        clock,
        end,
        words,
        waiting: RefCell::default(),
        heads: RefCell::default(),
        creators: RefCell::default(),
        week: Cell::new(0),
        week_ended: Cell::new(None),
    };
    clock.set(end - Span::days(221));
    b.at(Span::days(220))?;
    let (operator, platform) =
        b.org(OrgKind::Operator, "Riverside Market 河畔集市", "GB", Merchant::Open, &[], ("Olivia Park", "operator@demo.example", "en"))?;
    let support = b.member(platform, Role::OperatorSupport, ("Sun Wei 孙薇", "support@demo.example", "zh"))?;
    b.at(Span::days(200))?;
    let (seller, tea) = b.org(
        OrgKind::Shop,
        "Willow Tea",
        "GB",
        Merchant::Invited,
        &["Food, Beverages & Tobacco", "Home & Garden"],
        ("Lin Yue 林悦", "seller@demo.example", "zh"),
    )?;
    let staff = b.member(tea, Role::ShopStaff, ("Tom Hale", "staff@demo.example", "en"))?;
    b.member(tea, Role::ShopManager, ("Chen Rui 陈睿", "manager@demo.example", "zh"))?;
    let (_, coffee) = b.org(
        OrgKind::Shop,
        "Harbour Roast",
        "GB",
        Merchant::Open,
        &["Food, Beverages & Tobacco"],
        ("Priya Nair", "harbour@demo.example", "en"),
    )?;
    let (_, casa) = b.org(
        OrgKind::Shop,
        "Casa Verde",
        "MX",
        Merchant::Invited,
        &["Home & Garden", "Furniture"],
        ("Diego Luna", "casa@demo.example", "en"),
    )?;
    b.at(Span::days(150))?;
    let (creator, mei) =
        b.org(OrgKind::Creator, "Mei Studio 梅工作室", "GB", Merchant::Open, &[], ("He Mei 何梅", "creator@demo.example", "zh"))?;
    let mei_brews = b.account(mei, "mei.brews", "梅茶日记", "GB", (1998, 4, 12), &["Food", "Lifestyle"])?;
    let mei_cooks = b.account(mei, "mei.cooks", "小梅厨房", "GB", (1998, 4, 12), &["Food", "Comedy"])?;
    let more = b.cast()?;
    let known = [("mei.brews", mei, mei_brews), ("mei.cooks", mei, mei_cooks)].into_iter().chain(more.iter().copied());
    // The one with a Chinese name is called otherwise on the platform.
    let known = known.map(|(handle, owner, account)| (if handle.is_ascii() { handle } else { "xiaoyu.tea" }.to_owned(), owner, account));
    b.creators.replace(known.collect());
    let account = |handle: &str| {
        more.iter().find(|(name, ..)| *name == handle).map(|(_, owner, account)| (*owner, *account)).ok_or(Refusal::NotFound)
    };

    b.at(Span::days(120))?;
    let (owner, leaf) = account("willow.official")?;
    b.link(tea, owner, leaf, Kind::Official, "", Fate::Linked)?;
    let (owner, nadia) = account("nadia.pours")?;
    b.link(tea, owner, nadia, Kind::Marketing, "We would love your morning videos for our spring teas.", Fate::Left)?;
    // The shop takes a longer name, and its official account follows.
    b.at(Span::days(90))?;
    b.ask(b.head(tea)?, access::RenameOrg { org: tea, name: "Willow & Leaf Tea".into() });
    b.at(Span::days(64))?;
    b.link(tea, mei, mei_brews, Kind::Marketing, "喜欢你的茶席视频，想邀请你长期合作。", Fate::Linked)?;
    let (owner, oscar) = account("oscar.outdoors")?;
    b.link(tea, owner, oscar, Kind::Marketing, "", Fate::Declined)?;
    b.at(Span::days(40))?;
    let (owner, sam) = account("sam.steeps")?;
    b.link(tea, owner, sam, Kind::Marketing, "Shall we do a weekly live?", Fate::Leaving)?;
    let (owner, zoe) = account("zoe.bakes")?;
    b.link(tea, owner, zoe, Kind::Marketing, "", Fate::Withdrawn)?;
    let (owner, rosa) = account("rosa.hogar")?;
    b.link(casa, owner, rosa, Kind::Marketing, "", Fate::Linked)?;
    b.at(Span::days(30))?;
    let northlight = b.agency()?;
    b.at(Span::days(20))?;
    b.partner(northlight.centre)?;
    let (us_seller, glow) =
        b.org(OrgKind::Shop, "Glow Theory", "US", Merchant::UsBusiness, &["Health & Beauty"], ("Ana Reyes", "glow@demo.example", "en"))?;
    b.org(OrgKind::Shop, "Maple Street Finds", "US", Merchant::UsIndividual, &["Toys & Games"], ("Jo Miller", "maple@demo.example", "en"))?;
    b.at(Span::days(12))?;
    let (owner, ivy) = account("ivy.glows")?;
    b.link(glow, owner, ivy, Kind::Marketing, "Three videos a month, samples on us.", Fate::Linked)?;
    // Nobody answered: the clock closed it.
    let (owner, ben) = account("old.ben")?;
    b.link(tea, owner, ben, Kind::Marketing, "", Fate::Open)?;
    // Stuck: invited, and then the account was found to be registered elsewhere, so its owner cannot accept.
    b.at(Span::hours(40))?;
    b.would_be_partner(northlight.centre)?;
    b.at(Span::hours(30))?;
    let (owner, kit) = account("kit.unboxed")?;
    b.link(tea, owner, kit, Kind::Marketing, "Your unboxing style fits our gift sets.", Fate::Open)?;
    b.system(accounts::move_region::MoveRegion {
        operator: platform,
        account: kit,
        region: Region::new(b"FR"),
        reason: "The phone number's country is France.".into(),
    });
    // Waiting for an answer: the creator of the demo can give it.
    b.at(Span::hours(7))?;
    b.link(coffee, mei, mei_cooks, Kind::Official, "Be the face of our roastery.", Fate::Open)?;
    let (owner, lena) = account("lena.lists")?;
    b.link(tea, owner, lena, Kind::Marketing, "", Fate::Open)?;
    // Denied whoever asks: an open violation, a suspension, a withdrawn permission.
    b.at(Span::hours(5))?;
    b.invited_to(northlight.centre)?;
    let (_, vera) = account("vera.vapes")?;
    b.system(accounts::find_violation::FindViolation {
        operator: platform,
        account: vera,
        violation: store::fresh(),
        reason: "Advertised an unapproved product.".into(),
    });
    let (_, max) = account("max.deals")?;
    b.system(accounts::suspend::Suspend { operator: platform, account: max, reason: "Bought followers.".into() });
    let (_, ula) = account("ula.wins")?;
    b.system(accounts::withdraw_ecommerce::WithdrawEcommerce {
        operator: platform,
        account: ula,
        reason: "Three counterfeit listings.".into(),
    });
    let (owner, sam) = account("sam.steeps")?;
    b.leave(owner, sam, Span::hours(4))?;
    // Support's desk: one question answered, one waiting.
    b.at(Span::hours(3))?;
    let asked: kernel::TicketId = store::fresh();
    let text = "我们 30 小时前邀请了 @kit.unboxed，对方说无法接受，请帮忙看看。".to_owned();
    b.ask(
        b.head(tea)?,
        support::ask::Ask { ticket: asked, org: tea, subject: support::ask::Subject::Account(kit), cause: "other_country".into(), text },
    );
    let (owner, vera) = account("vera.vapes")?;
    let ticket: kernel::TicketId = store::fresh();
    let text = "I removed the video. Can the violation be closed?".to_owned();
    b.ask(
        b.head(owner)?,
        support::ask::Ask { ticket, org: owner, subject: support::ask::Subject::Account(vera), cause: String::new(), text },
    );
    b.at(Span::hours(2))?;
    let text = "Thank you. Please send us the link of the corrected listing as well.".to_owned();
    b.ask(b.head(platform)?, support::answer::Answer { operator: platform, ticket, text, waits: true });
    // And one that support has cured: the violation was a mistake.
    let (owner, noa) = account("noa.codes")?;
    let (violation, ticket) = (store::fresh(), store::fresh());
    b.system(accounts::find_violation::FindViolation { operator: platform, account: noa, violation, reason: "Reported as a copy.".into() });
    let text = "The video is my own; the other account copied it.".to_owned();
    b.ask(
        b.head(owner)?,
        support::ask::Ask { ticket, org: owner, subject: support::ask::Subject::Account(noa), cause: String::new(), text },
    );
    b.at(Span::hours(1))?;
    let text = "You are right: your upload is the older one. We closed the violation.".to_owned();
    b.ask(b.head(platform)?, support::fix::Fix { operator: platform, ticket, act: support::Act::CloseViolation { violation }, text });
    grants::northlight(&b, mei, &northlight)?;
    ads::spark(&b, mei, &northlight)?;
    b.settle()?;
    clock.set(end);
    Ok(World {
        seller: (seller, tea),
        staff: (staff, tea),
        us_seller: (us_seller, glow),
        creator: (creator, mei),
        operator: (operator, platform),
        support: (support, platform),
        centre_admin: (northlight.admin, northlight.centre),
        centre_member: (northlight.member, northlight.centre),
    })
}

impl Builder<'_> {
    /// Moves the clock to so long before the story's end, week by week, and lets it act; each week has its figures.
    fn at(&self, before: Span) -> Result<(), Refusal> {
        let goal = self.end - before;
        self.settle()?;
        while !self.creators.borrow().is_empty() && self.clock.now() + Span::days(7) < goal {
            self.clock.advance(Span::days(7));
            self.tick();
            self.figures()?;
            self.settle()?;
        }
        self.clock.set(goal.max(self.clock.now()));
        self.tick();
        Ok(())
    }

    /// Does what waits, in one transaction.
    fn settle(&self) -> Result<(), Refusal> {
        let waiting = self.waiting.take();
        if waiting.is_empty() {
            return Ok(());
        }
        self.store.write_blocking(move |tx| waiting.iter().try_for_each(|work| work(tx)))
    }

    /// Lets time pass; what was asked so far was asked before.
    fn wait(&self, span: Span) -> Result<(), Refusal> {
        self.settle()?;
        self.clock.advance(span);
        Ok(())
    }

    /// Writes, after what waits, and answers what came of it.
    fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
        self.settle()?;
        self.store.write_blocking(work)
    }

    /// Reads what has happened so far.
    fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
        self.settle()?;
        self.store.read_blocking(work)
    }

    /// The moment so long before the story's present one.
    fn clock_at(&self, before: Span) -> Instant {
        self.clock.now() - before
    }

    fn tick(&self) {
        // The builder has a thread of its own, so it may wait for the ticker.
        let store = self.store.clone();
        let ticked =
            tokio::runtime::Builder::new_current_thread().build().map(|runtime| runtime.block_on(async move { store.tick().await }));
        if let Ok(Err(refusal)) = ticked {
            tracing::warn!(?refusal, "the demo's clock could not act");
        }
    }

    fn ask<A: store::Ask>(&self, actor: Actor, ask: A) {
        self.waiting.borrow_mut().push(Box::new(move |tx| store::perform(tx, &actor, &ask)));
    }

    fn system<A: store::Ask>(&self, ask: A) {
        self.ask(Actor::SYSTEM, ask);
    }

    /// The head of an organisation, acting from the organisation's country.
    fn head(&self, org: OrgId) -> Result<Actor, Refusal> {
        let (user, region) = self.heads.borrow().get(&org).copied().ok_or(Refusal::NotFound)?;
        let who = Who::User { user, session: store::fresh() };
        Ok(Actor { who, origin: Origin::Country(region), confirmed_at: Some(self.clock.now()) })
    }

    fn person(&self, (name, email, lang): (&str, &str, &str)) -> UserId {
        let user = store::fresh();
        let zone = if lang == "zh" { "Asia/Shanghai" } else { "Europe/London" };
        self.system(access::SignUp { user, email: email.into(), name: name.into(), lang: lang.into(), zone: zone.into() });
        user
    }

    fn org(
        &self,
        kind: OrgKind,
        name: &str,
        region: &str,
        merchant: Merchant,
        categories: &[&str],
        owner: (&str, &str, &str),
    ) -> Result<(UserId, OrgId), Refusal> {
        let (org, owner) = (store::fresh(), self.person(owner));
        let categories = categories.iter().map(|name| (*name).to_owned()).collect();
        let region = region.parse().map_err(Refusal::Fault)?;
        self.heads.borrow_mut().insert(org, (owner, region));
        self.system(access::FoundOrg { org, kind, name: name.into(), region, merchant, categories, owner });
        Ok((owner, org))
    }

    fn member(&self, org: OrgId, role: Role, who: (&str, &str, &str)) -> Result<UserId, Refusal> {
        let user = self.person(who);
        self.system(access::AddMember { org, user, role });
        Ok(user)
    }

    fn account(
        &self,
        owner: OrgId,
        handle: &str,
        nickname: &str,
        region: &str,
        (year, month, day): (i16, i8, i8),
        categories: &[&str],
    ) -> Result<AccountId, Refusal> {
        let account = store::fresh();
        let birth = jiff::civil::Date::new(year, month, day).map_err(|e| Refusal::Fault(e.to_string()))?;
        let region = region.parse().map_err(Refusal::Fault)?;
        let categories = categories.iter().map(|name| (*name).to_owned()).collect();
        self.system(accounts::register::Register {
            account,
            owner,
            handle: handle.into(),
            nickname: nickname.into(),
            region,
            birth,
            categories,
        });
        Ok(account)
    }

    /// The other creators, each with one account.
    fn cast(&self) -> Result<Vec<(&'static str, OrgId, AccountId)>, Refusal> {
        /// Handle, nickname, person, country, date of birth, subject.
        type Part = (&'static str, &'static str, &'static str, &'static str, (i16, i8, i8), &'static str);
        const CAST: [Part; 15] = [
            ("willow.official", "Willow & Leaf Tea", "Willow & Leaf Media", "GB", (1990, 2, 2), "Food"),
            ("nadia.pours", "Nadia Pours", "Nadia Khan", "GB", (1995, 7, 30), "Food"),
            ("oscar.outdoors", "Oscar Outdoors", "Oscar Bell", "GB", (1992, 11, 3), "Sports"),
            ("sam.steeps", "Sam Steeps", "Sam Okoro", "GB", (1997, 1, 19), "Food"),
            ("zoe.bakes", "Zoe Bakes", "Zoe Adams", "GB", (2001, 5, 9), "Food"),
            ("old.ben", "Ben the Elder", "Ben Frost", "GB", (1961, 8, 21), "Comedy"),
            ("kit.unboxed", "Kit Unboxed", "Kit Moreau", "GB", (1999, 12, 12), "Technology"),
            ("lena.lists", "Lena Lists", "Lena Fox", "GB", (1996, 3, 8), "Lifestyle"),
            ("vera.vapes", "Vera V", "Vera Stone", "GB", (1994, 10, 1), "Lifestyle"),
            ("max.deals", "Max Deals", "Max Cole", "GB", (1993, 9, 14), "Promotion"),
            ("ula.wins", "Ula Wins", "Ula Berg", "GB", (1991, 6, 6), "Fashion"),
            ("rosa.hogar", "Rosa Hogar", "Rosa Vidal", "MX", (1989, 4, 4), "Lifestyle"),
            ("ivy.glows", "Ivy Glows", "Ivy Park", "US", (2000, 2, 29), "Beauty"),
            ("noa.codes", "Noa Codes", "Noa Levi", "US", (1998, 8, 8), "Technology"),
            ("小鱼泡茶", "小鱼泡茶", "Yu Tao 余涛", "GB", (1999, 9, 9), "Food"),
        ];
        let mut made = Vec::new();
        for (at, (handle, nickname, person, region, birth, category)) in CAST.into_iter().enumerate() {
            let email = format!("creator{at}@demo.example");
            let (_, owner) = self.org(OrgKind::Creator, person, region, Merchant::Open, &[], (person, &email, "en"))?;
            let latin = if handle.is_ascii() { handle } else { "xiaoyu.tea" };
            made.push((handle, owner, self.account(owner, latin, nickname, region, birth, &[category])?));
        }
        Ok(made)
    }

    /// An invitation and what became of it. What happens later in the story happens later on the clock.
    fn link(&self, shop: OrgId, owner: OrgId, account: AccountId, kind: Kind, message: &str, fate: Fate) -> Result<(), Refusal> {
        let link: LinkId = store::fresh();
        self.ask(self.head(shop)?, linking::invite::Invite { link, shop, account, kind, message: message.into() });
        if matches!(fate, Fate::Open) {
            return Ok(());
        }
        self.wait(Span::hours(3))?;
        let creator = self.head(owner)?;
        match fate {
            Fate::Declined => {
                self.ask(creator.clone(), linking::decline::Decline { owner, link, reason: "Not my subject, thank you.".into() })
            }
            Fate::Withdrawn => self.ask(self.head(shop)?, linking::withdraw::Withdraw { shop, link }),
            _ => self.ask(creator.clone(), linking::accept::Accept { owner, link }),
        }
        if fate == Fate::Left {
            self.wait(Span::days(30))?;
            self.ask(creator, linking::request_unlink::RequestUnlink { owner, link, reason: "I am taking a year off.".into() });
            self.wait(Span::hours(20))?;
            self.ask(self.head(shop)?, linking::approve_unlink::ApproveUnlink { shop, link });
        }
        Ok(())
    }

    /// A request to leave that is still open at the story's end.
    fn leave(&self, owner: OrgId, account: AccountId, before: Span) -> Result<(), Refusal> {
        self.at(before)?;
        let link = self.read(move |tx| linking::index::in_force(tx, account))?.ok_or(Refusal::NotFound)?;
        let reason = "我想专注自己的小店，谢谢一直以来的支持。".to_owned();
        self.ask(self.head(owner)?, linking::request_unlink::RequestUnlink { owner, link: link.id(), reason });
        Ok(())
    }

    /// The week's figures, as a list from outside states them.
    fn figures(&self) -> Result<(), Refusal> {
        let week = self.week.get();
        self.week.set(week + 1);
        let mut text = String::from("Username,Followers,Views,Likes,Engagement\n");
        for creator in &content::CREATORS {
            let grown = creator.followers_in(week);
            text.push_str(&format!("@{},{grown},{},{},{}%\n", creator.handle, grown * 3 / 2, grown / 7, 4 + week % 5));
        }
        // The file's own name is what the page of imports shows.
        let folder = std::env::temp_dir().join(format!("countersign-demo-{}", store::clock::secret()));
        let file = folder.join(format!("figures-week-{:02}.csv", week + 1));
        std::fs::create_dir_all(&folder).map_err(|e| Refusal::Fault(format!("{}: {e}", folder.display())))?;
        std::fs::write(&file, text).map_err(|e| Refusal::Fault(e.to_string()))?;
        let options = accounts::import::cli::Options {
            kind: accounts::import::Kind::Accounts,
            file: file.clone(),
            only_good: true,
            create_missing: false,
            region: None,
            map: Vec::new(),
            dry_run: false,
            errors: None,
            lang: web::Lang::En,
        };
        accounts::import::cli::run(self.store, &options, self.words, &mut |_, _, _| {})?;
        std::fs::remove_dir_all(&folder).map_err(|e| Refusal::Fault(e.to_string()))?;
        self.content(week)
    }

    /// The week's videos and lives, recorded by their creators.
    fn content(&self, week: i64) -> Result<(), Refusal> {
        let end = self.clock.now();
        let before = self.week_ended.replace(Some(end));
        for (maker, creator) in content::CREATORS.iter().enumerate() {
            let known =
                self.creators.borrow().iter().find(|(handle, ..)| handle == creator.handle).map(|(_, owner, account)| (*owner, *account));
            let Some((owner, account)) = known else { continue };
            let posts = Content::Posts(creator.posts(maker, week, end, before));
            self.ask(self.head(owner)?, Record { owner, account, content: posts });
            if let Some(live) = creator.live(maker, week, end) {
                self.ask(self.head(owner)?, Record { owner, account, content: Content::Lives(vec![live]) });
            }
        }
        Ok(())
    }
}
