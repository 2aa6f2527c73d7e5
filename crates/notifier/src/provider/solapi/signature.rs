//! How SOLAPI knows who asks. <https://developers.solapi.com/references/authentication/api-key>

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::Failure;

/// 12 to 64 characters are allowed.
const SALT_LENGTH: usize = 32;

/// `hex(HMAC-SHA256(secret, date + salt))`; neither URL nor body is signed.
pub(super) fn signature(secret: &str, date: &str, salt: &str) -> String {
    // HMAC takes keys of any length, so this cannot fail; a wrong signature would be refused, not sent.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(date.as_bytes());
    mac.update(salt.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Fresh random letters and digits.
pub(super) fn salt() -> Result<String, Failure> {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = [0_u8; SALT_LENGTH];
    getrandom::fill(&mut random).map_err(|_| Failure::unavailable("the machine gives no random numbers"))?;
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied().map(char::from);
    Ok(random.iter().filter_map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by the official Python SDK with synthetic keys.
    #[test]
    fn signatures_equal_those_of_the_official_sdk() {
        let secret = "TESTSECRET0123456789ABCDEFGHIJKL";
        let long = "0123456789abcdefghijABCDEFGHIJ89";
        for (date, salt, expected) in [
            ("2026-01-02T03:04:05Z", long, "faa183aea61844b3d7ce740cab2a283d0f2587a81b144418fea1f1c96518df0d"),
            ("2026-01-02T12:04:05+09:00", long, "9e936bef069b2f0f1135a6ece5eff3d5eb9d23e69ad988f67f96949a942d3070"),
            ("2026-01-02T03:04:05.678Z", "abcdef123456", "56f13571b96f569f71cf7fd218c506489a70f7baf0e305dffd849a4a45a955fc"),
        ] {
            assert_eq!(signature(secret, date, salt), expected);
        }
    }

    #[test]
    fn a_salt_is_32_letters_and_digits_and_never_the_same() {
        let (one, two) = (salt().unwrap(), salt().unwrap());
        assert_eq!(one.len(), 32);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(one, two);
    }
}
