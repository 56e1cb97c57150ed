//! A WebSocket client that can break every rule: raw frames over a socket, as a stranger would write them.
//! Knows OpAMP messages only to have something to say. Start at [`Wire::open`].

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use linkmesh_opamp::agent::{Agent, AgentSettings};
use linkmesh_opamp::frame;
use linkmesh_opamp::limits::Limits;
use linkmesh_opamp::proto::{AgentToServer, ServerToAgent};

pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;
const MASK: [u8; 4] = [1, 2, 3, 4];
/// The example of RFC 6455 §1.3, whose answer everybody knows.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// An open connection after its handshake.
pub(crate) struct Wire {
    stream: TcpStream,
}

/// What came from the server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) opcode: u8,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// The code of a close frame.
    pub(crate) fn close_code(&self) -> Option<u16> {
        let code = self.payload.first_chunk::<2>().filter(|_| self.opcode == CLOSE)?;
        Some(u16::from_be_bytes(*code))
    }
}

impl Wire {
    /// Shakes hands on the OpAMP path with this token.
    pub(crate) fn open(address: &str, token: &str) -> Self {
        let (wire, head) = Self::knock(address, "/v1/opamp", token);
        assert!(head.starts_with("http/1.1 101"), "{head}");
        wire
    }

    /// Asks for an upgrade; gives the head of the answer in lower case.
    pub(crate) fn knock(address: &str, path: &str, token: &str) -> (Self, String) {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        let mut one = [0; 1];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut one).unwrap();
            head.push(one[0]);
        }
        let head = String::from_utf8(head).unwrap();
        if head.starts_with("HTTP/1.1 101") {
            assert!(head.contains(ACCEPT), "the key is answered as RFC 6455 says: {head}");
        }
        (Self { stream }, head.to_lowercase())
    }

    /// Writes bytes as they are; the server may have closed already.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        drop(self.stream.write_all(bytes));
    }

    /// Writes a proper frame.
    pub(crate) fn send(&mut self, opcode: u8, payload: &[u8]) {
        self.write(&masked(0x80 | opcode, payload));
    }

    /// Writes an OpAMP message.
    pub(crate) fn say(&mut self, message: &AgentToServer) {
        self.send(BINARY, &frame::encode(message));
    }

    /// The next frame; nothing where the server closed without one. Text never comes.
    pub(crate) fn next(&mut self, limit: Duration) -> Option<Frame> {
        let deadline = Instant::now() + limit;
        let head = self.take(2, deadline)?;
        assert_eq!(head[0] & 0xf0, 0x80, "frames of the server are whole and without extensions");
        assert_eq!(head[1] & 0x80, 0, "frames of the server are not masked");
        let length = match head[1] {
            126 => usize::from(u16::from_be_bytes(self.take(2, deadline)?.try_into().unwrap())),
            127 => usize::try_from(u64::from_be_bytes(self.take(8, deadline)?.try_into().unwrap())).unwrap(),
            short => usize::from(short),
        };
        let opcode = head[0] & 0x0f;
        assert_ne!(opcode, TEXT, "the server never sends text");
        Some(Frame { opcode, payload: self.take(length, deadline)? })
    }

    /// The next message, answering pings meanwhile.
    pub(crate) fn hear(&mut self) -> ServerToAgent {
        loop {
            let frame = self.next(Duration::from_secs(15)).expect("the server answers");
            match frame.opcode {
                BINARY => {
                    let body = frame::body(&frame.payload).unwrap();
                    return linkmesh_opamp::decode::server_to_agent(body, &Limits::default()).unwrap();
                }
                PING => self.send(PONG, &frame.payload),
                _ => panic!("expected a message, got {frame:?}"),
            }
        }
    }

    /// Says this and hears the answer.
    pub(crate) fn ask(&mut self, message: &AgentToServer) -> ServerToAgent {
        self.say(message);
        self.hear()
    }

    /// Reads up to the close frame of the server; nothing where it just hung up.
    pub(crate) fn close_code(&mut self, limit: Duration) -> Option<u16> {
        let deadline = Instant::now() + limit;
        while let Some(frame) = self.next(deadline.saturating_duration_since(Instant::now())) {
            if frame.opcode == CLOSE {
                return frame.close_code();
            }
        }
        None
    }

    /// Hangs up without a word.
    pub(crate) fn hang_up(self) {
        self.stream.shutdown(Shutdown::Both).unwrap();
    }

    /// Exactly so many bytes; nothing at the end of the stream.
    fn take(&mut self, count: usize, deadline: Instant) -> Option<Vec<u8>> {
        let mut bytes = vec![0; count];
        let mut filled = 0;
        while filled < count {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the server neither says anything nor hangs up");
            self.stream.set_read_timeout(Some(left)).unwrap();
            match self.stream.read(&mut bytes[filled..]) {
                Ok(0) => return None,
                Ok(read) => filled += read,
                Err(cause) if matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                // A read with a time limit is broken off by any signal, such as the end of another test's program.
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                // A server that closes on unread bytes tears the connection.
                Err(_) => return None,
            }
        }
        Some(bytes)
    }
}

/// A frame as a client writes it.
pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// The full first message of an agent.
pub(crate) fn first_message(settings: AgentSettings) -> AgentToServer {
    let mut agent = Agent::new(settings);
    agent.connect(0);
    agent.poll(0).unwrap()
}

/// A heartbeat that follows it.
pub(crate) fn heartbeat(first: &AgentToServer, sequence_num: u64) -> AgentToServer {
    AgentToServer {
        instance_uid: first.instance_uid.clone(),
        sequence_num,
        capabilities: first.capabilities,
        ..AgentToServer::default()
    }
}
