//! How this context plugs into the house: tables, verbs, words, pages, routes, places in the menu.

use crate::{
    AcceptInvitation, AddMember, ChangeCategories, ChangePassword, ChangeProfile, ChangeRole, EndSession, EnrolTotp, ExpireInvitation,
    FoundOrg, InviteMember, IssueToken, LeaveOrg, ReclassifyOrg, ReinstateOrg, ReinstateUser, RemoveMember, RemoveTotp, RenameOrg,
    RenewRecoveryCodes, ResendInvitation, RevokeToken, SignIn, SignUp, SuspendOrg, SuspendUser, VerifyEmail, WithdrawInvitation,
    accept_invitation, change_categories, change_password, change_profile, change_role, confirm, directory, end_session, enrol_totp, facts,
    found_org, front, index, invite_member, invite_member::HEADS, issue_token, leave_org, password, reclassify_org, reinstate_org,
    reinstate_user, remove_member, remove_totp, rename_org, rename_org::KEEPERS, renew_recovery_codes, resend_invitation, revoke_token,
    rules, security, set_up, sign_in, sign_up, suspend_org, suspend_user, team, verify_email, views, withdraw_invitation,
};
use kernel::{Capability, May, OrgKind, Role};
use store::{Described, Part, Values};
use web::{MenuItem, Method, Room, Routes};

/// The context.
pub const CONTEXT: Room = Room {
    facts: Some(facts::tell),
    part: Part {
        schema: &[(3, "access", include_str!("../schema/0003_access.sql"))],
        tables: index::TABLES,
        apply: index::apply,
        due: |kind, subject| match kind {
            "expire_invitation" => Some(Box::new(ExpireInvitation { invitation: subject.to_owned() })),
            _ => None,
        },
        capabilities: &[
            Described::of::<AcceptInvitation>(),
            Described::of::<AddMember>(),
            Described::of::<ChangeCategories>(),
            Described::of::<ChangePassword>(),
            Described::of::<ChangeProfile>(),
            Described::of::<ChangeRole>(),
            Described::of::<EndSession>(),
            Described::of::<EnrolTotp>(),
            Described::of::<ExpireInvitation>(),
            Described::of::<FoundOrg>(),
            Described::of::<InviteMember>(),
            Described::of::<IssueToken>(),
            Described::of::<LeaveOrg>(),
            Described::of::<ReclassifyOrg>(),
            Described::of::<ReinstateOrg>(),
            Described::of::<ReinstateUser>(),
            Described::of::<RemoveMember>(),
            Described::of::<RemoveTotp>(),
            Described::of::<RenameOrg>(),
            Described::of::<RenewRecoveryCodes>(),
            Described::of::<ResendInvitation>(),
            Described::of::<RevokeToken>(),
            Described::of::<SignIn>(),
            Described::of::<SignUp>(),
            Described::of::<SuspendOrg>(),
            Described::of::<SuspendUser>(),
            Described::of::<VerifyEmail>(),
            Described::of::<WithdrawInvitation>(),
        ],
        policies: &[
            Values::of::<accept_invitation::Policy>(),
            Values::of::<confirm::Policy>(),
            Values::of::<enrol_totp::Policy>(),
            Values::of::<found_org::Policy>(),
            Values::of::<invite_member::Policy>(),
            Values::of::<issue_token::Policy>(),
            Values::of::<password::Policy>(),
            Values::of::<resend_invitation::Policy>(),
            Values::of::<rules::Policy>(),
            Values::of::<sign_in::Policy>(),
            Values::of::<sign_up::Policy>(),
        ],
        ..Part::named("access")
    },
    words: web::words!["access":
        self, accept_invitation, add_member, change_categories, change_password, change_profile, change_role, confirm,
        directory, end_session, enrol_totp, expire_invitation, found_org, invite_member, issue_token, leave_org,
        profile, reclassify_org, reinstate_org, reinstate_user, remove_member, remove_totp, rename_org,
        renew_recovery_codes, resend_invitation, revoke_token, rules, security, set_up, settings, sign_in, sign_up,
        suspend_org, suspend_user, team, verify_email, withdraw_invitation,
    ],
    templates: &[
        ("access/sign_in.html", include_str!("sign_in/page.html")),
        ("access/sign_in_code.html", include_str!("sign_in/code.html")),
        ("access/enter.html", include_str!("sign_in/link.html")),
        ("access/sign_up.html", include_str!("sign_up/page.html")),
        ("access/forgot.html", include_str!("change_password/forgot.html")),
        ("access/reset.html", include_str!("change_password/reset.html")),
        ("access/verify.html", include_str!("verify_email/page.html")),
        ("access/confirm.html", include_str!("confirm/page.html")),
        ("access/totp.html", include_str!("enrol_totp/page.html")),
        ("access/recovery_codes.html", include_str!("enrol_totp/codes.html")),
        ("access/profile.html", include_str!("change_profile/page.html")),
        ("access/security.html", include_str!("security/page.html")),
        ("access/found_org.html", include_str!("found_org/page.html")),
        ("access/set_up.html", include_str!("set_up/page.html")),
        ("access/join.html", include_str!("accept_invitation/page.html")),
        ("access/team.html", include_str!("team/page.html")),
        ("access/tokens.html", include_str!("issue_token/page.html")),
        ("access/settings.html", include_str!("settings/page.html")),
        ("access/directory.html", include_str!("directory/page.html")),
        ("access/org.html", include_str!("directory/detail.html")),
    ],
    routes,
    menu: MENU,
};

