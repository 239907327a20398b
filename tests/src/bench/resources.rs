//! What the operating system says about this process.

use std::{path::Path, time::Duration};

/// The processor time that it has used, in user and system mode; `None` where nobody says.
#[cfg(unix)]
pub(super) fn cpu() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).ok()
}

/// How many bytes are free for files in that directory; `None` where nobody says.
#[cfg(unix)]
pub(super) fn free_disk(directory: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(directory).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// The memory that it uses, in bytes.
#[cfg(target_os = "linux")]
pub(super) fn memory() -> Option<u64> {
    status()?.vmrss.map(|kilobytes| kilobytes * 1_024)
}

/// The most memory that it has used, in bytes.
#[cfg(target_os = "linux")]
pub(super) fn peak() -> Option<u64> {
    status()?.vmhwm.map(|kilobytes| kilobytes * 1_024)
}

#[cfg(target_os = "linux")]
fn status() -> Option<procfs::process::Status> {
    procfs::process::Process::myself().and_then(|process| process.status()).ok()
}

/// The processor time that it has used; nobody says.
#[cfg(not(unix))]
pub(super) fn cpu() -> Option<Duration> {
    None
}

/// How many bytes are free for files in that directory; nobody says.
#[cfg(not(unix))]
pub(super) fn free_disk(_: &Path) -> Option<u64> {
    None
}

/// The memory that it uses; nobody says.
#[cfg(not(target_os = "linux"))]
pub(super) fn memory() -> Option<u64> {
    None
}

/// The most memory that it has used; nobody says.
#[cfg(not(target_os = "linux"))]
pub(super) fn peak() -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_processor_time_its_memory_and_what_is_free() {
        let large = vec![1_u8; 32 << 20];
        assert!(cpu().is_some());
        // Asked for in this order: other tests of this process take memory at the same time.
        let used = memory().unwrap();
        assert!(used > 32 << 20 && peak().unwrap() >= used);
        assert!(free_disk(&std::env::temp_dir()).is_some());
        drop(large);
        assert!(peak().unwrap() > 32 << 20);
    }
}
