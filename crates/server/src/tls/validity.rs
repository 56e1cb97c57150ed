//! Until when a certificate is valid (RFC 5280, 4.1.2.5).

use linkmesh_fleet::Timestamp;
use x509_parser::parse_x509_certificate;

/// 9999-12-31 23:59:59: what RFC 5280 has a certificate say that has no end. Seconds.
const NO_END: i64 = 253_402_300_799;

/// The moment after which a certificate is not valid; nothing where it names none, or cannot be read.
pub(super) fn valid_until(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let until = certificate.validity().not_after.timestamp();
    (until < NO_END).then(|| Timestamp(until.saturating_mul(1000)))
}

#[cfg(test)]
mod tests {
    use linkmesh_testkit::authority::Authority;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    fn der(end: (i32, u8, u8)) -> Vec<u8> {
        let (pem, _) = Authority::new("site").issue_until(&["localhost"], end);
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
    }

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_spellings() {
        // Years from 2050 on are written with four digits.
        for year in [2026, 2049, 2050, 4096] {
            let until = valid_until(&der((year, 3, 9))).unwrap().to_string();
            assert_eq!(until, format!("{year}-03-09T00:00:00.000Z"));
        }
    }

    #[test]
    fn what_is_cut_off_names_no_end() {
        let whole = der((2050, 3, 9));
        for end in 0..whole.len() {
            assert_eq!(valid_until(&whole[..end]), None);
        }
    }
}
