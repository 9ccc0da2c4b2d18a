//! The creator's side: invitations, links, and leaving.

/// The routes.
pub fn routes(_: &mut web::Routes) {}
