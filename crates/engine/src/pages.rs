//! Memory made ready by a thread of its own, before the stream needs it.
//!
//! The first touch of a page costs a fault, and many of them cost as much as the judging itself. So tables order their
//! next pages some megabytes ahead. Large pages would make the judging a third faster, but while a table grows they
//! stall the stream for over a millisecond some times a second.

/// Bytes that a table orders at once; it begins the next order when half of them are used.
pub const AHEAD: usize = 8 << 20;

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
            let work = move || {
                yield_to_others();
                serve(&received);
            };
            thread.spawn(work).ok().map(|_| orders)
        });
        if let Some(orders) = orders {
            // Without the thread, pages are mapped when they are touched.
            let _ = orders.send((first, bytes));
        }
    }

    /// Runs this thread only where a processor is idle: it must never take the one of who ordered.
    fn yield_to_others() {
        // SAFETY: the structure is plain numbers, for which zero is a valid value, and the calling thread is named by 0.
        unsafe {
            libc::sched_setscheduler(0, libc::SCHED_IDLE, &std::mem::zeroed());
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
