//! Sixteen bytes at a time: the only code that knows of simd128. On wasm32 a block is one vector
//! register, elsewhere two machine words; both give the same masks, which the tests compare.
//! Everything here is safe Rust: a vector is built from an array, and the compiler turns that
//! into one load. Reading past the end of a text gives zero bytes.

/// Bytes in a block.
pub(crate) const WIDTH: usize = 16;

/// Tests on sixteen bytes; bit `i` of a mask speaks of byte `i`.
pub(crate) trait Lanes: Copy {
    fn of(bytes: &[u8; WIDTH]) -> Self;
    /// Bytes that end the plain run of a string: quote, backslash.
    fn quotes(self) -> u32;
    /// As `quotes`, and control characters, and bytes of a character beyond ASCII.
    fn string_stops(self) -> u32;
    /// Bytes that end a number or literal in compact text: `,` `]` `}` and NUL.
    fn value_ends(self) -> u32;
    /// Bytes that open or close something: brackets, braces, quotes; and backslashes.
    fn bounds(self) -> u32;
    /// ASCII digits.
    fn digits(self) -> u32;
    /// Bytes equal to those of `other`.
    fn same(self, other: Self) -> u32;
}

/// The block of the machine this is compiled for.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) type Block = simd::Vector;
/// The block of the machine this is compiled for.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) type Block = words::Words;

/// The sixteen bytes of `text` from `at`, zero filled at its end.
#[inline(always)]
pub(crate) fn load<L: Lanes>(text: &[u8], at: usize) -> L {
    match text.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(bytes) => L::of(bytes),
        None => load_tail(text, at),
    }
}

/// What `test` says of the thirty-two bytes of `text` from `at`, zero filled at its end.
#[inline(always)]
pub(crate) fn look<L: Lanes>(text: &[u8], at: usize, test: impl Fn(L) -> u32) -> u32 {
    test(load(text, at)) | test(load(text, at + WIDTH)) << WIDTH
}

/// Bytes that one `look` sees.
pub(crate) const LOOK: usize = 2 * WIDTH;

#[cold]
#[inline(never)]
fn load_tail<L: Lanes>(text: &[u8], at: usize) -> L {
    let mut bytes = [0; WIDTH];
    for (to, from) in bytes.iter_mut().zip(text.get(at..).unwrap_or_default()) {
        *to = *from;
    }
    L::of(&bytes)
}

