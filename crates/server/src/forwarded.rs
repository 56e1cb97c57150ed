//! Where a request really comes from. What a header says counts only as far as those who wrote it are trusted; everybody
//! else is known by the connection alone. Start at [`Proxies::origin`].

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, header};

/// Hops of one request that are looked at; more than that nobody has.
const HOPS_MAX: usize = 32;
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Who sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The address.
    pub ip: IpAddr,
    /// The port, where it is known: a proxy seldom says it.
    pub port: Option<u16>,
    /// Whether the client's own connection is encrypted, as far as anybody trusted says.
    pub encrypted: bool,
}

impl Peer {
    /// Somebody of whom nothing is known.
    pub const UNKNOWN: Self =
        Self { ip: IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), port: None, encrypted: false };
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => SocketAddr::new(self.ip, port).fmt(f),
            None => self.ip.fmt(f),
        }
    }
}

/// The proxies in front of this server that may say where a request comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// Some addresses: one, or all that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    ip: IpAddr,
    bits: u8,
}

/// The text names no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no network; give an address such as 10.0.0.7, or a network such as 10.0.0.0/8 or fd00::/8")]
pub struct BadNetwork(String);

impl Proxies {
    /// These proxies are trusted, nobody else.
    #[must_use]
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// The networks, as they were given.
    #[must_use]
    pub fn networks(&self) -> &[Network] {
        &self.0
    }

    /// Where a request comes from that arrived on a connection from `connected`. Read from the right, because each proxy
    /// appends whom it heard: the first address that is not a trusted proxy is the client, and what stands left of it is the
    /// client's own invention. `X-Forwarded-For` wins over `Forwarded` (RFC 7239), which many proxies pass on unseen.
    #[must_use]
    pub fn origin(&self, connected: SocketAddr, encrypted: bool, headers: &HeaderMap) -> Peer {
        let direct = Peer { ip: connected.ip().to_canonical(), port: Some(connected.port()), encrypted };
        if !self.trusts(direct.ip) {
            return direct;
        }
        let hops = if headers.contains_key(FORWARDED_FOR) {
            listed(headers, &FORWARDED_FOR).into_iter().map(address).collect()
        } else {
            let elements = listed(headers, &header::FORWARDED).into_iter();
            elements.map(|element| parameter(element, "for").and_then(address)).collect::<Vec<_>>()
        };
        let mut origin = Peer { encrypted: says_https(headers).unwrap_or(encrypted), ..direct };
        for hop in hops {
            // What cannot be read says nothing about what stands before it.
            let Some((ip, port)) = hop else { break };
            (origin.ip, origin.port) = (ip, port);
            if !self.trusts(ip) {
                break;
            }
        }
        origin
    }

    fn trusts(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(ip))
    }
}

impl Network {
    fn holds(self, ip: IpAddr) -> bool {
        match (self.ip, ip) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                alike(u128::from(ours.to_bits()) << 96, u128::from(theirs.to_bits()) << 96, self.bits)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => alike(ours.to_bits(), theirs.to_bits(), self.bits),
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.ip, self.bits)
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let bad = || BadNetwork(text.chars().take(60).collect());
        let (ip, bits) = match text.trim().split_once('/') {
            Some((ip, bits)) => (ip, Some(bits.parse::<u8>().map_err(|_| bad())?)),
            None => (text.trim(), None),
        };
        let ip: IpAddr = ip.parse().map_err(|_| bad())?;
        let most = if ip.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most { Err(bad()) } else { Ok(Self { ip, bits }) }
    }
}

/// Whether two addresses have their first `bits` in common.
fn alike(one: u128, other: u128, bits: u8) -> bool {
    let differ = one ^ other;
    u32::from(bits) <= differ.leading_zeros()
}

/// The elements of a list header from the last to the first, over all its lines.
fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h str> {
    let mut all: Vec<&str> = Vec::new();
    for line in headers.get_all(name) {
        // A line that is no text stands for an element that cannot be read.
        all.extend(line.to_str().unwrap_or("?").split(',').map(str::trim));
    }
    all.into_iter().rev().take(HOPS_MAX).collect()
}

