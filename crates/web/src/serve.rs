//! Puts the router behind a listener.

use kernel::Refusal;
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, sync::watch};

/// How long requests that are under way may take when the house closes. Live pages hold their connections open for ever;
/// they come back by themselves.
const PATIENCE: Duration = Duration::from_secs(3);

/// Serves until `stop` becomes true, then lets what is under way finish.
pub async fn serve(listener: TcpListener, router: axum::Router, stop: watch::Receiver<bool>) -> Result<(), Refusal> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let (mut graceful, mut last) = (stop.clone(), stop);
    let served = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = graceful.wait_for(|stopped| *stopped).await;
    });
    let patience = async move {
        let _ = last.wait_for(|stopped| *stopped).await;
        tokio::time::timeout(PATIENCE, std::future::pending::<()>()).await
    };
    tokio::select! {
        ended = served => ended.map_err(|e| Refusal::Fault(e.to_string())),
        _ = patience => Ok(()),
    }
}
