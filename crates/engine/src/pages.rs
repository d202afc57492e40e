//! Memory made ready by a thread of its own, before the stream needs it.
//!
//! The first touch of a page costs a fault, and many of them cost as much as the judging itself. So tables order their
//! next pages some megabytes ahead. Large pages make the judging a third faster. To map one takes 0.2 ms, and some
//! milliseconds on a virtual machine whose host has to find the memory first; so they are asked for piece by piece by
//! that thread alone, and a stream that comes before it is given small ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that a table orders at least; it begins the next order when half of them are used.
pub const AHEAD: usize = 8 << 20;

/// How soon memory is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// The stream comes to it next.
    Now,
    /// It is used once it is ready.
    Later,
}

/// Whether memory that was ordered is ready.
#[derive(Clone, Default)]
pub struct Ready(Arc<AtomicBool>);

impl Ready {
    /// Whether it is, as far as it ever will be.
    #[must_use]
    pub fn is_so(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn is_so_now(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Has memory mapped before it is touched. Only a hint: what it holds stays as it is, and where the system can't or
/// the memory is given back meanwhile, nothing happens.
pub fn make_ready(first: *const u8, bytes: usize, haste: Haste) -> Ready {
    let ready = Ready::default();
    #[cfg(target_os = "linux")]
    linux::order(linux::Order {
        next: first as usize,
        end: first as usize + bytes,
        haste,
        ready: ready.clone(),
    });
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (first, bytes, haste);
        ready.is_so_now();
    }
    ready
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::VecDeque;
    use std::sync::OnceLock;
    use std::sync::mpsc::{Receiver, SendError, Sender, channel};
    use std::thread;

    use super::{Haste, Ready};

    const PAGE: usize = 4 << 10;
    const LARGE: usize = 2 << 20;

    pub struct Order {
        /// The first byte that is not ready, and the one behind the last.
        pub next: usize,
        pub end: usize,
        pub haste: Haste,
        pub ready: Ready,
    }

    pub fn order(order: Order) {
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
        let sent = match orders {
            Some(orders) => orders.send(order),
            None => Err(SendError(order)),
        };
        if let Err(SendError(order)) = sent {
            // Without the thread, pages are mapped when they are touched.
            order.ready.is_so_now();
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
        let mut orders = VecDeque::new();
        while let Some(mut order) = next(received, &mut orders) {
            // A large page at a time, so that nobody waits long for the lock that this holds.
            let until = (order.next + 1).next_multiple_of(LARGE).min(order.end);
            if until - order.next == LARGE && is_untouched(order.next) {
                advise(order.next, LARGE, libc::MADV_HUGEPAGE);
            }
            advise(order.next, until - order.next, libc::MADV_POPULATE_WRITE);
            order.next = until;
            if until < order.end {
                orders.push_front(order);
            } else {
                order.ready.is_so_now();
            }
        }
    }

    /// The order to go on with, those in haste first; nothing once nobody can send another.
    fn next(received: &Receiver<Order>, orders: &mut VecDeque<Order>) -> Option<Order> {
        if orders.is_empty() {
            orders.push_back(received.recv().ok()?);
        }
        orders.extend(received.try_iter());
        let hasty = orders.iter().position(|order| order.haste == Haste::Now);
        orders.remove(hasty.unwrap_or(0))
    }

    /// Whether nothing of a large page was mapped yet. One that was would be made large later, while the stream uses it.
    fn is_untouched(first: usize) -> bool {
        let mut pages = [0_u8; LARGE / PAGE];
        // SAFETY: the system writes one byte for each page of the range, whatever it holds.
        let told = unsafe {
            libc::mincore(std::ptr::without_provenance_mut(first), LARGE, pages.as_mut_ptr().cast())
        };
        told == 0 && pages.iter().all(|page| page & 1 == 0)
    }

    /// Gives an advice on all whole pages of a range.
    fn advise(first: usize, bytes: usize, advice: libc::c_int) {
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