/// Portable form: two 64-bit words, eight bytes each.
#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod words {
    use super::{Lanes, WIDTH};

    #[derive(Clone, Copy)]
    pub(crate) struct Words([u64; 2]);

    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;

    /// High bit of every byte of `word` that equals `byte`; exact, unlike the subtracting trick.
    #[inline(always)]
    fn equal_bits(word: u64, byte: u8) -> u64 {
        let x = word ^ (LOW * u64::from(byte));
        !(((x & !HIGH) + !HIGH) | x) & HIGH
    }

    /// High bit of every byte of `word` below `limit`, which is at most 0x80.
    #[inline(always)]
    fn below_bits(word: u64, limit: u8) -> u64 {
        !((word & !HIGH) + LOW * u64::from(0x80 - limit)) & !word & HIGH
    }

    /// Gathers the high bits of eight bytes into eight neighbouring bits.
    #[inline(always)]
    fn gather(bits: u64) -> u32 {
        ((bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
    }

    impl Words {
        #[inline(always)]
        fn mask(self, test: impl Fn(u64) -> u64) -> u32 {
            gather(test(self.0[0])) | gather(test(self.0[1])) << 8
        }
    }

    impl Lanes for Words {
        #[inline(always)]
        fn of(bytes: &[u8; WIDTH]) -> Self {
            let whole = u128::from_le_bytes(*bytes);
            Words([whole as u64, (whole >> 64) as u64])
        }
        #[inline(always)]
        fn quotes(self) -> u32 {
            self.mask(|w| equal_bits(w, b'"') | equal_bits(w, b'\\'))
        }
        #[inline(always)]
        fn string_stops(self) -> u32 {
            self.mask(|w| {
                equal_bits(w, b'"') | equal_bits(w, b'\\') | below_bits(w, 0x20) | (w & HIGH)
            })
        }
        #[inline(always)]
        fn value_ends(self) -> u32 {
            let close = |w| equal_bits(w | (LOW * 0x20), b'}');
            self.mask(|w| equal_bits(w, b',') | close(w) | equal_bits(w, 0))
        }
        #[inline(always)]
        fn bounds(self) -> u32 {
            let quotes = |w: u64| equal_bits(w, b'"') | equal_bits(w, b'\\');
            self.mask(|w| {
                equal_bits(w | (LOW * 0x20), b'{') | equal_bits(w | (LOW * 0x20), b'}') | quotes(w)
            })
        }
        #[inline(always)]
        fn digits(self) -> u32 {
            self.mask(|w| below_bits(w, b'9' + 1) & !below_bits(w, b'0'))
        }
        #[inline(always)]
        fn same(self, other: Self) -> u32 {
            let differ = Words([self.0[0] ^ other.0[0], self.0[1] ^ other.0[1]]);
            differ.mask(|w| equal_bits(w, 0))
        }
    }
}

/// simd128 form: one vector.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd {
    use super::{Lanes, WIDTH};
    use core::arch::wasm32::{
        i8x16_lt, i8x16_splat, u8x16_bitmask, u8x16_eq, u8x16_le, u8x16_splat, u8x16_sub, u64x2,
        v128, v128_or,
    };

    #[derive(Clone, Copy)]
    pub(crate) struct Vector(v128);

    impl Vector {
        #[inline(always)]
        fn is(self, byte: u8) -> v128 {
            u8x16_eq(self.0, u8x16_splat(byte))
        }
    }

    impl Lanes for Vector {
        #[inline(always)]
        fn of(bytes: &[u8; WIDTH]) -> Self {
            let whole = u128::from_le_bytes(*bytes);
            Vector(u64x2(whole as u64, (whole >> 64) as u64))
        }
        #[inline(always)]
        fn quotes(self) -> u32 {
            u32::from(u8x16_bitmask(v128_or(self.is(b'"'), self.is(b'\\'))))
        }
        #[inline(always)]
        fn string_stops(self) -> u32 {
            // As signed bytes, control characters and everything beyond ASCII are below 0x20.
            let odd = i8x16_lt(self.0, i8x16_splat(0x20));
            let quotes = v128_or(self.is(b'"'), self.is(b'\\'));
            u32::from(u8x16_bitmask(v128_or(odd, quotes)))
        }
        #[inline(always)]
        fn value_ends(self) -> u32 {
            let close = u8x16_eq(v128_or(self.0, u8x16_splat(0x20)), u8x16_splat(b'}'));
            let other = v128_or(self.is(b','), self.is(0));
            u32::from(u8x16_bitmask(v128_or(close, other)))
        }
        #[inline(always)]
        fn bounds(self) -> u32 {
            let lower = v128_or(self.0, u8x16_splat(0x20));
            let open = u8x16_eq(lower, u8x16_splat(b'{'));
            let brackets = v128_or(open, u8x16_eq(lower, u8x16_splat(b'}')));
            self.quotes() | u32::from(u8x16_bitmask(brackets))
        }
        #[inline(always)]
        fn digits(self) -> u32 {
            let from_zero = u8x16_sub(self.0, u8x16_splat(b'0'));
            u32::from(u8x16_bitmask(u8x16_le(from_zero, u8x16_splat(9))))
        }
        #[inline(always)]
        fn same(self, other: Self) -> u32 {
            u32::from(u8x16_bitmask(u8x16_eq(self.0, other.0)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::words::Words;
    use super::*;

    fn every_position(bytes: &[u8; WIDTH], test: impl Fn(u8) -> bool) -> u32 {
        (0..WIDTH).map(|i| u32::from(test(bytes[i])) << i).sum()
    }

    fn check<L: Lanes>(bytes: &[u8; WIDTH]) {
        let block = L::of(bytes);
        assert_eq!(block.quotes(), every_position(bytes, |b| b == b'"' || b == b'\\'));
        let stops = |b: u8| b == b'"' || b == b'\\' || !(0x20..0x80).contains(&b);
        assert_eq!(block.string_stops(), every_position(bytes, stops));
        let ends = |b: u8| matches!(b, b',' | b']' | b'}' | 0);
        assert_eq!(block.value_ends(), every_position(bytes, ends));
        let bounds = |b: u8| matches!(b, b'[' | b']' | b'{' | b'}' | b'"' | b'\\');
        assert_eq!(block.bounds(), every_position(bytes, bounds));
        assert_eq!(block.digits(), every_position(bytes, |b| b.is_ascii_digit()));
    }

    /// Sixteen bytes that differ from call to call, every byte value at every position.
    fn samples() -> impl Iterator<Item = [u8; WIDTH]> {
        (0..=u8::MAX).map(|n| core::array::from_fn(|i| n.wrapping_add(i as u8 * 17)))
    }

    #[test]
    fn masks_speak_of_every_byte_value_at_every_position() {
        for bytes in samples() {
            check::<Words>(&bytes);
            check::<Block>(&bytes);
        }
    }

    #[test]
    fn blocks_are_compared_byte_by_byte() {
        for (a, b) in samples().zip(samples().skip(17)) {
            let mut c = a;
            c[..8].copy_from_slice(&b[..8]);
            let expected = every_position(&a, |_| true) & !0xff
                | (0..8).map(|i| u32::from(a[i] == b[i]) << i).sum::<u32>();
            assert_eq!(Words::of(&a).same(Words::of(&c)), expected);
            assert_eq!(Block::of(&a).same(Block::of(&c)), expected);
        }
    }

    #[test]
    fn a_block_at_the_end_of_the_text_is_filled_with_zeros() {
        let block: Block = load(b"123", 1);
        assert_eq!((block.digits(), block.value_ends()), (0b11, 0xfffc));
        let block: Block = load(b"123", 9);
        assert_eq!(block.value_ends(), 0xffff);
    }
}
