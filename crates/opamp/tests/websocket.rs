//! The frame reader against a well-known one: any stream of frames, cut anywhere, means the same to both.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Cursor, Read, Write};

use linkmesh_opamp::websocket::{
    CloseCode, Decoder, Event, Opcode, Violation, close_frame, frame, frame_header,
};
use proptest::prelude::*;
use tungstenite::error::{CapacityError, Error, ProtocolError};
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};

const LIMIT_BYTES: usize = 2_000;
/// Longest payload of a control frame, which may come in the middle of a message (RFC 6455 §5.5).
const CONTROL_BYTES_MAX: usize = 125;

/// What was understood, in a form common to both readers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Heard {
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong,
    Close(Option<u16>, String),
    Refused(u16),
}

/// Reads `bytes` in pieces of the given sizes, repeated.
fn ours(bytes: &[u8], pieces: &[usize]) -> Vec<Heard> {
    let mut decoder = Decoder::new(LIMIT_BYTES);
    let mut heard = Vec::new();
    let mut left = bytes;
    let mut sizes = pieces.iter().cycle();
    while !left.is_empty() {
        let (piece, rest) = left.split_at((*sizes.next().unwrap()).clamp(1, left.len()));
        left = rest;
        let mut scratch = piece.to_vec();
        let mut input = &mut scratch[..];
        loop {
            match decoder.next(&mut input) {
                Ok(Some(Event::Binary(payload))) => heard.push(Heard::Binary(payload.into_owned())),
                Ok(Some(Event::Ping(payload))) => heard.push(Heard::Ping(payload.into_owned())),
                Ok(Some(Event::Pong)) => heard.push(Heard::Pong),
                Ok(Some(Event::Close { code, reason })) => heard.push(Heard::Close(code, reason)),
                Ok(None) => break,
                Err(violation) => {
                    heard.push(Heard::Refused(violation.close_code().number()));
                    return heard;
                }
            }
        }
        assert!(decoder.retained_bytes() <= 2 * (LIMIT_BYTES + CONTROL_BYTES_MAX));
    }
    heard
}

/// A stream with nothing to write to.
struct Input(Cursor<Vec<u8>>);

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Input {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn theirs(bytes: &[u8]) -> Vec<Heard> {
    let config =
        WebSocketConfig::default().max_frame_size(Some(LIMIT_BYTES)).max_message_size(Some(LIMIT_BYTES));
    let mut socket =
        WebSocket::from_raw_socket(Input(Cursor::new(bytes.to_vec())), Role::Server, Some(config));
    let mut heard = Vec::new();
    loop {
        use tungstenite::Message;
        match socket.read() {
            Ok(Message::Binary(payload)) => heard.push(Heard::Binary(payload.to_vec())),
            Ok(Message::Ping(payload)) => heard.push(Heard::Ping(payload.to_vec())),
            Ok(Message::Pong(_)) => heard.push(Heard::Pong),
            Ok(Message::Close(None)) => heard.push(Heard::Close(None, String::new())),
            Ok(Message::Close(Some(close))) => {
                heard.push(Heard::Close(Some(close.code.into()), close.reason.to_string()));
            }
            Ok(Message::Text(_)) => heard.push(Heard::Refused(1003)),
            Ok(Message::Frame(_)) => {}
            Err(Error::Capacity(CapacityError::MessageTooLong { .. })) => heard.push(Heard::Refused(1009)),
            Err(Error::Utf8(_)) => heard.push(Heard::Refused(1007)),
            Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))
            | Err(Error::ConnectionClosed) => {
                return heard;
            }
            Err(Error::Protocol(_)) => heard.push(Heard::Refused(1002)),
            Err(_) => return heard,
        }
        if matches!(heard.last(), Some(Heard::Refused(_) | Heard::Close(..))) {
            return heard;
        }
    }
}