/// Every member may look at their own organisation.
const ANY_MEMBER: May = May::Members(&Role::ALL);
const READERS: May = May::Members(directory::READERS);

fn routes(routes: &mut Routes) {
    doors(routes);
    own_pages(routes);
    org_pages(routes);
    operator_pages(routes);
    api(routes);
}

/// What works before anyone is signed in.
fn doors(routes: &mut Routes) {
    routes.page("/", May::Anyone, front::page);
    routes.page("/sign_in", May::Anyone, sign_in::io::page);
    routes.form("/sign_in", SignIn::MAY, sign_in::io::post);
    routes.page("/sign_in/code", May::Anyone, sign_in::io::code_page);
    routes.form("/sign_in/code", SignIn::MAY, sign_in::io::code_post);
    routes.page("/enter/{secret}", May::Anyone, sign_in::io::link_page);
    routes.form("/enter/{secret}", SignIn::MAY, sign_in::io::link_post);
    routes.form("/sign_out", May::Anyone, end_session::io::sign_out);
    routes.form("/language", May::Anyone, sign_in::io::language);
    routes.page("/sign_up", May::Anyone, sign_up::io::page);
    routes.form("/sign_up", SignUp::MAY, sign_up::io::post);
    routes.page("/forgot", May::Anyone, change_password::io::forgot_page);
    routes.form("/forgot", May::Anyone, change_password::io::forgot_post);
    routes.page("/reset/{secret}", May::Anyone, change_password::io::reset_page);
    routes.form("/reset/{secret}", May::Anyone, change_password::io::reset_post);
    routes.page("/verify/{secret}", May::Anyone, verify_email::io::page);
    routes.form("/verify/{secret}", VerifyEmail::MAY, verify_email::io::post);
    routes.page("/set_up/{secret}", May::Anyone, set_up::page);
    routes.form("/set_up/{secret}", May::Anyone, set_up::post);
    routes.page("/join/{secret}", May::Anyone, accept_invitation::io::page);
    routes.form("/join/{secret}", AcceptInvitation::MAY, accept_invitation::io::post);
}

/// A person's own pages.
fn own_pages(routes: &mut Routes) {
    routes.page("/me/confirm", May::Person, confirm::io::page);
    routes.form("/me/confirm", May::Person, confirm::io::post);
    routes.page("/me/profile", May::Person, change_profile::io::page);
    routes.form("/me/profile", ChangeProfile::MAY, change_profile::io::post);
    routes.form("/me/verify", May::Person, verify_email::io::again);
    routes.page("/me/security", May::Person, security::page);
    routes.form("/me/security/password", ChangePassword::MAY, change_password::io::post);
    routes.form("/me/security/totp", EnrolTotp::MAY, enrol_totp::io::begin_post).step_up();
    routes.form("/me/security/totp/enrol", EnrolTotp::MAY, enrol_totp::io::post).step_up();
    routes.form("/me/security/totp/remove", RemoveTotp::MAY, remove_totp::io::post).step_up();
    routes.form("/me/security/recovery_codes", RenewRecoveryCodes::MAY, renew_recovery_codes::io::post).step_up();
    routes.form("/me/security/sessions/{session}/end", EndSession::MAY, end_session::io::post);
    routes.page("/me/found", May::Person, found_org::io::page);
    routes.form("/me/found", FoundOrg::MAY, found_org::io::post);
}

