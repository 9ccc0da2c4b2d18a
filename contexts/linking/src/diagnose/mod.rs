//! Why a link fails, step by step.

/// The routes.
pub fn routes(_: &mut web::Routes) {}
