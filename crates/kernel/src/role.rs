//! Who acts: people by their role in an organisation, programs by their token, and the platform itself.

use crate::{AppId, Instant, OrgId, Origin, SessionId, TokenId, UserId};
use serde::{Deserialize, Serialize};

/// The kinds of organisation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgKind {
    /// A shop 店铺.
    Shop,
    /// A creator 达人: the owner of accounts.
    Creator,
    /// A brand 品牌方.
    Brand,
    /// A Business Center 商务中心.
    Centre,
    /// The operator of this platform 平台运营.
    Operator,
}

/// What a member is in an organisation. A role belongs to one kind of organisation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it all; the words files explain them to people")]
pub enum Role {
    ShopOwner,
    ShopManager,
    ShopStaff,
    CreatorOwner,
    CreatorStaff,
    BrandOwner,
    BrandStaff,
    CentreAdmin,
    CentreMember,
    OperatorAdmin,
    OperatorSupport,
    OperatorReviewer,
    OperatorPolicy,
}

impl Role {
    /// Every role, in the order in which pages and golden files list them.
    pub const ALL: [Role; 13] = [
        Role::ShopOwner,
        Role::ShopManager,
        Role::ShopStaff,
        Role::CreatorOwner,
        Role::CreatorStaff,
        Role::BrandOwner,
        Role::BrandStaff,
        Role::CentreAdmin,
        Role::CentreMember,
        Role::OperatorAdmin,
        Role::OperatorSupport,
        Role::OperatorReviewer,
        Role::OperatorPolicy,
    ];

    /// The stable code, as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Role::ShopOwner => "shop_owner",
            Role::ShopManager => "shop_manager",
            Role::ShopStaff => "shop_staff",
            Role::CreatorOwner => "creator_owner",
            Role::CreatorStaff => "creator_staff",
            Role::BrandOwner => "brand_owner",
            Role::BrandStaff => "brand_staff",
            Role::CentreAdmin => "centre_admin",
            Role::CentreMember => "centre_member",
            Role::OperatorAdmin => "operator_admin",
            Role::OperatorSupport => "operator_support",
            Role::OperatorReviewer => "operator_reviewer",
            Role::OperatorPolicy => "operator_policy",
        }
    }

    /// The role with this code.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The kind of organisation this role belongs to.
    pub const fn org(self) -> OrgKind {
        match self {
            Role::ShopOwner | Role::ShopManager | Role::ShopStaff => OrgKind::Shop,
            Role::CreatorOwner | Role::CreatorStaff => OrgKind::Creator,
            Role::BrandOwner | Role::BrandStaff => OrgKind::Brand,
            Role::CentreAdmin | Role::CentreMember => OrgKind::Centre,
            Role::OperatorAdmin | Role::OperatorSupport | Role::OperatorReviewer | Role::OperatorPolicy => OrgKind::Operator,
        }
    }

    /// Whether this role may not be left vacant: the last one of it cannot go.
    pub const fn is_head(self) -> bool {
        matches!(self, Role::ShopOwner | Role::CreatorOwner | Role::BrandOwner | Role::CentreAdmin | Role::OperatorAdmin)
    }
}

impl OrgKind {
    /// Every kind.
    pub const ALL: [OrgKind; 5] = [OrgKind::Shop, OrgKind::Creator, OrgKind::Brand, OrgKind::Centre, OrgKind::Operator];

    /// The stable code, as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            OrgKind::Shop => "shop",
            OrgKind::Creator => "creator",
            OrgKind::Brand => "brand",
            OrgKind::Centre => "centre",
            OrgKind::Operator => "operator",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<OrgKind> {
        OrgKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The role of whoever founds an organisation of this kind.
    pub const fn head(self) -> Role {
        match self {
            OrgKind::Shop => Role::ShopOwner,
            OrgKind::Creator => Role::CreatorOwner,
            OrgKind::Brand => Role::BrandOwner,
            OrgKind::Centre => Role::CentreAdmin,
            OrgKind::Operator => Role::OperatorAdmin,
        }
    }
}

/// Who stands behind a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// Nobody known.
    Anonymous,
    /// A person in a browser.
    User {
        /// The person.
        user: UserId,
        /// The signed-in browser.
        session: SessionId,
    },
    /// A program with a token that a member issued. It acts with that member's role, narrowed to the token's scopes.
    Token {
        /// The token.
        token: TokenId,
        /// The member who issued it.
        user: UserId,
        /// The only organisation it may act for.
        org: OrgId,
        /// Permissions it may use; `*` at the end stands for any ending.
        scopes: Vec<String>,
    },
    /// A program that a person let act for them. It acts with that person's role in the organisations that they named, and
    /// does only what its scopes name in full.
    App {
        /// The program.
        app: AppId,
        /// The authorisation that the person gave it.
        token: TokenId,
        /// The person.
        user: UserId,
        /// The organisations it may act in.
        orgs: Vec<OrgId>,
        /// Permissions and routes that it may use.
        scopes: Vec<&'static str>,
    },
    /// The platform: a deadline, a reaction, the demo, or an operator at the command line.
    System,
}

/// One request's actor: who, from where, and how recently they proved who they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// Where the network address lies.
    pub origin: Origin,
    /// When the person last confirmed with password or code; dangerous acts want it recent.
    pub confirmed_at: Option<Instant>,
}

impl Actor {
    /// The platform itself.
    pub const SYSTEM: Actor = Actor { who: Who::System, origin: Origin::Inside, confirmed_at: None };
    /// Nobody known.
    pub const ANONYMOUS: Actor = Actor { who: Who::Anonymous, origin: Origin::Unknown, confirmed_at: None };

    /// The person who acts, directly or by a token.
    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Who::User { user, .. } | Who::Token { user, .. } | Who::App { user, .. } => Some(user),
            Who::Anonymous | Who::System => None,
        }
    }

    /// The name under which the log and idempotency keys know this actor.
    pub fn principal(&self) -> String {
        match &self.who {
            Who::Anonymous => "anonymous".into(),
            Who::User { user, .. } => user.to_string(),
            Who::Token { token, .. } | Who::App { token, .. } => token.to_string(),
            Who::System => "system".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_agree_and_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
            assert_eq!(serde_json::to_value(role).ok(), Some(role.code().into()));
            assert!(role.code().starts_with(role.org().code()));
        }
        for kind in OrgKind::ALL {
            assert_eq!(OrgKind::from_code(kind.code()), Some(kind));
            assert_eq!(kind.head().org(), kind);
            assert!(kind.head().is_head());
        }
    }
}
