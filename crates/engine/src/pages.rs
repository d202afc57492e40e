//! Memory made ready by a thread of its own, before the stream needs it.
//!
//! The first touch of a page costs a fault, and many of them cost as much as the judging itself; a large page costs
//! one fault for 2 MiB, but that one may take a millisecond. So tables order their next pages some megabytes ahead,
//! as large ones where the system has them, and the thread that judges meets neither.

/// Bytes that a table orders at once; it begins the next order when half of them are used.
pub const AHEAD: usize = 8 << 20;

/// Asks for large pages where a table is to lie. To be asked of all of it at once: a page lies within one request.
pub fn prefer_large(first: *const u8, bytes: usize) {
    #[cfg(target_os = "linux")]
    linux::advise(first as usize, bytes, libc::MADV_HUGEPAGE);
    #[cfg(not(target_os = "linux"))]
    let _ = (first, bytes);
}

/// Has memory mapped before it is touched. Only a hint: what it holds stays as it is, and where the system can't or
/// the memory is given back meanwhile, nothing happens.
pub fn make_ready(first: *const u8, bytes: usize) {
    #[cfg(target_os = "linux")]
    linux::order(first as usize, bytes);
    #[cfg(not(target_os = "linux"))]
    let _ = (first, bytes);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::OnceLock;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread;

    const PAGE: usize = 4 << 10;
    const LARGE: usize = 2 << 20;

    type Order = (usize, usize);

    pub fn order(first: usize, bytes: usize) {
        static ORDERS: OnceLock<Option<Sender<Order>>> = OnceLock::new();
        let orders = ORDERS.get_or_init(|| {
            let (orders, received) = channel();
            let thread = thread::Builder::new().name("ringfence-pages".into());
            thread.spawn(move || serve(&received)).ok().map(|_| orders)
        });
        if let Some(orders) = orders {
            // Without the thread, pages are mapped when they are touched.
            let _ = orders.send((first, bytes));
        }
    }

    fn serve(received: &Receiver<Order>) {
        for (first, bytes) in received {
            let mut at = first;
            while at < first + bytes {
                // A large page at a time, so that nobody waits long for the lock that this holds.
                let next = (at + 1).next_multiple_of(LARGE).min(first + bytes);
                advise(at, next - at, libc::MADV_POPULATE_WRITE);
                at = next;
            }
        }
    }

    /// Gives an advice on all whole pages of a range.
    pub fn advise(first: usize, bytes: usize, advice: libc::c_int) {
        let (begin, end) = (first.next_multiple_of(PAGE), (first + bytes) / PAGE * PAGE);
        if begin < end {
            // SAFETY: neither advice that is given changes what memory holds; on memory that was unmapped meanwhile
            // they fail, and on other memory in its place they do no more than touching it would.
            unsafe {
                libc::madvise(std::ptr::without_provenance_mut(begin), end - begin, advice);
            }
        }
    }
}
