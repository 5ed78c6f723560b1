//! Digests: SHA-256 (FIPS 180-4) of canonical text, written as 64 lower-case hexadecimal digits.
//! Knows nothing of what the bytes mean; they come as a whole or piece by piece.

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

/// Bytes of a block (FIPS 180-4 section 1).
const BLOCK: usize = 64;

/// Where the length in bits stands in the last block.
const LENGTH_AT: usize = BLOCK - 8;

/// SHA-256, as 32 bytes.
pub type Digest = [u8; 32];

/// Digests bytes that come piece by piece.
pub struct Hasher {
    state: [u32; 8],
    /// The bytes behind the last whole block stand at its begin.
    block: [u8; BLOCK],
    len: u64,
}

impl Hasher {
    /// Before the first byte.
    pub fn new() -> Self {
        Hasher { state: START, block: [0; BLOCK], len: 0 }
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        let used = self.used();
        self.len += bytes.len() as u64;
        let mut rest = bytes;
        if used > 0 {
            let (first, after) = bytes.split_at(bytes.len().min(BLOCK - used));
            self.block[used..used + first.len()].copy_from_slice(first);
            if used + first.len() < BLOCK {
                return;
            }
            compress256(&mut self.state, &[self.block]);
            rest = after;
        }
        let (blocks, rest) = rest.as_chunks();
        compress256(&mut self.state, blocks);
        self.block[..rest.len()].copy_from_slice(rest);
    }

    /// The digest of all bytes that were taken in.
    pub fn finish(self) -> Digest {
        close(self.state, &self.block[..self.used()], self.len)
    }

    /// Bytes of the block that is not whole.
    fn used(&self) -> usize {
        (self.len % BLOCK as u64) as usize
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Hasher::new()
    }
}

/// SHA-256 of `bytes`. The text is at hand as a whole, so blocks need no buffer.
pub fn digest(bytes: &[u8]) -> Digest {
    let mut state = START;
    let (blocks, rest) = bytes.as_chunks();
    compress256(&mut state, blocks);
    close(state, rest, bytes.len() as u64)
}

/// The digest of so many bytes, of which the last ones fill no block.
fn close(mut state: [u32; 8], rest: &[u8], len: u64) -> Digest {
    // The padding: one bit, zeros, and the length in bits (FIPS 180-4 section 5.1.1).
    let mut end = [[0; BLOCK]; 2];
    let used = usize::from(rest.len() >= LENGTH_AT);
    end[0][..rest.len()].copy_from_slice(rest);
    end[0][rest.len()] = 0x80;
    end[used][LENGTH_AT..].copy_from_slice(&(len * 8).to_be_bytes());
    compress256(&mut state, &end[..=used]);
    let mut digest = [0; 32];
    for (to, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    digest
}

/// SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
pub fn digest_hex(bytes: &[u8]) -> String {
    hex(&digest(bytes))
}

/// A digest as 64 lower-case hexadecimal digits.
pub(crate) fn hex(digest: &[u8; 32]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in digest {
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

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        let text: Vec<u8> = (0..=255).cycle().take(400).collect();
        for piece in 1..150 {
            for len in [0, 1, 55, 56, 63, 64, 65, 127, 128, 300, 400] {
                let mut hasher = Hasher::new();
                text[..len].chunks(piece).for_each(|bytes| hasher.update(bytes));
                assert_eq!(hasher.finish(), digest(&text[..len]), "{len} bytes by {piece}");
            }
        }
    }
}
