//! The file in which an engine keeps what it has learnt: a mark, a version, plain values in a fixed order, a digest.
//!
//! Nothing is read before the digest over all of it is right, and nothing is reserved by a length that a file names:
//! tables have the sizes that the engine was made with, and lists grow with the bytes that are really there.

use std::fmt;

use sha2::{Digest, Sha256};

/// What every such file begins with.
const MARK: &[u8; 8] = b"RINGMEM\n";
/// Raised with every change of what stands in the file or of what it means.
const VERSION: u32 = 1;
const DIGEST: usize = 32;

/// Why a file was refused: a stable code and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// For programs, such as `memory_version`.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

impl Fault {
    /// A refusal of this code.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// A file whose values can't be.
    #[must_use]
    pub fn corrupt() -> Self {
        Self::new("memory_corrupt", "it is damaged or was not written to its end")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Fault {}

/// A value of a fixed number of bytes.
pub trait Plain: Sized {
    /// Appends its bytes.
    fn put(self, to: &mut Vec<u8>);
    /// Takes it from the front.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl Plain for $kind {
            #[inline]
            fn put(self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn take(from: &mut &[u8]) -> Option<Self> {
                let (value, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_le_bytes(*value))
            }
        }
    )*};
}

plain!(u8, u16, u32, u64, i64, f32, f64);

/// Values on their way into a file.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Appends a value.
    #[inline]
    pub fn put<T: Plain>(&mut self, value: T) {
        value.put(&mut self.0);
    }

    /// What was written since the last time.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Begins anew in the same memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// A file that is being put together.
pub struct File {
    bytes: Vec<u8>,
}

impl Default for File {
    fn default() -> Self {
        let mut bytes = MARK.to_vec();
        VERSION.put(&mut bytes);
        Self { bytes }
    }
}

impl File {
    /// Appends what was written of it.
    pub fn append(&mut self, part: &Writer) {
        self.bytes.extend_from_slice(part.bytes());
    }

    /// The whole file.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let digest = Sha256::digest(&self.bytes);
        self.bytes.extend_from_slice(&digest);
        self.bytes
    }
}

/// Values as they come out of a file.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The values of a whole file.
    ///
    /// # Errors
    ///
    /// A file of another kind or version, and one that is not whole.
    pub fn open(file: &'a [u8]) -> Result<Self, Fault> {
        let mut rest = file
            .strip_prefix(MARK)
            .ok_or_else(|| Fault::new("memory_foreign", "it holds nothing that an engine has learnt"))?;
        let version = u32::take(&mut rest).ok_or_else(Fault::corrupt)?;
        if version != VERSION {
            let detail =
                format!("its format has version {version}, and this release reads version {VERSION}");
            return Err(Fault::new("memory_version", detail));
        }
        let (values, _) = rest.split_last_chunk::<DIGEST>().ok_or_else(Fault::corrupt)?;
        let (all, digest) = file.split_at(file.len() - DIGEST);
        if Sha256::digest(all).as_slice() != digest {
            return Err(Fault::corrupt());
        }
        Ok(Self(values))
    }

    /// The next value.
    ///
    /// # Errors
    ///
    /// The file holds no more.
    #[inline]
    pub fn take<T: Plain>(&mut self) -> Result<T, Fault> {
        T::take(&mut self.0).ok_or_else(Fault::corrupt)
    }

    /// The next value, if it is a number that can be counted with.
    ///
    /// # Errors
    ///
    /// It is infinite or none.
    pub fn take_finite(&mut self) -> Result<f32, Fault> {
        self.take().and_then(|value: f32| if value.is_finite() { Ok(value) } else { Err(Fault::corrupt()) })
    }

    /// That nothing is left.
    ///
    /// # Errors
    ///
    /// There is more.
    pub fn end(&self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::corrupt()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{File, Reader, Writer};

    fn file() -> Vec<u8> {
        let mut values = Writer::default();
        values.put(7_u16);
        values.put(-5_i64);
        values.put(0.25_f32);
        let mut file = File::default();
        file.append(&values);
        file.finish()
    }

    #[test]
    fn values_come_back_in_their_order_and_no_more() {
        let file = file();
        let mut values = Reader::open(&file).expect("whole");
        assert_eq!(values.take::<u16>(), Ok(7));
        assert_eq!(values.take::<i64>(), Ok(-5));
        assert!(values.end().is_err());
        assert_eq!(values.take_finite(), Ok(0.25));
        assert_eq!(values.end(), Ok(()));
        assert_eq!(values.take::<u8>().unwrap_err().code, "memory_corrupt");
    }

    #[test]
    fn a_file_that_is_not_whole_or_of_another_kind_is_refused_by_name() {
        let whole = file();
        let refusal = |bytes: &[u8]| Reader::open(bytes).map(|_| ()).unwrap_err();
        for end in 0..8 {
            assert_eq!(refusal(&whole[..end]).code, "memory_foreign");
        }
        for end in 8..whole.len() {
            assert_eq!(refusal(&whole[..end]).code, "memory_corrupt");
        }
        for place in 12..whole.len() {
            let mut other = whole.clone();
            other[place] ^= 0x10;
            assert_eq!(refusal(&other).code, "memory_corrupt");
        }
        let mut newer = whole.clone();
        newer[8] = 9;
        assert_eq!(refusal(&newer).code, "memory_version");
        assert!(refusal(&newer).detail.contains("version 9"));
    }
}
