//! Until when a certificate is valid, read from its DER form (X.690; the fields are those of RFC 5280, 4.1).
//! Reads nothing else, and trusts no length. Start at [`valid_until`].

use linkmesh_fleet::Timestamp;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version, which the oldest ones lack.
const VERSION: u8 = 0xa0;
/// Bytes of a length; what needs more is no certificate.
const LENGTH_BYTES_MAX: usize = 4;

/// The moment after which a certificate is not valid; nothing where it names none, as 9999-12-31 means, or cannot be read.
pub(super) fn valid_until(certificate: &[u8]) -> Option<Timestamp> {
    let (whole, _) = element(certificate, SEQUENCE)?;
    let (mut signed, _) = element(whole, SEQUENCE)?;
    if let Some((_, rest)) = element(signed, VERSION) {
        signed = rest;
    }
    // Its number, its algorithm, who issued it.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        signed = element(signed, tag)?.1;
    }
    let (validity, _) = element(signed, SEQUENCE)?;
    let (_, _, until) = any(validity)?;
    let (tag, until, _) = any(until)?;
    time(tag, until)
}

/// The content of the first element, where it is of this kind, and what follows it.
fn element(bytes: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    any(bytes).filter(|(tag, _, _)| *tag == wanted).map(|(_, content, rest)| (content, rest))
}

fn any(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    let mut length = usize::from(*first);
    if *first >= 0x80 {
        let count = usize::from(*first & 0x7f);
        if count == 0 || count > LENGTH_BYTES_MAX {
            return None;
        }
        let (bytes, behind) = rest.split_at_checked(count)?;
        length = bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte));
        rest = behind;
    }
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// `YYMMDDHHMMSSZ`, or the same with four digits for the year.
fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let century = if year.parse::<u8>().ok()? >= 50 { "19" } else { "20" };
            (format!("{century}{year}"), rest)
        }
        GENERALIZED_TIME => text.split_at_checked(4).map(|(year, rest)| (year.to_owned(), rest))?,
        _ => return None,
    };
    let two = |at: usize| rest.get(at..at + 2);
    let (month, day) = (two(0)?, two(2)?);
    let (hour, minute, second) = (two(4)?, two(6)?, two(8)?);
    let moment: jiff::Timestamp = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()?;
    Some(Timestamp(moment.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use linkmesh_testkit::authority::Authority;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    fn der(year: i32) -> Vec<u8> {
        let (pem, _) = Authority::new("site").issue_until(&["localhost"], (year, 3, 9));
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
    }

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_spellings() {
        // Years from 2050 on are written with four digits.
        for year in [2026, 2049, 2050, 4096] {
            let until = valid_until(&der(year)).unwrap().to_string();
            assert_eq!(until, format!("{year}-03-09T00:00:00.000Z"));
        }
        assert_eq!(time(UTC_TIME, b"500101000000Z").unwrap().to_string(), "1950-01-01T00:00:00.000Z");
        assert_eq!(time(GENERALIZED_TIME, b"99991231235959Z"), None, "no end");
    }

    #[test]
    fn what_is_cut_off_or_damaged_names_no_end_and_is_never_read_beyond_its_own() {
        let whole = der(2050);
        for end in 0..whole.len() {
            assert_eq!(valid_until(&whole[..end]), None);
        }
        for at in 0..whole.len().min(200) {
            for byte in [0, 0x7f, 0x80, 0x84, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = byte;
                // Whatever it says, it says it without harm.
                let _said = valid_until(&damaged);
            }
        }
    }
}
