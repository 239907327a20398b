//! The functions of the C library that are trapped: ours are linked in their place, and call them.
#![expect(unsafe_code, reason = "symbols of the C library can be replaced in no other way")]
#![warn(clippy::undocumented_unsafe_blocks)]

use std::{
    ffi::{CStr, c_char, c_int, c_long, c_uint, c_void},
    mem::transmute,
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use libc::{
    DIR, FILE, addrinfo, clockid_t, cpu_set_t, iovec, mode_t, off64_t, pid_t, posix_spawn_file_actions_t,
    posix_spawnattr_t, pthread_attr_t, pthread_t, size_t, sockaddr, socklen_t, ssize_t, statx, time_t, timespec,
    timeval, timezone,
};

use super::{Call, Instead, note, stack};

/// The callers of this function, up to that address on the stack.
pub(super) fn callers(up_to: usize) -> stack::Stack {
    // A frame further away than this is none of the callers of the poll: the code runs on a stack that it made itself.
    const NEAR: usize = 1 << 16;
    let outside = up_to..up_to.saturating_add(NEAR);
    let mut addresses = [0; stack::DEPTH];
    let mut free = addresses.iter_mut();
    let errno = errno();
    // SAFETY: only the debugging library of Windows wants to be called by one thread at a time; unwinding on Linux may
    // be done by all. `trace` would take a lock, and panic if another thread has panicked with it.
    unsafe {
        backtrace::trace_unsynchronized(|frame| match free.next() {
            Some(address) if !outside.contains(&frame.sp().addr()) => {
                *address = frame.ip().addr();
                true
            }
            _ => false,
        });
    }
    set_errno(errno);
    stack::Stack::new(&addresses)
}

fn errno() -> c_int {
    // SAFETY: the C library gives every thread an `errno`, at a valid address.
    unsafe { *libc::__errno_location() }
}

fn set_errno(errno: c_int) {
    // SAFETY: as above; nobody else has a reference to it.
    unsafe { *libc::__errno_location() = errno }
}

/// The function that ours stands in front of.
struct Real {
    name: &'static CStr,
    address: AtomicPtr<c_void>,
}

impl Real {
    const fn new(name: &'static str) -> Self {
        match CStr::from_bytes_with_nul(name.as_bytes()) {
            Ok(name) => Self { name, address: AtomicPtr::new(ptr::null_mut()) },
            Err(_) => panic!("a name ends with the one NUL that it has"),
        }
    }

    /// Its address; null if the C library is so old that it has none.
    #[inline]
    fn address(&self) -> *mut c_void {
        // Whoever comes first stores what all others would store, and there is nothing behind it that could be stale.
        let known = self.address.load(Ordering::Relaxed);
        if known.is_null() { self.find() } else { known }
    }

    #[cold]
    fn find(&self) -> *mut c_void {
        // SAFETY: the name ends with NUL. `RTLD_NEXT` finds what comes behind this program or library.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
        self.address.store(found, Ordering::Relaxed);
        found
    }
}

/// What a function returns that the C library does not have; `errno` says so too.
trait Missing {
    const MISSING: Self;
}

impl Missing for c_int {
    const MISSING: Self = -1;
}
impl Missing for c_uint {
    const MISSING: Self = 0;
}
impl Missing for c_long {
    const MISSING: Self = -1;
}
impl Missing for ssize_t {
    const MISSING: Self = -1;
}
impl<T> Missing for *mut T {
    const MISSING: Self = ptr::null_mut();
}

/// Standard output and standard error.
fn is_output(descriptor: c_int) -> bool {
    matches!(descriptor, libc::STDOUT_FILENO | libc::STDERR_FILENO)
}

/// Defines functions that note the call and hand it on. The compiler compares each signature with what `libc` declares.
/// Behind `and ...` are those of a variable number of arguments that are handed on: whoever gives fewer of them gets
/// something undefined in the others, which the C library does not look at.
macro_rules! interpose {
    ($($instead:ident, $does:literal: {$(
        fn $name:ident($($argument:ident: $type:ty),*) $(and $dots:tt ($($more:ident: $more_type:ty),*))? -> $result:ty
        $(, unless $harmless:expr)?;
    )*})*) => {$($(const _: () = {
        type Function = unsafe extern "C" fn($($type),* $(, $dots)?) -> $result;
        const _: Function = libc::$name;

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),* $($(, $more: $more_type)*)?) -> $result {
            static CALL: Call = Call { name: stringify!($name), does: $does, instead: Instead::$instead };
            static REAL: Real = Real::new(concat!(stringify!($name), "\0"));

            if true $(&& !$harmless)? {
                note(&CALL);
            }
            let real = REAL.address();
            if real.is_null() {
                set_errno(libc::ENOSYS);
                return <$result as Missing>::MISSING;
            }
            // SAFETY: that is the address of the function of this name, whose type is the one that `libc` declares.
            let real = unsafe { transmute::<*mut c_void, Function>(real) };
            // SAFETY: these are the caller's arguments, who has promised what that function asks for.
            unsafe { real($($argument),* $($(, $more)*)?) }
        }
    };)*)*};
}

