//! The live stream of events (server-sent events).
//! The format is read as in the WHATWG HTML standard, section "Server-sent events"; lines and events are bounded.
//! Start at [`Client::event_stream`].

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use ureq::http::Method;

use super::{ApiError, Client, with_query};
use crate::types::{Event, EventQuery};

/// The server sends a comment at least every 15 seconds; a silent stream is a dead one.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// Largest line of the stream, in bytes.
const LINE_BYTES_MAX: u64 = 1024 * 1024;
/// Largest event over all its `data` lines, in bytes.
const EVENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Events as they happen. Ends with the connection; go on from [`EventStream::last_id`].
pub struct EventStream {
    lines: BufReader<Box<dyn Read + Send>>,
    pending: Pending,
    url: String,
}

impl Client {
    /// `GET events` as a stream, after the event `last_id` where that is given.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub fn event_stream(&self, query: &EventQuery, last_id: Option<&str>) -> Result<EventStream, ApiError> {
        let mut request = self.request(Method::GET, &with_query("events", query)?);
        if let Some(headers) = request.headers_mut() {
            headers.insert("accept", ureq::http::HeaderValue::from_static("text/event-stream"));
        }
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let request = request.body(()).map_err(|e| ApiError::BadUrl(e.to_string()))?;
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(None)
            .timeout_recv_response(Some(SILENCE_MAX))
            .timeout_per_read(Some(SILENCE_MAX))
            .build();
        let response = self.agent.run(request).map_err(|e| self.unreachable(&e))?;
        let body = self.check(response)?.into_body();
        Ok(EventStream {
            lines: BufReader::new(Box::new(body.into_with_config().limit(u64::MAX).reader())),
            pending: Pending { last_id: last_id.map(str::to_owned), data: String::new() },
            url: self.base().to_owned(),
        })
    }
}

impl EventStream {
    /// The id of the newest event seen.
    #[must_use]
    pub fn last_id(&self) -> Option<&str> {
        self.pending.last_id.as_deref()
    }

    fn next_event(&mut self) -> Result<Option<Event>, ApiError> {
        loop {
            let mut line = Vec::new();
            let read = (&mut self.lines)
                .take(LINE_BYTES_MAX)
                .read_until(b'\n', &mut line)
                .map_err(|e| ApiError::Unreachable { url: self.url.clone(), cause: e.to_string() })?;
            if read == 0 {
                return Ok(None);
            }
            if line.pop() != Some(b'\n') {
                if u64::try_from(read).is_ok_and(|read| read < LINE_BYTES_MAX) {
                    // The stream ended inside a line.
                    return Ok(None);
                }
                return Err(ApiError::Unreadable(format!("a line is longer than {LINE_BYTES_MAX} bytes")));
            }
            let text = String::from_utf8_lossy(&line);
            if let Some(data) = self.pending.take_line(text.trim_end_matches('\r'))? {
                return serde_json::from_str(&data)
                    .map(Some)
                    .map_err(|e| ApiError::Unreadable(e.to_string()));
            }
        }
    }
}

impl Iterator for EventStream {
    type Item = Result<Event, ApiError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_event().transpose()
    }
}

/// What is known of the event whose lines are coming in.
struct Pending {
    last_id: Option<String>,
    data: String,
}

impl Pending {
    /// Takes one line; answers the data of an event when the line ends one.
    fn take_line(&mut self, line: &str) -> Result<Option<String>, ApiError> {
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return Ok((!data.is_empty()).then_some(data));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.data.len().saturating_add(value.len()) > EVENT_BYTES_MAX {
                    return Err(ApiError::Unreadable(format!(
                        "an event is larger than {EVENT_BYTES_MAX} bytes"
                    )));
                }
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "id" => self.last_id = Some(value.to_owned()),
            // Comments have an empty field name; other fields mean nothing here.
            _ => {}
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Option<String>) {
        let mut pending = Pending { last_id: None, data: String::new() };
        let events = text.lines().filter_map(|line| pending.take_line(line).unwrap()).collect();
        (events, pending.last_id)
    }

    #[test]
    fn an_event_is_its_data_lines_up_to_the_empty_line() {
        let text = ": hello\n\nid: 7\nevent: x\ndata: {\"a\":\ndata:1}\n\nid: 8\n\ndata: unfinished\n";
        assert_eq!(read(text), (vec!["{\"a\":\n1}".to_owned()], Some("8".to_owned())));
    }

    #[test]
    fn an_event_without_an_end_is_refused() {
        let mut pending = Pending { last_id: None, data: String::new() };
        let line = format!("data: {}", "x".repeat(1024 * 1024 - 10));
        let error = (0..10).find_map(|_| pending.take_line(&line).err());
        assert!(error.is_some());
    }
}
