//! Styles, scripts and icons, inside the binary. Their addresses carry their content's hash, so browsers may keep them for good.

use crate::{Answer, Routes, Visit};
use axum::{
    http::{HeaderValue, header},
    response::IntoResponse,
};
use kernel::Refusal;
use rust_embed::RustEmbed;
use std::{collections::HashMap, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

static ADDRESSES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let address =
        |name: &str| Assets::get(name).map(|file| format!("/assets/{name}?v={}", &store::clock::hex(&file.metadata.sha256_hash())[..12]));
    Assets::iter().filter_map(|name| address(&name).map(|address| (name.to_string(), address))).collect()
});

pub(crate) fn address(name: &str) -> String {
    ADDRESSES.get(name).cloned().unwrap_or_else(|| format!("/assets/{name}"))
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        _ => "text/plain; charset=utf-8",
    }
}

pub(crate) fn routes(routes: &mut Routes) {
    routes.asset("/assets/{*file}", serve);
    routes.asset("/favicon.ico", |_visit| async {
        Ok(([(header::LOCATION, address("favicon.svg"))], axum::http::StatusCode::SEE_OTHER).into_response())
    });
}

async fn serve(visit: Visit) -> Answer {
    let name: String = visit.param("file")?;
    let file = Assets::get(&name).ok_or(Refusal::NotFound)?;
    let tag = format!("\"{}\"", &store::clock::hex(&file.metadata.sha256_hash())[..24]);
    let fixed = visit.query("v").is_some();
    let keep = if fixed { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let tag_value = HeaderValue::from_str(&tag).map_err(|bad| Refusal::Fault(bad.to_string()))?;
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::ETAG, tag_value),
        (header::CONTENT_TYPE, HeaderValue::from_static(kind(&name))),
    ];
    if visit.header("if-none-match") == Some(tag.as_str()) {
        return Ok((axum::http::StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, file.data.into_owned()).into_response())
}