/// A frame of a client in the shortest form.
fn client_frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let header = frame_header(payload.len(), Opcode::Binary);
    let mut bytes = header.as_bytes().to_vec();
    bytes[0] = first;
    let Some(mask) = mask else { return [bytes, payload.to_vec()].concat() };
    bytes[1] |= 0x80;
    bytes.extend_from_slice(&mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// Mostly honest frames, now and then a broken one.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let payload = prop_oneof![
        8 => prop::collection::vec(any::<u8>(), 0..140),
        2 => prop::collection::vec(any::<u8>(), 500..900),
        1 => prop::collection::vec(any::<u8>(), 1_900..2_100),
    ];
    let first = prop_oneof![
        6 => Just(0x82_u8), 3 => Just(0x02), 4 => Just(0x00), 4 => Just(0x80), 3 => Just(0x89), 2 => Just(0x8a),
        1 => any::<u8>().prop_filter("close and text frames have their own tests", |first| !matches!(first & 0x0f, 1 | 8)),
    ];
    let mask = prop_oneof![30 => any::<[u8; 4]>().prop_map(Some), 1 => Just(None)];
    prop::collection::vec((first, mask, payload), 0..12).prop_map(|frames| {
        frames.into_iter().flat_map(|(first, mask, payload)| client_frame(first, mask, &payload)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_stream_cut_anywhere_means_the_same_to_both(
        bytes in frames(),
        pieces in prop::collection::vec(1_usize..600, 1..8),
    ) {
        prop_assert_eq!(same_refusals(ours(&bytes, &pieces)), same_refusals(theirs(&bytes)));
    }

    #[test]
    fn any_close_frame_means_the_same_to_both(code in any::<u16>(), reason in prop::collection::vec(any::<u8>(), 0..20)) {
        // The other reader does not know 1014, which was registered after the RFC.
        prop_assume!(code != 1014);
        let payload = [&code.to_be_bytes()[..], &reason].concat();
        let bytes = client_frame(0x88, Some([1, 2, 3, 4]), &payload);
        let theirs = theirs(&bytes);
        let bad_code = Heard::Close(Some(1002), "Protocol violation".to_owned());
        let expected = if theirs == [bad_code] && code != 1002 { vec![Heard::Refused(1002)] } else { theirs };
        let mine = ours(&bytes, &[3]);
        // A bad code and a bad text at once: either is a right answer.
        prop_assert!(mine == expected || (mine == [Heard::Refused(1002)] && expected == [Heard::Refused(1007)]));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), piece in 1_usize..20) {
        prop_assert_eq!(ours(&bytes, &[piece]), ours(&bytes, &[usize::MAX]));
    }
}

/// An oversize frame that also breaks the protocol may be refused for either reason first.
fn same_refusals(mut heard: Vec<Heard>) -> Vec<Heard> {
    if let Some(Heard::Refused(code @ (1002 | 1003 | 1009))) = heard.last_mut() {
        *code = 0;
    }
    heard
}

#[test]
fn violations_have_their_close_codes() {
    let mask = Some([9, 9, 9, 9]);
    let long = [b'x'; 126];
    let cases: [(Vec<u8>, Violation, u16); 12] = [
        (client_frame(0x82, None, b"a"), Violation::Unmasked, 1002),
        (client_frame(0xc2, mask, b"a"), Violation::ReservedBits, 1002),
        (client_frame(0x83, mask, b"a"), Violation::Opcode(3), 1002),
        (client_frame(0x8b, mask, b"a"), Violation::Opcode(0xb), 1002),
        (client_frame(0x09, mask, b"a"), Violation::FragmentedControl, 1002),
        (client_frame(0x89, mask, &long), Violation::LongControl, 1002),
        (client_frame(0x80, mask, b"a"), Violation::ContinuationOfNothing, 1002),
        (
            [client_frame(0x02, mask, b"a"), client_frame(0x82, mask, b"a")].concat(),
            Violation::MessageInsideMessage,
            1002,
        ),
        (client_frame(0x88, mask, b"a"), Violation::CloseCutOff, 1002),
        (client_frame(0x88, mask, &1005_u16.to_be_bytes()), Violation::CloseCode(1005), 1002),
        (client_frame(0x81, mask, b"a"), Violation::Text, 1003),
        (client_frame(0x88, mask, &[3, 0xe8, 0xff]), Violation::CloseReason, 1007),
    ];
    for (mut bytes, violation, code) in cases {
        let mut decoder = Decoder::new(LIMIT_BYTES);
        let mut input = &mut bytes[..];
        assert_eq!(decoder.next(&mut input), Err(violation));
        assert_eq!(violation.close_code().number(), code);
    }
}

#[test]
fn lengths_that_are_not_in_the_shortest_form_are_refused() {
    for mut bytes in [
        vec![0x82, 0xfe, 0, 125, 0, 0, 0, 0],
        vec![0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0],
        vec![0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert_eq!(Decoder::new(usize::MAX).next(&mut &mut bytes[..]), Err(Violation::Length));
    }
}

#[test]
fn a_flood_of_tiny_fragments_is_refused_and_large_fragments_are_not() {
    let mask = Some([1, 2, 3, 4]);
    let tiny = [client_frame(0x02, mask, b"a"), client_frame(0x00, mask, b"a").repeat(200)].concat();
    assert_eq!(ours(&tiny, &[7]), [Heard::Refused(1008)]);
    let mut decoder = Decoder::new(4 * 1024 * 1024);
    let page = [b'x'; 4_096];
    let mut heard = 0;
    for at in 0..1_000 {
        let first = match at {
            0 => 0x02,
            999 => 0x80,
            _ => 0x00,
        };
        let mut bytes = client_frame(first, mask, &page);
        if let Some(Event::Binary(message)) = decoder.next(&mut &mut bytes[..]).unwrap() {
            heard = message.len();
        }
    }
    assert_eq!(heard, 1_000 * 4_096);
    let pair = [client_frame(0x02, mask, b"a"), client_frame(0x80, mask, b"b")].concat();
    assert_eq!(
        ours(&pair.repeat(100), &[7]),
        vec![Heard::Binary(b"ab".to_vec()); 100],
        "counted for each message"
    );
}

#[test]
fn a_connection_holds_nothing_between_messages() {
    let mask = Some([1, 2, 3, 4]);
    let mut decoder = Decoder::new(LIMIT_BYTES);
    let mut bytes = [client_frame(0x02, mask, &[b'x'; 900]), client_frame(0x89, mask, b"ping")].concat();
    assert_eq!(decoder.next(&mut &mut bytes[..]), Ok(Some(Event::Ping(b"ping"[..].into()))));
    assert!(decoder.retained_bytes() >= 900);
    let mut bytes = client_frame(0x80, mask, &[b'x'; 1_000]);
    assert!(
        matches!(decoder.next(&mut &mut bytes[..]), Ok(Some(Event::Binary(message))) if message.len() == 1_900)
    );
    assert_eq!(decoder.retained_bytes(), 0);
}

#[test]
fn a_message_in_one_piece_is_not_copied() {
    let mut bytes = client_frame(0x82, Some([1, 2, 3, 4]), &[b'x'; 900]);
    let mut input = &mut bytes[..];
    let mut decoder = Decoder::new(LIMIT_BYTES);
    let event = decoder.next(&mut input).unwrap();
    assert!(matches!(event, Some(Event::Binary(std::borrow::Cow::Borrowed(_)))));
}

#[test]
fn an_announced_length_takes_no_memory_before_its_bytes_come() {
    let mut decoder = Decoder::new(4 * 1024 * 1024);
    let mut header = vec![0x82, 0xff, 0, 0, 0, 0, 0, 0x3f, 0xff, 0xff, 1, 2, 3, 4, 5];
    assert_eq!(decoder.next(&mut &mut header[..]), Ok(None));
    assert!(decoder.retained_bytes() <= 8);
}

#[test]
fn what_we_write_is_understood_by_the_other_reader() {
    for length in [0, 1, 125, 126, 127, 65_535, 65_536, 70_000] {
        let payload = vec![b'x'; length];
        let bytes = frame(Opcode::Binary, &payload);
        let mut client = WebSocket::from_raw_socket(Input(Cursor::new(bytes)), Role::Client, None);
        assert_eq!(client.read().unwrap().into_data().len(), length);
    }
    let bytes = close_frame(CloseCode::TooBig, &"ä".repeat(100));
    let mut client = WebSocket::from_raw_socket(Input(Cursor::new(bytes)), Role::Client, None);
    let tungstenite::Message::Close(Some(close)) = client.read().unwrap() else { panic!("no close frame") };
    assert_eq!((u16::from(close.code), close.reason.len()), (1009, 122));
}
