//! The pages and the endpoint that say why a link fails.

/// The routes.
pub fn routes(_: &mut web::Routes) {}
