//! What the standard library would bring: an allocator, and what happens on a panic. Without its
//! panic machinery the module is half as large.

use rlsf::SmallGlobalTlsf;

#[global_allocator]
static ALLOCATOR: SmallGlobalTlsf = SmallGlobalTlsf::new();

/// A panic is a bug. It ends the instance with a trap, which JavaScript answers with a new one.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
