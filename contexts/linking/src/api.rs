//! Linking's REST API.

/// The routes.
pub fn routes(_: &mut web::Routes) {}
