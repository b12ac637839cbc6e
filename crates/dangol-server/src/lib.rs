#![doc = include_str!("../README.md")]

mod app;
mod assets;
pub mod openapi;
mod problem;
mod routes;
#[cfg(test)]
mod tests;

pub use app::App;
pub use problem::Problem;
pub use routes::router;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use dangol_shop::ShopError;

/// Why serving ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The shop cannot be opened.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// Another program listens on the port.
    #[error("port {port} is taken")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The address cannot be listened on, or the connection broke.
    #[error("listening on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's word.
        source: std::io::Error,
    },
}

/// Serves a shop until Ctrl-C; `announce` hears the address once connections are accepted.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(shop: &Path, address: SocketAddr, announce: impl FnOnce(&str)) -> Result<(), ServeError> {
    let app = Arc::new(App::open(shop)?);
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::PortTaken { port: address.port() },
        _ => ServeError::Listen { address, source },
    })?;
    let at = listener.local_addr().map_err(|source| ServeError::Listen { address, source })?;
    announce(&format!("http://{at}"));
    axum::serve(listener, router(app))
        .with_graceful_shutdown(async {
            // Without a handler for Ctrl-C the program ends by the signal all the same.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await
        .map_err(|source| ServeError::Listen { address, source })
}
