//! The functions of the C library for files: ours are linked in their place in the program that includes this file.
#![allow(unsafe_code, reason = "symbols of the C library can be replaced in no other way")]

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    mem::transmute,
    ptr, slice,
    sync::atomic::{AtomicPtr, Ordering},
};

use durable_tests::disk::calls;
use libc::{mode_t, off_t, off64_t, size_t, ssize_t};

fn set_errno(errno: c_int) {
    // SAFETY: the C library gives every thread an `errno`, at a valid address, to which nobody else has a reference.
    unsafe { *libc::__errno_location() = errno }
}

/// What a call gives that the disk lets fail.
fn answer<T: From<i8>>(outcome: Result<T, c_int>) -> T {
    outcome.unwrap_or_else(|errno| {
        set_errno(errno);
        T::from(-1)
    })
}

/// The function of the C library that ours stands in front of.
struct Real {
    name: &'static CStr,
    address: AtomicPtr<c_void>,
}

impl Real {
    const fn new(name: &'static CStr) -> Self {
        Self { name, address: AtomicPtr::new(ptr::null_mut()) }
    }

    fn address(&self) -> *mut c_void {
        // Whoever comes first stores what all others would store.
        let known = self.address.load(Ordering::Relaxed);
        if !known.is_null() {
            return known;
        }
        // SAFETY: `RTLD_NEXT` finds what comes behind this program, where the name ends with NUL.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
        assert!(!found.is_null(), "the C library has no {:?}", self.name);
        self.address.store(found, Ordering::Relaxed);
        found
    }
}

/// Defines functions that may call the one that they stand in front of as `$real`. The compiler compares each signature
/// with what `libc` declares. Of a variable number of arguments, `and` names the one that there can be.
macro_rules! interpose {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $(and $dots:tt ($more:ident: $more_type:ty))? -> $result:ty
        as $real:ident $body:block)*) => {$(const _: () = {
        type Function = unsafe extern "C" fn($($type),* $(, $dots)?) -> $result;
        const _: Function = libc::$name;
        static REAL: Real = Real::new(match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
            Ok(name) => name,
            Err(_) => panic!("a name has no NUL"),
        });

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),* $(, $more: $more_type)?) -> $result {
            // SAFETY: that is the address of the function of this name, whose type is the one that `libc` declares.
            let $real = unsafe { transmute::<*mut c_void, Function>(REAL.address()) };
            $body
        }
    };)*};
}

/// The bytes that a caller wants to write.
///
/// # Safety
///
/// So many bytes can be read there.
unsafe fn bytes<'a>(buffer: *const c_void, length: size_t) -> &'a [u8] {
    // SAFETY: promised by the caller.
    if length == 0 { &[] } else { unsafe { slice::from_raw_parts(buffer.cast(), length) } }
}

/// Where the descriptor stands.
fn position(descriptor: c_int) -> u64 {
    // SAFETY: there is nothing that could be wrong with it; of a bad descriptor it says so.
    let position = unsafe { libc::lseek(descriptor, 0, libc::SEEK_CUR) };
    u64::try_from(position).unwrap_or(0)
}

fn offset(offset: off64_t) -> u64 {
    u64::try_from(offset).unwrap_or(0)
}

// SAFETY of all blocks below: `real` is the function that the caller meant, with the arguments that he has promised to be
// right, but for a length that may be less.
interpose! {
    fn open(path: *const c_char, flags: c_int) and ...(mode: mode_t) -> c_int as real {
        let name = unsafe { CStr::from_ptr(path) };
        answer(calls::open(name, flags, || unsafe { real(path, flags, mode) }))
    }
    fn open64(path: *const c_char, flags: c_int) and ...(mode: mode_t) -> c_int as real {
        let name = unsafe { CStr::from_ptr(path) };
        answer(calls::open(name, flags, || unsafe { real(path, flags, mode) }))
    }
    fn close(descriptor: c_int) -> c_int as real {
        if calls::is_watched(descriptor) {
            calls::close(descriptor);
        }
        unsafe { real(descriptor) }
    }
    fn read(descriptor: c_int, buffer: *mut c_void, length: size_t) -> ssize_t as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor, buffer, length) };
        }
        answer(calls::read(descriptor, length, |length| unsafe { real(descriptor, buffer, length) }))
    }
    fn pread64(descriptor: c_int, buffer: *mut c_void, length: size_t, at: off64_t) -> ssize_t as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor, buffer, length, at) };
        }
        answer(calls::read(descriptor, length, |length| unsafe { real(descriptor, buffer, length, at) }))
    }
    fn write(descriptor: c_int, buffer: *const c_void, length: size_t) -> ssize_t as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor, buffer, length) };
        }
        let write = |length| unsafe { real(descriptor, buffer, length) };
        answer(calls::write(descriptor, position(descriptor), unsafe { bytes(buffer, length) }, write))
    }
    fn pwrite(descriptor: c_int, buffer: *const c_void, length: size_t, at: off_t) -> ssize_t as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor, buffer, length, at) };
        }
        let write = |length| unsafe { real(descriptor, buffer, length, at) };
        answer(calls::write(descriptor, offset(at), unsafe { bytes(buffer, length) }, write))
    }
    fn pwrite64(descriptor: c_int, buffer: *const c_void, length: size_t, at: off64_t) -> ssize_t as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor, buffer, length, at) };
        }
        let write = |length| unsafe { real(descriptor, buffer, length, at) };
        answer(calls::write(descriptor, offset(at), unsafe { bytes(buffer, length) }, write))
    }
    fn ftruncate(descriptor: c_int, length: off_t) -> c_int as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor, length) };
        }
        answer(calls::truncate(descriptor, offset(length), || unsafe { real(descriptor, length) }))
    }
    fn ftruncate64(descriptor: c_int, length: off64_t) -> c_int as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor, length) };
        }
        answer(calls::truncate(descriptor, offset(length), || unsafe { real(descriptor, length) }))
    }
    fn fsync(descriptor: c_int) -> c_int as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor) };
        }
        answer(calls::sync(descriptor).map(|()| 0))
    }
    fn fdatasync(descriptor: c_int) -> c_int as real {
        if !calls::is_watched(descriptor) {
            return unsafe { real(descriptor) };
        }
        answer(calls::sync(descriptor).map(|()| 0))
    }
    fn unlink(path: *const c_char) -> c_int as real {
        let name = unsafe { CStr::from_ptr(path) };
        answer(calls::unlink(name, || unsafe { real(path) }))
    }
}
