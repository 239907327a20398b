// good: the input is text, and FromStr of own types parses it
use std::{num::ParseIntError, str::FromStr};

use durable::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u16,
    minor: u16,
    patch: u16,
}

#[derive(Debug, thiserror::Error)]
enum BadVersion {
    #[error("`{0}` has not three parts")]
    Parts(String),
    #[error(transparent)]
    Number(#[from] ParseIntError),
}

impl FromStr for Version {
    type Err = BadVersion;

    fn from_str(text: &str) -> std::result::Result<Self, BadVersion> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let parts: Vec<&str> = text.split('.').collect();
        let [major, minor, patch] = parts.as_slice() else {
            return Err(BadVersion::Parts(text.to_owned()));
        };
        Ok(Self { major: major.parse()?, minor: minor.parse()?, patch: patch.parse()? })
    }
}

#[activity]
async fn install(host: String, major: u16, minor: u16) -> Result<()> {
    tracing::info!("{host}: {major}.{minor}");
    Ok(())
}

#[orchestrator]
async fn upgrade(ctx: &Context, installed: Vec<(String, String)>, wanted: String) -> Result<u32> {
    let wanted: Version = wanted.parse()?;
    let mut upgraded = 0;
    for (host, version) in installed {
        let version = Version::from_str(&version)?;
        if version < wanted && version.major == wanted.major {
            ctx.call(install(host, wanted.major, wanted.minor)).await?;
            upgraded += 1;
        }
    }
    Ok(upgraded)
}
