//! Finds the quotes of a line, 64 bytes at a time.

/// Blocks of 64 bytes in the longest line that is read here.
const BLOCKS: usize = 16;

/// The places of a line's quotes.
#[derive(Default)]
pub(super) struct Quotes([u64; BLOCKS]);

impl Quotes {
    /// Finds the quotes of a line; nothing where it holds a backslash or anything but printable ASCII.
    #[inline]
    pub fn find(&mut self, line: &[u8]) -> Option<()> {
        if line.len().div_ceil(64) > BLOCKS {
            return None;
        }
        let mut odd = false;
        let (whole, rest) = line.as_chunks::<64>();
        for (mask, block) in self.0.iter_mut().zip(whole) {
            let (found, is_odd) = scan(block);
            *mask = found;
            odd |= is_odd;
        }
        if !rest.is_empty() {
            // The last block reaches back into the one before, so that nothing is copied.
            let (found, is_odd) = match line.last_chunk::<64>() {
                Some(block) => {
                    let (found, is_odd) = scan(block);
                    (found >> (64 - rest.len()), is_odd)
                }
                None => {
                    let mut block = [b' '; 64];
                    block[..rest.len()].copy_from_slice(rest);
                    scan(&block)
                }
            };
            self.0[whole.len()] = found;
            odd |= is_odd;
        }
        (!odd).then_some(())
    }

    /// The place of the first quote from here on.
    #[inline]
    pub fn at_or_after(&self, place: usize) -> Option<usize> {
        let mut block = place / 64;
        let mut rest = self.0.get(block)? & (u64::MAX << (place % 64));
        while rest == 0 {
            block += 1;
            rest = *self.0.get(block)?;
        }
        Some(block * 64 + rest.trailing_zeros() as usize)
    }
}

/// A bit for each quote, and whether there is a backslash or anything but printable ASCII.
#[cfg(target_arch = "x86_64")]
#[inline]
fn scan(block: &[u8; 64]) -> (u64, bool) {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
        _mm_setzero_si128,
    };
    // SAFETY: every x86-64 has SSE2, and the four loads lie within the block.
    unsafe {
        let (quote, backslash) = (_mm_set1_epi8(b'"' as i8), _mm_set1_epi8(b'\\' as i8));
        // Bytes above ASCII are negative, so that one comparison finds them and the controls.
        let (space, mut odd, mut quotes) = (_mm_set1_epi8(b' ' as i8), _mm_setzero_si128(), 0);
        for part in 0..4 {
            let bytes = _mm_loadu_si128(block.as_ptr().add(part * 16).cast());
            let found = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote)) as u16;
            quotes |= u64::from(found) << (part * 16);
            let strange = _mm_or_si128(_mm_cmplt_epi8(bytes, space), _mm_cmpeq_epi8(bytes, backslash));
            odd = _mm_or_si128(odd, strange);
        }
        (quotes, _mm_movemask_epi8(odd) != 0)
    }
}

/// A bit for each quote, and whether there is a backslash or anything but printable ASCII.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn scan(block: &[u8; 64]) -> (u64, bool) {
    let mut quotes = 0;
    let mut odd = false;
    for (place, &byte) in block.iter().enumerate() {
        quotes |= u64::from(byte == b'"') << place;
        odd |= byte == b'\\' || !(b' '..=127).contains(&byte);
    }
    (quotes, odd)
}
