//! `dangol serve`: the dashboard and the API; `dangol openapi`: the API's description.

use dangol_server::ServeError;

use crate::arguments::ServeArguments;
use crate::failure::Failure;

pub(crate) async fn run(arguments: &ServeArguments) -> Result<(), Failure> {
    let address = std::net::SocketAddr::new(arguments.host, arguments.port);
    let announce = |url: &str| {
        let line = format!("Dangol serves {} on {url}  (Ctrl-C ends it)\n", arguments.shop.shop.display());
        // Whoever started the server without a terminal can do without the line.
        let _ = crate::output::write_text(&line, None);
    };
    dangol_server::serve(&arguments.shop.shop, address, announce).await.map_err(|error| match error {
        ServeError::Shop(error) => error.into(),
        ServeError::PortTaken { port } => Failure::new(
            format!("port {port} is taken by another program"),
            format!(
                "choose another, for example PORT={} (or --port {})",
                port.saturating_add(1),
                port.saturating_add(1)
            ),
        ),
        other @ ServeError::Listen { .. } => {
            Failure::new(other.to_string(), "choose another --host or --port")
        }
    })
}

pub(crate) fn openapi() -> Result<(), Failure> {
    let text = dangol_server::openapi::json().map_err(|error| Failure::new(error.to_string(), ""))?;
    crate::output::write_text(&(text + "\n"), None)
}
