//! What the operating system says about this process.

use std::time::Duration;

/// The processor time that it has used, in user and system mode; `None` where nobody says.
#[cfg(unix)]
pub(super) fn cpu() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).ok()
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
    fn a_process_knows_its_processor_time_and_its_memory() {
        let large = vec![1_u8; 32 << 20];
        assert!(cpu().is_some());
        assert!(memory().unwrap() > 32 << 20 && peak() >= memory());
        drop(large);
        assert!(peak().unwrap() > 32 << 20);
    }
}
