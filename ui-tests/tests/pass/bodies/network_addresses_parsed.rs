// good: std::net types are parsed and compared, nothing is connected
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4},
};

use durable::prelude::*;

#[activity]
async fn allow(address: IpAddr) -> Result<bool> {
    Ok(!address.is_loopback())
}

#[activity]
async fn open_port(address: SocketAddr) -> Result<()> {
    tracing::info!("{address} is open");
    Ok(())
}

#[deterministic]
fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || *v4 == Ipv4Addr::BROADCAST,
        IpAddr::V6(v6) => v6.segments()[0] & 0xfe00 == 0xfc00 || *v6 == Ipv6Addr::LOCALHOST,
    }
}

#[orchestrator]
async fn update_firewall(ctx: &Context, lines: Vec<String>) -> Result<usize> {
    let mut addresses = BTreeSet::new();
    let mut sockets: Vec<SocketAddr> = vec![SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 443).into()];
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.starts_with('#')) {
        if let Ok(address) = line.parse::<IpAddr>() {
            addresses.insert(address);
        } else if let Ok(socket) = line.parse::<SocketAddr>() {
            sockets.push(socket);
        } else {
            return Err(Error::fatal(format!("`{line}` is no address")));
        }
    }
    let mut allowed = 0;
    for address in addresses.into_iter().filter(|address| !is_private(address)) {
        allowed += usize::from(ctx.call(allow(address)).await?);
    }
    sockets.sort();
    sockets.dedup_by_key(|socket| socket.port());
    for socket in sockets {
        ctx.call(open_port(socket)).await?;
    }
    Ok(allowed)
}
