//! Every address of this context, and who may use it.

use crate::{
    CREATORS, OPERATORS,
    acting::Because,
    claim, close_violation, dismiss_findings, find_violation, grant_ecommerce,
    import::{self, Import},
    issue_claim_code, list, mark_political, mine, move_region, record, register, reinstate, rename, suspend,
    view::{AccountDetail, AccountList, AccountView},
    withdraw_ecommerce,
};
use kernel::{Capability, May, Role};
use web::{Method, Routes};

/// Operators see every account, creators their own.
const READERS: May = May::Members(&[
    Role::OperatorAdmin,
    Role::OperatorSupport,
    Role::OperatorReviewer,
    Role::OperatorPolicy,
    Role::CreatorOwner,
    Role::CreatorStaff,
]);

pub(crate) fn routes(routes: &mut Routes) {
    creators(routes);
    operators(routes);
    acts(routes);
    imports(routes);
}

fn creators(routes: &mut Routes) {
    routes.page("/creator/{org}/accounts", May::Members(CREATORS), mine::io::page);
    routes.page("/creator/{org}/accounts/new", register::Register::MAY, register::io::page);
    routes.form("/creator/{org}/accounts/new", register::Register::MAY, register::io::post);
    routes.page("/creator/{org}/accounts/claim", claim::Claim::MAY, claim::io::page);
    routes.form("/creator/{org}/accounts/claim", claim::Claim::MAY, claim::io::post);
    routes.page("/creator/{org}/accounts/{account}", May::Members(CREATORS), mine::io::one);
    routes.form("/creator/{org}/accounts/{account}/rename", rename::Rename::MAY, rename::io::post);
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts", register::Register::MAY, register::io::api)
        .says("Register an account")
        .takes::<register::io::Body>()
        .answers::<AccountView>()
        .done(&[201]);
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/claim", claim::Claim::MAY, claim::io::api)
        .says("Claim an account that a file named")
        .takes::<claim::io::Body>()
        .answers::<AccountView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/rename", rename::Rename::MAY, rename::io::api)
        .says("Change handle or nickname")
        .takes::<rename::io::Body>()
        .answers::<AccountView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/posts", record::Record::MAY, record::io::posts)
        .says("Record posts")
        .takes::<record::io::PostsBody>()
        .answers::<AccountView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/lives", record::Record::MAY, record::io::lives)
        .says("Record lives")
        .takes::<record::io::LivesBody>()
        .answers::<AccountView>();
}

fn operators(routes: &mut Routes) {
    routes.page("/operator/{org}/accounts", May::Members(OPERATORS), list::io::page);
    routes.page("/operator/{org}/accounts/{account}", May::Members(OPERATORS), list::io::one);
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/accounts", READERS, list::io::api)
        .says("List or search accounts")
        .answers::<AccountList>()
        .queries(&[
            ("q", "the beginning of a handle, a nickname or one of its words; a typo is forgiven"),
            ("region", "only accounts of this country, by its two-letter code"),
            ("state", "only accounts that are normal, suspended or closed"),
            ("limit", "1 to 100, otherwise 50"),
            ("cursor", "what the previous page gave as next"),
        ]);
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/accounts/{account}", READERS, list::io::api_one)
        .says("An account with its violations, findings, trend and newest posts")
        .answers::<AccountDetail>();
}

