// addresses as plain values
use durable::prelude::*;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

#[activity]
async fn ping(address: SocketAddr) -> Result<bool> {
    Ok(address.port() > 0)
}

#[orchestrator]
async fn ping_all(ctx: &Context, hosts: Vec<String>) -> Result<usize> {
    let mut up = 0;
    for host in hosts {
        let address: IpAddr = host.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        if address.is_loopback() || address == Ipv4Addr::new(10, 0, 0, 1) {
            continue;
        }
        up += usize::from(ctx.call(ping(SocketAddr::new(address, 80))).await?);
    }
    Ok(up)
}
