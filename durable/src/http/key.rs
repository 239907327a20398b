//! Keys of callers, and links that are good for one operation on one instance until a certain time.

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The shortest key in characters.
const MIN_CHARS: usize = 16;

/// A secret that callers show. Only its SHA-256 is kept, and it is compared in constant time.
///
/// ```
/// use durable::http::Key;
///
/// let key: Key = "b7d1c0f2a9e84d53".parse()?;
/// assert!("secret".parse::<Key>().is_err());
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// # Ok::<(), durable::http::InvalidKey>(())
/// ```
#[derive(Clone)]
pub struct Key {
    digest: [u8; 32],
    /// What links are signed with; nobody who has it can find the key.
    signing: [u8; 32],
}

/// Why a text can't be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidKey {
    /// It is easy to guess.
    #[error("a key has at least {MIN_CHARS} characters")]
    TooShort,
    /// It can't be sent in a header.
    #[error("a key consists of visible ASCII characters, without spaces")]
    NotVisible,
}

impl Key {
    /// Takes a secret of at least 16 visible ASCII characters; 32 random ones are better.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] says which rule is broken.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, InvalidKey> {
        let secret = secret.as_ref();
        if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidKey::NotVisible);
        }
        if secret.len() < MIN_CHARS {
            return Err(InvalidKey::TooShort);
        }
        let mut signing = mac(secret.as_bytes());
        signing.update(b"durable: signed links");
        Ok(Self { digest: Sha256::digest(secret).into(), signing: signing.finalize().into_bytes().into() })
    }

    /// Whether a caller has shown this key.
    pub(super) fn is(&self, shown: &Shown) -> Choice {
        self.digest.ct_eq(&shown.0)
    }

    /// The signature of a link.
    pub(super) fn sign(&self, link: &Link<'_>) -> String {
        let signature = self.mac_of(link).finalize().into_bytes();
        signature.iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
    }

    /// Whether the signature of a link was made with this key. Takes the same time for all of one length.
    pub(super) fn has_signed(&self, link: &Link<'_>, signature: &str) -> bool {
        // Numbers may also begin with a sign, or be shorter.
        if !signature.len().is_multiple_of(2) || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return false;
        }
        let digits = signature.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
        let Some(signature) = digits.collect::<Option<Vec<u8>>>() else { return false };
        self.mac_of(link).verify_slice(&signature).is_ok()
    }

    fn mac_of(&self, link: &Link<'_>) -> Hmac<Sha256> {
        let Link { operation, instance, expires } = link;
        let mut mac = mac(&self.signing);
        // The instance comes last, since only it may contain anything.
        mac.update(format!("{operation}\n{expires}\n{instance}").as_bytes());
        mac
    }
}

fn mac(secret: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret).expect("HMAC takes secrets of any length")
}

/// What a caller has shown as a key.
pub(super) struct Shown([u8; 32]);

impl Shown {
    pub(super) fn new(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }
}

/// What the signature of a link covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link<'a> {
    pub(super) operation: &'a str,
    pub(super) instance: &'a str,
    /// In seconds since the Unix epoch.
    pub(super) expires: u64,
}

impl FromStr for Key {
    type Err = InvalidKey;
    fn from_str(secret: &str) -> Result<Self, InvalidKey> {
        Self::new(secret)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_operation_instance_and_expiry() {
        let key = Key::new("0123456789abcdef").unwrap();
        let link = Link { operation: "status", instance: "a", expires: 100 };
        let signature = key.sign(&link);
        assert_eq!(signature.len(), 64);
        assert!(key.has_signed(&link, &signature));
        for other in [
            Link { operation: "terminate", ..link },
            Link { instance: "b", ..link },
            Link { expires: 101, ..link },
            Link { expires: 1, instance: "00\na", ..link },
        ] {
            assert!(!key.has_signed(&other, &signature));
        }
        assert!(!Key::new("0123456789abcdeF").unwrap().has_signed(&link, &signature));
    }

    #[test]
    fn nothing_but_the_whole_signature_is_accepted() {
        let key = Key::new("0123456789abcdef").unwrap();
        let link = Link { operation: "status", instance: "a", expires: 100 };
        let signature = key.sign(&link);
        for wrong in ["", "0", "zz", "é", &signature[..62], &format!("{signature}00"), &"+".repeat(64)] {
            assert!(!key.has_signed(&link, wrong), "{wrong}");
        }
        for at in 0..64 {
            let mut wrong = signature.clone();
            let other = if &signature[at..=at] == "0" { "1" } else { "0" };
            wrong.replace_range(at..=at, other);
            assert!(!key.has_signed(&link, &wrong));
        }
    }

    #[test]
    fn a_signature_has_one_spelling_but_for_the_case_of_its_digits() {
        let key = Key::new("0123456789abcdef").unwrap();
        let (mut signs, mut shorter) = (0, 0);
        for expires in 0..1_000 {
            let link = Link { operation: "status", instance: "a", expires };
            let signature = key.sign(&link);
            assert!(key.has_signed(&link, &signature.to_uppercase()));
            if let Some(behind) = signature.strip_prefix('0') {
                assert!(!key.has_signed(&link, &format!("+{behind}")), "{signature}");
                signs += 1;
            }
            let (before, last) = signature.split_at(62);
            if let Some(last) = last.strip_prefix('0') {
                assert!(!key.has_signed(&link, &format!("{before}{last}")), "{signature}");
                shorter += 1;
            }
        }
        assert!(signs > 20 && shorter > 20, "{signs} {shorter}");
    }

    #[test]
    fn ten_thousand_forged_links_are_refused() {
        let key = Key::new("0123456789abcdef").unwrap();
        let link = Link { operation: "status", instance: "a", expires: 100 };
        let true_one = key.sign(&link);
        // Signatures of other links, which look as good as any guess.
        for expires in (101..).take(10_000) {
            let forged = key.sign(&Link { expires, ..link });
            assert!(forged != true_one && !key.has_signed(&link, &forged), "{expires}");
        }
    }

    #[test]
    fn keys_are_long_and_visible() {
        assert_eq!(Key::new("0123456789abcde").unwrap_err(), InvalidKey::TooShort);
        assert_eq!(Key::new("0123456789abcdef ").unwrap_err(), InvalidKey::NotVisible);
        assert_eq!(Key::new("").unwrap_err(), InvalidKey::TooShort);
    }
}
