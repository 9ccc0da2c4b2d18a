//! The demo's Business Centers: an agency with ad accounts, people, groups and partners.

use super::Builder;
use access::Merchant;
use centers::AdRole;
use kernel::{AdAccountId, AssetGroupId, OrgId, OrgKind, PartnershipId, Refusal, Role, Span, UserId};

/// The agency, as far as the rest of the story needs it.
#[derive(Clone, Copy, Debug)]
pub struct Agency {
    /// The centre.
    pub centre: OrgId,
    /// Its admin.
    pub admin: UserId,
    /// One of its standard members, who runs ads in the first ad account.
    pub member: UserId,
    /// Another, who looks on there.
    pub second: UserId,
}

impl Builder<'_> {
    /// The agency of the demo, with its people, ad accounts and groups.
    pub(super) fn agency(&self) -> Result<Agency, Refusal> {
        let (admin, centre) = self.centre("Northlight Agency", ("Ada Byrne", "agency@demo.example", "en"))?;
        let member = self.member(centre, Role::CentreMember, ("Jun Ito 伊藤润", "agency.jun@demo.example", "en"))?;
        let second = self.member(centre, Role::CentreMember, ("Lara Quinn", "agency.lara@demo.example", "en"))?;
        self.member(centre, Role::CentreAdmin, ("Theo Marsh", "agency.theo@demo.example", "en"))?;
        let spring = self.ad_account(centre, "Willow & Leaf · Spring 春季")?;
        let launch = self.ad_account(centre, "Harbour Roast · Launch")?;
        let archive = self.ad_account(centre, "Old tests")?;
        self.gives(centre, spring, member, AdRole::Operator)?;
        self.gives(centre, spring, second, AdRole::Analyst)?;
        let identity = store::fresh();
        let name = "Willow & Leaf Tea".to_owned();
        self.ask(self.head(centre)?, centers::create_identity::CreateIdentity { identity, centre, ad_account: spring, name });
        self.wait(Span::days(2))?;
        self.group(centre, "Food and drink 餐饮", &[spring, launch], &[(second, AdRole::Analyst)])?;
        self.ask(self.head(centre)?, centers::close_ad_account::CloseAdAccount { centre, ad_account: archive });
        Ok(Agency { centre, admin, member, second })
    }

    fn centre(&self, name: &str, head: (&str, &str, &str)) -> Result<(UserId, OrgId), Refusal> {
        self.org(OrgKind::Centre, name, "GB", Merchant::Open, &[], head)
    }

    fn ad_account(&self, centre: OrgId, name: &str) -> Result<AdAccountId, Refusal> {
        let ad_account = store::fresh();
        let (name, currency, zone) = (name.to_owned(), "GBP".to_owned(), "Europe/London".to_owned());
        self.ask(self.head(centre)?, centers::open_ad_account::OpenAdAccount { ad_account, centre, name, currency, zone });
        Ok(ad_account)
    }

    fn gives(&self, centre: OrgId, ad_account: AdAccountId, user: UserId, role: AdRole) -> Result<(), Refusal> {
        self.ask(self.head(centre)?, centers::give_ad_role::GiveAdRole { centre, ad_account, user, role });
        Ok(())
    }

    fn group(&self, centre: OrgId, name: &str, ad_accounts: &[AdAccountId], members: &[(UserId, AdRole)]) -> Result<(), Refusal> {
        let group: AssetGroupId = store::fresh();
        self.ask(self.head(centre)?, centers::make_group::MakeGroup { group, centre, name: name.into() });
        let (ad_accounts, members) = (ad_accounts.to_vec(), members.to_vec());
        self.ask(self.head(centre)?, centers::group_assets::GroupAssets { centre, group, ad_accounts, members });
        Ok(())
    }

    /// A partner that shares an ad account with the agency.
    pub(super) fn partner(&self, centre: OrgId) -> Result<(), Refusal> {
        let (_, bluebird) = self.centre("Bluebird Media 青鸟传媒", ("Qiao Lan 乔岚", "bluebird@demo.example", "zh"))?;
        let partnership = self.asks_partner(bluebird, centre)?;
        self.wait(Span::hours(20))?;
        self.ask(self.head(centre)?, centers::accept_partner::AcceptPartner { centre, partnership });
        let shared = self.ad_account(bluebird, "Bluebird · Seasonal 时令")?;
        let role = AdRole::Operator;
        let share = centers::share_ad_account::ShareAdAccount { centre: bluebird, ad_account: shared, partner: centre, role };
        self.ask(self.head(bluebird)?, share);
        Ok(())
    }

    /// A centre that waits for the agency's answer.
    pub(super) fn would_be_partner(&self, centre: OrgId) -> Result<(), Refusal> {
        let (_, kestrel) = self.centre("Kestrel Performance", ("Hugo Barnes", "kestrel@demo.example", "en"))?;
        self.asks_partner(kestrel, centre).map(drop)
    }

    fn asks_partner(&self, centre: OrgId, partner: OrgId) -> Result<PartnershipId, Refusal> {
        let partnership = store::fresh();
        self.ask(self.head(centre)?, centers::ask_partner::AskPartner { partnership, centre, partner });
        Ok(partnership)
    }

    /// Someone whom the agency invited this morning and who has not answered.
    pub(super) fn invited_to(&self, centre: OrgId) -> Result<(), Refusal> {
        let invitation = format!("inv_{}", &store::clock::secret()[..32]);
        let ask = access::InviteMember { invitation, org: centre, email: "new-colleague@demo.example".into(), role: Role::CentreMember };
        let actor = self.head(centre)?;
        self.write(move |tx| access::invite_member::io::invite(tx, &actor, &ask, "en")).map(drop)
    }
}
