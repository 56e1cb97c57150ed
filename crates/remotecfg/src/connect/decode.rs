//! From untrusted bytes to a message: first a counting pass, then the decoder.

use serde::de::DeserializeOwned;

use super::{Codec, Message, Method};
use crate::cost::{self, Malformed, Shape};
use crate::limits::Limits;
use crate::proto::{GetConfigRequest, RegisterCollectorRequest, UnregisterCollectorRequest};

pub(super) fn message(
    method: Method,
    codec: Codec,
    body: &[u8],
    limits: &Limits,
) -> Result<Message, Malformed> {
    match method {
        Method::GetConfig => {
            let message: GetConfigRequest = decode(codec, body, &cost::GET_CONFIG, limits)?;
            Ok(Message::GetConfig(message))
        }
        Method::Register => {
            let message: RegisterCollectorRequest = decode(codec, body, &cost::REGISTER, limits)?;
            Ok(Message::Register(message))
        }
        Method::Unregister => {
            let message: UnregisterCollectorRequest = decode(codec, body, &cost::UNREGISTER, limits)?;
            Ok(Message::Unregister(message))
        }
    }
}

fn decode<M>(codec: Codec, body: &[u8], shape: &'static Shape, limits: &Limits) -> Result<M, Malformed>
where
    M: prost::Message + Default + DeserializeOwned,
{
    match codec {
        Codec::Proto => {
            cost::of_protobuf(body, shape, limits)?;
            M::decode(body).map_err(|error| Malformed::Undecodable(error.to_string()))
        }
        Codec::Json => {
            cost::of_json(body, limits)?;
            // The JSON form of the empty message may be left out.
            let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
            if !body.trim_ascii_start().starts_with(b"{") {
                return Err(Malformed::Undecodable("a message is a JSON object".to_owned()));
            }
            let message: M =
                serde_json::from_slice(body).map_err(|error| Malformed::Undecodable(error.to_string()))?;
            // What the counting pass over JSON cannot tell apart, the one over protobuf can.
            cost::of_protobuf(&message.encode_to_vec(), shape, limits)?;
            Ok(message)
        }
    }
}