/// The value of a parameter of one element of `Forwarded`, without its quotes.
fn parameter<'h>(element: &'h str, name: &str) -> Option<&'h str> {
    element.split(';').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<(IpAddr, Option<u16>)> {
    if let Ok(full) = text.parse::<SocketAddr>() {
        return Some((full.ip().to_canonical(), Some(full.port())));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    Some((bare.parse::<IpAddr>().ok()?.to_canonical(), None))
}

fn says_https(headers: &HeaderMap) -> Option<bool> {
    let proto = match listed(headers, &FORWARDED_PROTO).first() {
        Some(proto) => Some(*proto),
        None => listed(headers, &header::FORWARDED).first().and_then(|element| parameter(element, "proto")),
    };
    proto.map(|proto| proto.eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(trusted: &[&str], from: &str, headers: &[(&'static str, &str)]) -> (String, bool) {
        let proxies = Proxies::new(trusted.iter().map(|text| text.parse().unwrap()).collect());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        let peer = proxies.origin(from.parse().unwrap(), false, &map);
        (peer.ip.to_string(), peer.encrypted)
    }

    #[test]
    fn headers_of_somebody_who_is_not_trusted_are_ignored() {
        let lies = [
            ("x-forwarded-for", "192.0.2.9"),
            ("forwarded", "for=192.0.2.8"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(origin(&[], "127.0.0.1:1", &lies), ("127.0.0.1".to_owned(), false));
        assert_eq!(origin(&["10.0.0.0/8"], "11.0.0.1:1", &lies), ("11.0.0.1".to_owned(), false));
        assert_eq!(origin(&["10.0.0.0/8"], "[fd00::1]:1", &lies), ("fd00::1".to_owned(), false));
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_is_not_a_trusted_proxy() {
        let trusted = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"];
        for (headers, expected) in [
            (vec![("x-forwarded-for", "198.51.100.7")], "198.51.100.7"),
            (vec![("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.1.2.3")], "198.51.100.7"),
            (vec![("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "198.51.100.7")], "198.51.100.7"),
            (vec![("x-forwarded-for", "198.51.100.7:4711, [fd00::2]:80")], "198.51.100.7"),
            (vec![("x-forwarded-for", "2001:db8::5")], "2001:db8::5"),
            (vec![("x-forwarded-for", "::ffff:198.51.100.7")], "198.51.100.7"),
            (
                vec![("forwarded", "for=6.6.6.6, for=\"[2001:db8::5]:9\";proto=https, For=10.0.0.1")],
                "2001:db8::5",
            ),
            // What many proxies pass on unseen never beats what they write themselves.
            (vec![("x-forwarded-for", "198.51.100.7"), ("forwarded", "for=6.6.6.6")], "198.51.100.7"),
            // Only proxies: the first of them is as good as it gets.
            (vec![("x-forwarded-for", "10.9.9.9")], "10.9.9.9"),
            // Unreadable: no further than whom we know.
            (vec![("x-forwarded-for", "198.51.100.7, unknown")], "127.0.0.1"),
            (vec![("x-forwarded-for", "6.6.6.6, nonsense, 10.0.0.1")], "10.0.0.1"),
            (vec![("forwarded", "for=_hidden")], "127.0.0.1"),
            (vec![], "127.0.0.1"),
        ] {
            assert_eq!(origin(&trusted, "127.0.0.1:1", &headers).0, expected, "{headers:?}");
            assert_eq!(origin(&trusted, "[::ffff:127.0.0.1]:1", &headers).0, expected, "{headers:?}");
        }
    }

    #[test]
    fn a_trusted_proxy_says_whether_the_client_is_on_an_encrypted_line() {
        let trusted = ["127.0.0.1"];
        for (headers, expected) in [
            (vec![("x-forwarded-proto", "https")], true),
            (vec![("x-forwarded-proto", "http")], false),
            (vec![("x-forwarded-proto", "https, http")], false),
            (vec![("forwarded", "for=192.0.2.1;proto=HTTPS")], true),
            (vec![], false),
        ] {
            assert_eq!(origin(&trusted, "127.0.0.1:1", &headers).1, expected, "{headers:?}");
        }
    }

    #[test]
    fn networks_are_read_and_odd_ones_refused() {
        for text in ["10.0.0.0/8", "127.0.0.1/32", "fd00::/8", "::/0", "0.0.0.0/0"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
        for text in ["", "10.0.0.0/33", "::1/129", "10.0.0/8", "proxy", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        assert_eq!(origin(&["0.0.0.0/0"], "203.0.113.1:1", &[("x-forwarded-for", "::5")]).0, "::5");
    }
}
