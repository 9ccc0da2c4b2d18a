//! Whether the house is ready: for whoever starts it, watches it, or stands before it as a proxy.

use crate::{Answer, Routes, Visit};
use axum::{
    http::header,
    response::{IntoResponse, Json},
};

pub(crate) fn routes(routes: &mut Routes) {
    routes.asset("/healthz", answer);
}

/// Reads the log's position, so that "ready" means that the database answers.
async fn answer(visit: Visit) -> Answer {
    let seq = visit.app().store().end().await?.seq;
    let body = serde_json::json!({"ready": true, "seq": seq, "version": env!("CARGO_PKG_VERSION")});
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}
