//! Records out of chunks of any size: keeps what is not whole yet, and no more than that.

/// What became of the bytes at the front.
pub(crate) enum Step {
    /// This many are done with.
    Used(usize),
    /// This many are to be passed over, read already or not.
    Skip(u64),
    /// They hold no whole record yet.
    More,
    /// Nothing behind them can be read.
    Stop,
}

#[derive(Debug, Default)]
pub(crate) struct Chunks {
    pending: Vec<u8>,
    skip: u64,
    stopped: bool,
}

impl Chunks {
    pub(crate) fn feed(&mut self, data: &[u8], mut take: impl FnMut(&[u8]) -> Step) {
        if self.stopped {
            return;
        }
        if self.pending.is_empty() {
            let used = self.run(data, &mut take);
            self.pending.extend_from_slice(&data[used..]);
        } else {
            let mut pending = std::mem::take(&mut self.pending);
            pending.extend_from_slice(data);
            let used = self.run(&pending, &mut take);
            pending.drain(..used);
            self.pending = pending;
        }
        if self.stopped {
            self.pending = Vec::new();
        }
    }

    /// Whether a record was begun and not ended.
    pub(crate) fn is_inside(&self) -> bool {
        !self.pending.is_empty() || self.skip > 0
    }

    fn run(&mut self, data: &[u8], take: &mut impl FnMut(&[u8]) -> Step) -> usize {
        let mut at = self.pass_over(data.len());
        while at < data.len() {
            match take(&data[at..]) {
                Step::Used(used) => at += used,
                Step::Skip(skip) => {
                    self.skip = skip;
                    at += self.pass_over(data.len() - at);
                }
                Step::More => return at,
                Step::Stop => {
                    self.stopped = true;
                    return data.len();
                }
            }
        }
        data.len()
    }

    fn pass_over(&mut self, available: usize) -> usize {
        let gone = usize::try_from(self.skip).unwrap_or(usize::MAX).min(available);
        self.skip -= gone as u64;
        gone
    }
}

/// Whole numbers in the byte order of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    pub(crate) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    pub(crate) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }
}
