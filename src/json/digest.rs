//! Digests: SHA-256 (FIPS 180-4) of canonical text, written as 64 lower-case hexadecimal digits.
//! The text is at hand as a whole; what hashes it piece by piece lives elsewhere.

use alloc::string::String;
use sha2::block_api::compress256;

/// The first words of the fractional parts of the square roots of the first eight primes
/// (FIPS 180-4 section 5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// SHA-256 of `bytes`. The text is at hand as a whole, so blocks need no buffer.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut state = START;
    let (blocks, rest) = bytes.as_chunks();
    compress256(&mut state, blocks);
    // The padding: one bit, zeros, and the length in bits (FIPS 180-4 section 5.1.1).
    let mut end = [[0; 64]; 2];
    let used = usize::from(rest.len() > 55);
    end[0][..rest.len()].copy_from_slice(rest);
    end[0][rest.len()] = 0x80;
    end[used][56..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    compress256(&mut state, &end[..=used]);
    let mut digest = [0; 32];
    for (to, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    digest
}

/// SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
pub fn digest_hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in digest(bytes) {
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from(digit + if digit < 10 { b'0' } else { b'a' - 10 }));
        }
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;

    #[test]
    fn the_digest_is_that_of_the_standard() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest_hex(b""), empty);
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest_hex(b"abc"), abc);
    }

    #[test]
    fn every_length_of_the_last_block_is_padded_right() {
        for len in 0..200 {
            let text = vec![b'x'; len];
            let expected: [u8; 32] = sha2::Sha256::digest(&text).into();
            assert_eq!(digest(&text), expected, "{len} bytes");
        }
    }
}
