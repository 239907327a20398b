//! A case.

use durable::prelude::*;

/// Charges.
#[activity]
#[allow(clippy::too_many_arguments, unused_variables)]
#[inline]
pub async fn charge(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> Result<()> {
    Ok(())
}

/// Gone.
#[cfg(any())]
#[activity]
pub async fn gone() -> Result<()> {
    compile_error!("this is not compiled")
}

/// Gone as well.
#[activity]
#[cfg(any())]
pub async fn gone() -> Result<()> {
    compile_error!("this is not compiled")
}

/// Old.
#[activity]
#[deprecated = "use `charge`"]
pub async fn old() -> Result<()> {
    Ok(())
}

/// All.
pub const ALL: Registry = registry![charge];
