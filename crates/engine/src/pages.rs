//! Memory made ready by a thread of its own, before the stream needs it.
//!
//! The first touch of a page costs a fault, and many of them cost as much as the judging itself; a large page costs
//! one fault for 2 MiB, but that one may take a millisecond. So tables order their next pages some megabytes ahead,
//! as large ones where the system has them, and the thread that judges meets neither.

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
            thread.spawn(move || serve(&received)).ok().map(|_| orders)
        });
        if let Some(orders) = orders {
            // Without the thread, pages are mapped when they are touched.
            let _ = orders.send((first, bytes));
        }
    }

    fn serve(received: &Receiver<Order>) {
        for (first, bytes) in received {
            let end = (first + bytes) / PAGE * PAGE;
            let mut at = first.next_multiple_of(PAGE);
            while at < end {
                // A large page at a time, so that nobody waits long for the lock that this holds.
                let next = ((at + 1).next_multiple_of(LARGE)).min(end);
                map(at, next - at);
                at = next;
            }
        }
    }

    fn map(at: usize, bytes: usize) {
        let memory = std::ptr::without_provenance_mut(at);
        // SAFETY: neither advice changes what memory holds; on memory that was unmapped meanwhile they fail, and on
        // other memory in its place they do no more than touching it would.
        unsafe {
            libc::madvise(memory, bytes, libc::MADV_HUGEPAGE);
            libc::madvise(memory, bytes, libc::MADV_POPULATE_WRITE);
        }
    }
}
