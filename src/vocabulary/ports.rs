//! What listens on a port.

use super::Words;

/// The words of the family.
pub const WORDS: Words = Words {
    calls: &[
        "HTTPServer",
        "TCPServer",
        "ThreadingHTTPServer",
        "WebSocketServer",
        "listen",
        "make_server",
        "port",
        "run!",
        "run_app",
        "run_simple",
        "run_webhook",
        "serve",
        "start_server",
        "start_webhook",
    ],
    settings: &[],
    texts: &[],
};
