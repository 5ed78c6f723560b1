//! The allocator of the benchmark: owns how many bytes of this thread are live and how many were
//! at most. It must not know who asks for them, but that some do not count: what the store and the
//! app's side hold is allocated and freed inside of [`uncounted`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub struct Counting;

thread_local! {
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
    static IS_PAUSED: Cell<bool> = const { Cell::new(false) };
}

/// Bytes that are live.
pub fn live() -> usize {
    LIVE.get()
}

/// The most bytes that were live at once since the last call, or since the start.
pub fn take_peak() -> usize {
    PEAK.replace(LIVE.get())
}

/// Does work whose blocks do not count. Whatever it allocates must be freed in such a call too,
/// and nothing else in it.
pub fn uncounted<T>(work: impl FnOnce() -> T) -> T {
    let before = IS_PAUSED.replace(true);
    let result = work();
    IS_PAUSED.set(before);
    result
}

fn grow(bytes: usize) {
    if !IS_PAUSED.get() {
        let live = LIVE.get().wrapping_add(bytes);
        LIVE.set(live);
        PEAK.set(PEAK.get().max(live));
    }
}

fn shrink(bytes: usize) {
    if !IS_PAUSED.get() {
        // Blocks may come from another thread, which the test runner does: no check here.
        LIVE.set(LIVE.get().wrapping_sub(bytes));
    }
}

// SAFETY: every call goes to the system's allocator unchanged; counting touches no block.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        shrink(layout.size());
        unsafe { System.dealloc(block, layout) }
    }

    /// A block that grows counts twice while it is copied, as it does where growing cannot be done
    /// in place.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grow(size);
        let moved = unsafe { System.realloc(block, layout, size) };
        shrink(layout.size());
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_bytes_and_their_peak_are_counted() {
        let before = live();
        take_peak();
        let kept = vec![0_u8; 1_000];
        drop(vec![0_u8; 5_000]);
        assert_eq!(live() - before, 1_000);
        assert_eq!(take_peak() - before, 6_000);
        assert_eq!(take_peak() - before, 1_000);
        drop(kept);
        assert_eq!(live(), before);
    }

    #[test]
    fn blocks_of_uncounted_work_do_not_count() {
        let before = live();
        let mut kept = uncounted(|| vec![0_u8; 1_000]);
        assert_eq!(live(), before);
        uncounted(|| kept.resize(9_000, 0));
        uncounted(|| drop(kept));
        assert_eq!(live(), before);
    }
}
