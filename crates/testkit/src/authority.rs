//! A private certificate authority, as a site has one: what it signs, nobody else's programs trust.
//! Start at [`Authority::new`].

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// An authority. It lives as long as its test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new one, with a key of its own.
    ///
    /// # Panics
    /// When the system gives no randomness.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key can be drawn");
        let pem = params.self_signed(&key).expect("an authority can sign itself").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Its certificate: what a program has to be given to trust it.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these names and addresses, and its key, both PEM.
    ///
    /// # Panics
    /// When a name is none.
    #[must_use]
    pub fn issue(&self, names: &[&str]) -> (String, String) {
        self.sign(Self::params(names))
    }

    /// The same, valid until the beginning of this day: year, month, day.
    ///
    /// # Panics
    /// When a name is none, or the day is none.
    #[must_use]
    pub fn issue_until(&self, names: &[&str], (year, month, day): (i32, u8, u8)) -> (String, String) {
        let mut params = Self::params(names);
        params.not_after = date_time_ymd(year, month, day);
        self.sign(params)
    }

    fn params(names: &[&str]) -> CertificateParams {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        CertificateParams::new(names).expect("names of hosts")
    }

    fn sign(&self, params: CertificateParams) -> (String, String) {
        let key = KeyPair::generate().expect("a key can be drawn");
        let cert = params.signed_by(&key, &self.issuer).expect("an authority can sign");
        (cert.pem(), key.serialize_pem())
    }
}