interpose! {
    Now, "reads the clock": {
        fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int;
        fn gettimeofday(time: *mut timeval, zone: *mut timezone) -> c_int;
        fn time(time: *mut time_t) -> time_t;
    }
    Random, "draws random numbers": {
        fn getrandom(buffer: *mut c_void, length: size_t, flags: c_uint) -> ssize_t;
        fn getentropy(buffer: *mut c_void, length: size_t) -> c_int;
        fn syscall(number: c_long) and ...(a: c_long, b: c_long, c: c_long, d: c_long, e: c_long, f: c_long) -> c_long,
            unless number != libc::SYS_getrandom;
    }
    Timer, "sleeps": {
        fn nanosleep(duration: *const timespec, rest: *mut timespec) -> c_int;
        fn clock_nanosleep(clock: clockid_t, flags: c_int, time: *const timespec, rest: *mut timespec) -> c_int;
        fn usleep(duration: c_uint) -> c_int;
        fn sleep(duration: c_uint) -> c_uint;
    }
    Activity, "opens a file": {
        fn open(path: *const c_char, flags: c_int) and ...(mode: mode_t) -> c_int;
        fn open64(path: *const c_char, flags: c_int) and ...(mode: mode_t) -> c_int;
        fn openat(folder: c_int, path: *const c_char, flags: c_int) and ...(mode: mode_t) -> c_int;
        fn openat64(folder: c_int, path: *const c_char, flags: c_int) and ...(mode: mode_t) -> c_int;
        fn fopen(path: *const c_char, mode: *const c_char) -> *mut FILE;
        fn fopen64(path: *const c_char, mode: *const c_char) -> *mut FILE;
    }
    Activity, "looks at a file or folder": {
        fn statx(folder: c_int, path: *const c_char, flags: c_int, mask: c_uint, found: *mut statx) -> c_int;
        fn access(path: *const c_char, mode: c_int) -> c_int;
        fn readlink(path: *const c_char, buffer: *mut c_char, length: size_t) -> ssize_t;
        fn realpath(path: *const c_char, buffer: *mut c_char) -> *mut c_char;
        fn opendir(path: *const c_char) -> *mut DIR;
    }
    Activity, "changes a file or folder": {
        fn mkdir(path: *const c_char, mode: mode_t) -> c_int;
        fn rmdir(path: *const c_char) -> c_int;
        fn unlink(path: *const c_char) -> c_int;
        fn rename(from: *const c_char, to: *const c_char) -> c_int;
    }
    Activity, "reads a file or stream": {
        fn read(descriptor: c_int, buffer: *mut c_void, length: size_t) -> ssize_t;
        fn readv(descriptor: c_int, buffers: *const iovec, count: c_int) -> ssize_t;
        fn pread64(descriptor: c_int, buffer: *mut c_void, length: size_t, offset: off64_t) -> ssize_t;
    }
    Activity, "writes to a file or stream": {
        fn write(descriptor: c_int, buffer: *const c_void, length: size_t) -> ssize_t, unless is_output(descriptor);
        fn writev(descriptor: c_int, buffers: *const iovec, count: c_int) -> ssize_t, unless is_output(descriptor);
        fn pwrite64(descriptor: c_int, buffer: *const c_void, length: size_t, offset: off64_t) -> ssize_t;
    }
    Activity, "uses the network": {
        fn socket(domain: c_int, kind: c_int, protocol: c_int) -> c_int;
        fn connect(socket: c_int, address: *const sockaddr, length: socklen_t) -> c_int;
        fn send(socket: c_int, buffer: *const c_void, length: size_t, flags: c_int) -> ssize_t;
        fn sendto(socket: c_int, buffer: *const c_void, length: size_t, flags: c_int, to: *const sockaddr,
            to_length: socklen_t) -> ssize_t;
        fn recv(socket: c_int, buffer: *mut c_void, length: size_t, flags: c_int) -> ssize_t;
        fn recvfrom(socket: c_int, buffer: *mut c_void, length: size_t, flags: c_int, from: *mut sockaddr,
            from_length: *mut socklen_t) -> ssize_t;
    }
    Activity, "resolves the name of a host": {
        fn getaddrinfo(host: *const c_char, service: *const c_char, hints: *const addrinfo,
            found: *mut *mut addrinfo) -> c_int;
    }
    Activity, "starts a thread": {
        fn pthread_create(thread: *mut pthread_t, attributes: *const pthread_attr_t,
            run: extern "C" fn(*mut c_void) -> *mut c_void, argument: *mut c_void) -> c_int;
    }
    Activity, "starts a process": {
        fn fork() -> pid_t;
        fn posix_spawn(pid: *mut pid_t, path: *const c_char, actions: *const posix_spawn_file_actions_t,
            attributes: *const posix_spawnattr_t, arguments: *const *mut c_char, environment: *const *mut c_char)
            -> c_int;
        fn posix_spawnp(pid: *mut pid_t, file: *const c_char, actions: *const posix_spawn_file_actions_t,
            attributes: *const posix_spawnattr_t, arguments: *const *mut c_char, environment: *const *mut c_char)
            -> c_int;
        fn system(command: *const c_char) -> c_int;
        fn popen(command: *const c_char, mode: *const c_char) -> *mut FILE;
    }
    Argument, "reads the environment": {
        fn getenv(name: *const c_char) -> *mut c_char;
        fn getcwd(buffer: *mut c_char, length: size_t) -> *mut c_char;
        fn gethostname(buffer: *mut c_char, length: size_t) -> c_int;
        fn sched_getaffinity(pid: pid_t, length: size_t, cpus: *mut cpu_set_t) -> c_int;
    }
    Argument, "asks for the id of the process": {
        fn getpid() -> pid_t;
        fn getppid() -> pid_t;
    }
}
