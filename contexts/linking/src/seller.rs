//! The seller's side: the home of Seller Center, links, and inviting.

/// The routes.
pub fn routes(_: &mut web::Routes) {}
