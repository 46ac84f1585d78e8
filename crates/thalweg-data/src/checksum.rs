//! SHA-256 checksums as values.

use sha2::Digest;
use std::fmt;

/// A SHA-256 checksum, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// The checksum of `parts`, one after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut state = sha2::Sha256::new();
        for part in parts {
            state.update(part);
        }
        Self(state.finalize().into())
    }

    /// The checksum written as 64 hexadecimal digits in the source; anything else fails to compile.
    pub(crate) const fn literal(text: &str) -> Self {
        let digits = text.as_bytes();
        assert!(digits.len() == 64, "a SHA-256 has 64 hexadecimal digits");
        let mut bytes = [0; 32];
        let mut index = 0;
        while index < 32 {
            bytes[index] = hexadecimal(digits[2 * index]) << 4 | hexadecimal(digits[2 * index + 1]);
            index += 1;
        }
        Self(bytes)
    }
}

const fn hexadecimal(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => panic!("not a lower-case hexadecimal digit"),
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sha256({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_abc_is_the_one_of_fips_180() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256::of(&[b"a", b"bc"]), Sha256::literal(expected));
        assert_eq!(Sha256::of(&[b"abc"]).to_string(), expected);
    }
}
