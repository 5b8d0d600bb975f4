//! What does Ctrl-C do?

use super::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that the first Ctrl-C (or termination) sets; the second ends the program at once.
pub fn flag() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if set.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        anstream::eprintln!("interrupted: finishing the blocks under way (again to give up at once)");
    })
    .map_err(Failure::internal)?;
    Ok(flag)
}
