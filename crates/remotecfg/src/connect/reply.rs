//! How a call that was understood is answered: in its codec, compressed if it takes that.

use bytes::Bytes;
use prost::Message as _;

use super::code::{Answer, Code, refuse};
use crate::config::EncodedConfig;
use crate::proto::{GetConfigRequest, GetConfigResponse};

/// How to answer one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub(super) json: bool,
    pub(super) gzip: bool,
    pub(super) get: bool,
}

impl Reply {
    /// Answers a poll: not modified if the request carries this hash, the whole configuration if not.
    #[must_use]
    pub fn poll(&self, request: &GetConfigRequest, config: &EncodedConfig) -> Answer {
        if request.hash == config.hash_text() {
            self.not_modified(&request.hash)
        } else {
            self.config(config)
        }
    }

    /// The answer to a registration and to its opposite.
    #[must_use]
    pub fn empty(&self) -> Answer {
        let body = if self.json { Bytes::from_static(b"{}") } else { Bytes::new() };
        self.answer(body, false)
    }

    /// The collector has received this already. Never say so to a request without a hash: that collector runs nothing.
    #[must_use]
    pub fn not_modified(&self, hash: &str) -> Answer {
        let response =
            GetConfigResponse { content: String::new(), hash: hash.to_owned(), not_modified: true };
        let body = if self.json {
            serde_json::to_vec(&response).unwrap_or_default()
        } else {
            response.encode_to_vec()
        };
        self.answer(body.into(), false)
    }

    /// The whole configuration. Nothing is encoded, compressed or copied here except the first time.
    #[must_use]
    pub fn config(&self, config: &EncodedConfig) -> Answer {
        let plain = if self.json { config.json() } else { config.proto() };
        if self.gzip {
            let gzip = if self.json { config.json_gzip() } else { config.proto_gzip() };
            if gzip.len() < plain.len() {
                return self.answer(gzip, true);
            }
        }
        self.answer(plain, false)
    }

    /// A refusal that makes a collector repeat its status and what it runs at once: Alloy forgets what it has said when a call
    /// fails, and calls again without a pause. Right only where [`Heard::ask_again`](crate::Heard::ask_again) says so.
    #[must_use]
    pub fn ask_again(&self) -> Answer {
        refuse(Code::Unavailable, "the server lost what this collector last reported; report it again")
    }

    fn answer(&self, body: Bytes, gzip: bool) -> Answer {
        let content_type = if self.json { "application/json" } else { "application/proto" };
        let mut headers = vec![("content-type", content_type.to_owned())];
        if gzip {
            headers.push(("content-encoding", "gzip".to_owned()));
        }
        if self.get {
            headers.push(("vary", "accept-encoding".to_owned()));
            headers.push(("cache-control", "no-store".to_owned()));
        }
        Answer { status: 200, headers, body }
    }
}