/// An organisation's own pages.
fn org_pages(routes: &mut Routes) {
    routes.page("/org/{org}/team", ANY_MEMBER, team::page);
    routes.form("/org/{org}/team/invite", InviteMember::MAY, invite_member::io::post);
    routes.form("/org/{org}/team/invitations/{invitation}/withdraw", WithdrawInvitation::MAY, withdraw_invitation::io::post);
    routes.form("/org/{org}/team/invitations/{invitation}/resend", ResendInvitation::MAY, resend_invitation::io::post);
    routes.form("/org/{org}/team/leave", LeaveOrg::MAY, leave_org::io::post).step_up();
    routes.form("/org/{org}/team/{user}/role", ChangeRole::MAY, change_role::io::post).step_up();
    routes.form("/org/{org}/team/{user}/remove", RemoveMember::MAY, remove_member::io::post).step_up();
    routes.page("/org/{org}/tokens", IssueToken::MAY, issue_token::io::page);
    routes.form("/org/{org}/tokens", IssueToken::MAY, issue_token::io::post).step_up();
    routes.form("/org/{org}/tokens/{token}/revoke", RevokeToken::MAY, revoke_token::io::post);
    routes.page("/org/{org}/settings", RenameOrg::MAY, rename_org::io::page);
    routes.form("/org/{org}/settings/name", RenameOrg::MAY, rename_org::io::post);
    routes.form("/org/{org}/settings/categories", ChangeCategories::MAY, change_categories::io::post);
}

/// The operator's pages about everyone.
fn operator_pages(routes: &mut Routes) {
    routes.page("/operator/{org}/shops", READERS, directory::page);
    routes.page("/operator/{org}/shops/{shop}", READERS, directory::detail);
    routes.form("/operator/{org}/shops/{shop}/suspend", SuspendOrg::MAY, suspend_org::io::post).step_up();
    routes.form("/operator/{org}/shops/{shop}/reinstate", ReinstateOrg::MAY, reinstate_org::io::post).step_up();
    routes.form("/operator/{org}/shops/{shop}/reclassify", ReclassifyOrg::MAY, reclassify_org::io::post).step_up();
    routes.form("/operator/{org}/shops/{shop}/people/{user}/suspend", SuspendUser::MAY, suspend_user::io::post).step_up();
    routes.form("/operator/{org}/shops/{shop}/people/{user}/reinstate", ReinstateUser::MAY, reinstate_user::io::post).step_up();
}

fn api(routes: &mut Routes) {
    routes.api(Method::GET, "/api/v1/me", May::Anyone, security::me).says("Whose credential this is").answers::<views::Me>();
    routes
        .api(Method::POST, "/api/v1/orgs", FoundOrg::MAY, found_org::io::api)
        .says("Found an organisation")
        .takes::<found_org::io::NewOrg>()
        .answers::<views::OrgView>()
        .done(&[201]);
    routes.api(Method::GET, "/api/v1/orgs/{org}", ANY_MEMBER, rename_org::io::show).says("An organisation").answers::<views::OrgView>();
    routes
        .api(Method::PUT, "/api/v1/orgs/{org}/name", RenameOrg::MAY, rename_org::io::api)
        .says("Rename an organisation")
        .takes::<rename_org::io::NewName>()
        .answers::<views::OrgView>();
    routes
        .api(Method::PUT, "/api/v1/orgs/{org}/categories", ChangeCategories::MAY, change_categories::io::api)
        .says("Say what a shop sells")
        .takes::<change_categories::io::Categories>()
        .answers::<views::OrgView>();
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/members", ANY_MEMBER, team::api)
        .says("Members")
        .queries(&[
            ("q", "A part of the name or the address"),
            ("role", "With this role only"),
            ("after", "`next` of the page before"),
            ("limit", "1 to 200; 200 unless said"),
        ])
        .answers::<views::MemberList>();
    routes
        .api(Method::PUT, "/api/v1/orgs/{org}/members/{user}/role", ChangeRole::MAY, change_role::io::api)
        .says("Give a member another role")
        .takes::<change_role::io::NewRole>()
        .answers::<views::MemberView>()
        .step_up();
    routes
        .api(Method::DELETE, "/api/v1/orgs/{org}/members/{user}", RemoveMember::MAY, remove_member::io::api)
        .says("Remove a member")
        .answers::<views::MemberList>()
        .step_up();
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/invitations", InviteMember::MAY, invite_member::io::list)
        .says("Invitations")
        .answers::<views::InvitationList>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/invitations", InviteMember::MAY, invite_member::io::api)
        .says("Invite a member")
        .takes::<invite_member::io::NewInvitation>()
        .answers::<views::InvitationView>()
        .done(&[201])
        .unkept();
    routes
        .api(Method::DELETE, "/api/v1/orgs/{org}/invitations/{invitation}", WithdrawInvitation::MAY, withdraw_invitation::io::api)
        .says("Take an invitation back")
        .answers::<views::InvitationView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/invitations/{invitation}/resend", ResendInvitation::MAY, resend_invitation::io::api)
        .says("Send an open invitation again: a new link, and the whole time to answer")
        .answers::<views::InvitationView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/leave", LeaveOrg::MAY, leave_org::io::api)
        .says("Leave an organisation")
        .answers::<leave_org::io::Left>()
        .step_up();
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/tokens", IssueToken::MAY, issue_token::io::list)
        .says("Tokens")
        .answers::<views::TokenList>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/tokens", IssueToken::MAY, issue_token::io::api)
        .says("Issue a token")
        .takes::<issue_token::io::NewToken>()
        .answers::<views::TokenView>()
        .done(&[201])
        .unkept()
        .step_up();
    routes
        .api(Method::DELETE, "/api/v1/orgs/{org}/tokens/{token}", RevokeToken::MAY, revoke_token::io::api)
        .says("Revoke a token")
        .answers::<views::TokenView>();
    operator_api(routes);
}