fn acts(routes: &mut Routes) {
    routes.form("/operator/{org}/accounts/{account}/suspend", suspend::Suspend::MAY, suspend::io::post).step_up();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/suspend", suspend::Suspend::MAY, suspend::io::api)
        .says("Suspend")
        .takes::<Because>()
        .answers::<AccountView>();
    routes.form("/operator/{org}/accounts/{account}/reinstate", reinstate::Reinstate::MAY, reinstate::io::post).step_up();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/reinstate", reinstate::Reinstate::MAY, reinstate::io::api)
        .says("Reinstate")
        .takes::<Because>()
        .answers::<AccountView>();
    let mark = mark_political::MarkPolitical::MAY;
    routes.form("/operator/{org}/accounts/{account}/mark-political", mark, mark_political::io::post).step_up();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/mark-political", mark, mark_political::io::api)
        .says("Mark an account as political, or take the mark back")
        .takes::<mark_political::io::Body>()
        .answers::<AccountView>();
    routes
        .form(
            "/operator/{org}/accounts/{account}/withdraw-ecommerce",
            withdraw_ecommerce::WithdrawEcommerce::MAY,
            withdraw_ecommerce::io::post,
        )
        .step_up();
    routes
        .api(
            Method::POST,
            "/api/v1/orgs/{org}/accounts/{account}/withdraw-ecommerce",
            withdraw_ecommerce::WithdrawEcommerce::MAY,
            withdraw_ecommerce::io::api,
        )
        .says("Withdraw ecommerce")
        .takes::<Because>()
        .answers::<AccountView>();
    routes.form("/operator/{org}/accounts/{account}/grant-ecommerce", grant_ecommerce::GrantEcommerce::MAY, grant_ecommerce::io::post);
    routes
        .api(
            Method::POST,
            "/api/v1/orgs/{org}/accounts/{account}/grant-ecommerce",
            grant_ecommerce::GrantEcommerce::MAY,
            grant_ecommerce::io::api,
        )
        .says("Grant ecommerce")
        .takes::<Because>()
        .answers::<AccountView>();
    let (find, close, dismiss) =
        (find_violation::FindViolation::MAY, close_violation::CloseViolation::MAY, dismiss_findings::DismissFindings::MAY);
    routes.form("/operator/{org}/accounts/{account}/violations", find, find_violation::io::post);
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/violations", find, find_violation::io::api)
        .says("Record a violation")
        .takes::<Because>()
        .answers::<AccountView>();
    routes.form("/operator/{org}/accounts/{account}/violations/{violation}/close", close, close_violation::io::post);
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/violations/{violation}/close", close, close_violation::io::api)
        .says("Close a violation; the reason is the outcome")
        .takes::<Because>()
        .answers::<AccountView>();
    routes.form("/operator/{org}/accounts/{account}/findings/{post}/dismiss", dismiss, dismiss_findings::io::post);
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/findings/{post}/dismiss", dismiss, dismiss_findings::io::api)
        .says("Dismiss what the word list found in a post")
        .takes::<Because>()
        .answers::<AccountView>();
    routes.form("/operator/{org}/accounts/{account}/move-region", move_region::MoveRegion::MAY, move_region::io::post).step_up();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/move-region", move_region::MoveRegion::MAY, move_region::io::api)
        .says("Move an account to another country")
        .takes::<move_region::io::Body>()
        .answers::<AccountView>();
    let issue = issue_claim_code::IssueClaimCode::MAY;
    routes.form("/operator/{org}/accounts/{account}/claim-code", issue, issue_claim_code::io::post).step_up();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/accounts/{account}/claim-code", issue, issue_claim_code::io::api)
        .says("Issue a claim code for an unclaimed account")
        .answers::<issue_claim_code::io::Issued>()
        .done(&[201]);
}

/// A file of the largest size that is read, and the form around it.
const UPLOAD: usize = import::table::BYTES + (1 << 16);

fn imports(routes: &mut Routes) {
    let may = Import::MAY;
    routes.page("/operator/{org}/imports", may, import::pages::page);
    routes.form("/operator/{org}/imports", may, import::pages::upload).limit(UPLOAD);
    routes.page("/operator/{org}/imports/template", may, import::pages::template);
    routes.page("/operator/{org}/imports/{import}", may, import::pages::one);
    routes.form("/operator/{org}/imports/{import}", may, import::pages::decide);
    routes.page("/operator/{org}/imports/{import}/errors", may, import::pages::errors);
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/imports", may, import::pages::api_import)
        .says("Import a CSV or XLSX file, which is the body")
        .takes_file(&["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"])
        .answers::<import::pages::ImportAnswer>()
        .done(&[200, 201, 409])
        .unkept()
        .limit(UPLOAD)
        .queries(&[
            ("kind", "accounts or posts"),
            ("only_good", "1 to commit the good rows and leave the bad ones out"),
            ("create_missing", "1 to register accounts that posts name and that are not known"),
            ("region", "the country of accounts for which the file states none"),
            ("map", "their column=our code, for columns whose names are not understood; may be repeated"),
            ("name", "the file's name, for the history"),
            ("dry_run", "1 to compare and change nothing"),
        ]);
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/imports", may, import::pages::api_history)
        .says("The last imports")
        .answers::<import::pages::Imports>();
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/imports/{import}", may, import::pages::api_one)
        .says("One import")
        .answers::<import::io::Kept>();
}
