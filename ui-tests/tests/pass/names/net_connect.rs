use durable::prelude::*;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

#[orchestrator]
pub async fn reachable(_ctx: &Context, address: String) -> Result<bool> {
    let given: SocketAddr = address.parse()?;
    Ok(given == SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1)), 80))
}
