//! The seller's side: the home of Seller Center, its links, and what a shop does with one.

mod home;
pub(crate) mod link;
mod links;

use crate::{approve_unlink::ApproveUnlink, invite::Invite, refuse_unlink::RefuseUnlink, withdraw::Withdraw};
use kernel::{Capability, May, Role};

/// Who may look at a shop's links.
pub(crate) const MEMBERS: &[Role] = &[Role::ShopOwner, Role::ShopManager, Role::ShopStaff];

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let members = May::Members(MEMBERS);
    routes.page("/shop/{org}", members, home::page);
    routes.page("/shop/{org}/links", members, links::page);
    routes.page("/shop/{org}/links.csv", members, links::csv);
    routes.page("/shop/{org}/links/{link}", members, link::page);
    // A form that came back stands at its own address; whoever loads that address again gets the link.
    for act in ["/shop/{org}/links/{link}/withdraw", "/shop/{org}/links/{link}/approve_unlink", "/shop/{org}/links/{link}/refuse_unlink"] {
        routes.page(act, members, link::back);
    }
    routes.form("/shop/{org}/links/{link}/withdraw", Withdraw::MAY, crate::withdraw::io::post);
    routes.form("/shop/{org}/links/{link}/approve_unlink", ApproveUnlink::MAY, crate::approve_unlink::io::post);
    routes.form("/shop/{org}/links/{link}/refuse_unlink", RefuseUnlink::MAY, crate::refuse_unlink::io::post);
    routes.page("/shop/{org}/invite", Invite::MAY, crate::invite::io::page);
    routes.form("/shop/{org}/invite", Invite::MAY, crate::invite::io::post);
}