fn operator_api(routes: &mut Routes) {
    routes
        .api(Method::GET, "/api/v1/operators/{org}/orgs", READERS, directory::api)
        .says("Find organisations")
        .queries(&[
            ("q", "A part of the name"),
            ("kind", "shop, creator, brand, centre or operator"),
            ("state", "normal, suspended or closed"),
            ("after", "`next` of the page before"),
            ("limit", "1 to 200; 50 unless said"),
        ])
        .answers::<views::OrgList>();
    routes
        .api(Method::GET, "/api/v1/operators/{org}/orgs/{shop}", READERS, directory::api_one)
        .says("An organisation, for the operator")
        .answers::<views::OrgView>();
    routes
        .api(Method::POST, "/api/v1/operators/{org}/orgs/{shop}/suspend", SuspendOrg::MAY, suspend_org::io::api)
        .says("Stop an organisation for a while")
        .takes::<views::Reason>()
        .answers::<views::OrgView>()
        .step_up();
    routes
        .api(Method::POST, "/api/v1/operators/{org}/orgs/{shop}/reinstate", ReinstateOrg::MAY, reinstate_org::io::api)
        .says("Let an organisation act again")
        .takes::<views::Reason>()
        .answers::<views::OrgView>()
        .step_up();
    routes
        .api(Method::POST, "/api/v1/operators/{org}/orgs/{shop}/reclassify", ReclassifyOrg::MAY, reclassify_org::io::api)
        .says("Put a shop under another merchant type's rules")
        .takes::<reclassify_org::io::NewMerchant>()
        .answers::<views::OrgView>()
        .step_up();
    routes
        .api(Method::POST, "/api/v1/operators/{org}/people/{user}/suspend", SuspendUser::MAY, suspend_user::io::api)
        .says("Lock a person out")
        .takes::<views::Reason>()
        .answers::<views::PersonView>()
        .step_up();
    routes
        .api(Method::POST, "/api/v1/operators/{org}/people/{user}/reinstate", ReinstateUser::MAY, reinstate_user::io::api)
        .says("Let a person in again")
        .takes::<views::Reason>()
        .answers::<views::PersonView>()
        .step_up();
}

const fn team_of(kind: OrgKind) -> MenuItem {
    MenuItem { kind, may: &Role::ALL, label: "access.team.title", href: "/org/{org}/team", icon: "users", order: 80 }
}
const fn tokens_of(kind: OrgKind) -> MenuItem {
    MenuItem { kind, may: HEADS, label: "access.issue_token.title", href: "/org/{org}/tokens", icon: "key", order: 82 }
}
const fn settings_of(kind: OrgKind) -> MenuItem {
    MenuItem { kind, may: KEEPERS, label: "access.settings.title", href: "/org/{org}/settings", icon: "settings", order: 90 }
}

const MENU: &[MenuItem] = &[
    team_of(OrgKind::Shop),
    tokens_of(OrgKind::Shop),
    settings_of(OrgKind::Shop),
    team_of(OrgKind::Creator),
    tokens_of(OrgKind::Creator),
    settings_of(OrgKind::Creator),
    team_of(OrgKind::Brand),
    tokens_of(OrgKind::Brand),
    settings_of(OrgKind::Brand),
    team_of(OrgKind::Centre),
    tokens_of(OrgKind::Centre),
    settings_of(OrgKind::Centre),
    MenuItem {
        kind: OrgKind::Operator,
        may: directory::READERS,
        label: "access.directory.title",
        href: "/operator/{org}/shops",
        icon: "building-store",
        order: 20,
    },
    team_of(OrgKind::Operator),
    tokens_of(OrgKind::Operator),
    settings_of(OrgKind::Operator),
];
