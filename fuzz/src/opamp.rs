//! What an agent or a server may send on `/v1/opamp`.

use linkmesh_opamp::limits::Limits;
use linkmesh_opamp::session::{Known, ServerSession, SessionSettings};
use linkmesh_opamp::uid::InstanceUid;
use linkmesh_opamp::websocket::Decoder;
use linkmesh_opamp::{decode, frame};

const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// The decoder may hold one message, one control frame and what a growing buffer reserves.
const RETAINED_BYTES_MAX: usize = 2 * MESSAGE_BYTES_MAX + 1024;

pub(crate) fn frame(input: &[u8]) {
    if let Ok(body) = frame::body(input) {
        assert!(body.len() <= input.len());
    }
}

/// However the bytes are cut, the same events come out.
pub(crate) fn websocket(input: &[u8]) {
    let (&cut, input) = input.split_first().unwrap_or((&0, &[]));
    let whole = events(input, input.len().max(1));
    let pieces = events(input, usize::from(cut).max(1));
    assert_eq!(whole, pieces);
}

fn events(input: &[u8], piece_bytes: usize) -> Vec<String> {
    let mut decoder = Decoder::new(MESSAGE_BYTES_MAX);
    let mut events = Vec::new();
    for piece in input.chunks(piece_bytes) {
        let mut scratch = piece.to_vec();
        let mut rest = scratch.as_mut_slice();
        loop {
            match decoder.next(&mut rest) {
                Ok(Some(event)) => events.push(format!("{event:?}")),
                Ok(None) => break,
                Err(violation) => {
                    events.push(format!("{violation:?}"));
                    return events;
                }
            }
        }
        assert!(
            decoder.retained_bytes() <= RETAINED_BYTES_MAX,
            "{} bytes are held",
            decoder.retained_bytes()
        );
    }
    events
}

/// What was decoded is the same when written and read again, and a session takes it in.
pub(crate) fn agent_to_server(input: &[u8]) {
    let limits = Limits::default();
    let Ok(message) = decode::agent_to_server(input, &limits) else { return };
    let Ok(uid) = InstanceUid::try_from(message.instance_uid.as_slice()) else { return };
    let mut session = ServerSession::new(SessionSettings::default(), uid, Known::default());
    let first = session.handle(message.clone(), 1);
    assert!(first.is_ok(), "a session takes what bears its uid");
    // The same once more is a repetition, whatever it held.
    assert!(session.handle(message, 2).is_ok());
}

pub(crate) fn server_to_agent(input: &[u8]) {
    // Only that it ends: an agent of ours exists in tests alone.
    drop(decode::server_to_agent(input, &Limits::default()));
}
