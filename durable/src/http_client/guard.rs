//! Which addresses may be reached: nobody gets inside through an address that came from outside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use crate::model::{Error, FailureKind, Result};

/// The check of addresses, and what it lets pass beside the public ones.
#[derive(Debug, Default)]
pub(super) struct Guard {
    /// In lower case, without a dot at the end.
    hosts: Vec<String>,
    networks: Vec<Network>,
}

/// Why an address was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(String);

impl Guard {
    /// Reads the entries of `HttpClientSettings::allow`.
    ///
    /// # Errors
    ///
    /// One is neither a name, nor an address, nor a network.
    pub(super) fn allowing(entries: &[String]) -> Result<Self> {
        let mut guard = Self::default();
        for entry in entries {
            if let Some(network) = Network::parse(entry) {
                guard.networks.push(network);
            } else if let Some(host) = host_name(entry) {
                guard.hosts.push(host);
            } else {
                let message = format!(
                    "`{entry}` can't be allowed for HTTP calls: expected a name such as `inventory.internal`, an \
                     address, or a network such as `10.20.0.0/16`"
                );
                return Err(Error::of_kind(FailureKind::InvalidArgument, message));
            }
        }
        Ok(guard)
    }

    /// Checks scheme, credentials and host of an address. A host that is a name may pass here, but its addresses are
    /// to be [checked](Self::check_addresses) as well.
    pub(super) fn check_url(&self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused(format!("`{}` is neither http nor https", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused("it has a user name or password in it".to_owned()));
        }
        let host = url.host_str().unwrap_or_default();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        match bare.parse::<IpAddr>() {
            Ok(address) => self.check_address(address),
            Err(_) => self.check_name(bare),
        }
    }

    fn check_name(&self, name: &str) -> Result<(), Refused> {
        let Some(name) = host_name(name) else { return Err(Refused(format!("`{name}` is no name of a host"))) };
        let local = |suffix: &str| name == suffix || name.ends_with(&format!(".{suffix}"));
        let inside = ["localhost", "localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback"];
        if inside.into_iter().any(local) && !self.hosts.contains(&name) {
            return Err(refused(&format!("`{name}`"), "this machine"));
        }
        Ok(())
    }

    /// Checks all addresses that a name stands for: one that is refused is enough to refuse the name.
    pub(super) fn check_addresses(&self, name: &str, addresses: &[IpAddr]) -> Result<(), Refused> {
        self.check_name(name)?;
        if host_name(name).is_some_and(|name| self.hosts.contains(&name)) {
            return Ok(());
        }
        let named = |Refused(reason)| Refused(format!("`{name}` leads to {reason}"));
        addresses.iter().try_for_each(|address| self.check_address(*address).map_err(named))
    }

    fn check_address(&self, address: IpAddr) -> Result<(), Refused> {
        let embedded = embedded(address);
        if self.networks.iter().any(|network| network.contains(address) || network.contains(embedded)) {
            return Ok(());
        }
        match inside(embedded) {
            None => Ok(()),
            Some(what) => Err(refused(&address.to_string(), what)),
        }
    }
}

fn refused(host: &str, what: &str) -> Refused {
    Refused(format!("{host}, which is {what} (what is meant to be reached is named in `HttpClientSettings::allow`)"))
}

/// A name in lower case without a dot at its end, if it can be one.
fn host_name(text: &str) -> Option<String> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let number = name.rsplit('.').next().is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()));
    (!name.is_empty() && !name.starts_with('.') && !number && name.chars().all(fits)).then_some(name)
}

/// The address of version 4 that one of version 6 is only another form of: mapped, or behind a public NAT64.
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [.., a, b, c, d] = v6.octets();
    let nat64 = matches!(v6.segments(), [0x64, 0xff9b, 0, 0, 0, 0, _, _]);
    if nat64 || v6.to_ipv4_mapped().is_some() { Ipv4Addr::new(a, b, c, d).into() } else { address }
}

/// What an address is that is not public. The special-purpose registries of IANA (RFC 6890), and what clouds put beside.
fn inside(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => inside_v4(v4),
        IpAddr::V6(v6) => inside_v6(v6),
    }
}

fn inside_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "this machine, unspecified",
        [127, ..] => "this machine",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [100, 64..=127, ..] => "an address shared by a carrier",
        [169, 254, ..] => "a link-local address, as of metadata services",
        [168, 63, 129, 16] => "an address of the platform of Azure",
        [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..] => "an address for a special purpose",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "an address for examples",
        [224..=239, ..] => "a multicast address",
        [240..=255, ..] => "a reserved address",
        _ => return None,
    })
}

fn inside_v6(address: Ipv6Addr) -> Option<&'static str> {
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "this machine, unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "this machine",
        [0xfe80..=0xfebf, ..] => "a link-local address",
        [0xfc00..=0xfdff, ..] => "a private address",
        [0xfec0..=0xfeff, ..] => "a private address, site-local",
        [0xff00..=0xffff, ..] => "a multicast address",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "an address for examples",
        [0x2001, 0..=0x1ff, ..] | [0x2002, ..] => "an address for a special purpose, such as a tunnel",
        [0x2000..=0x3fff, ..] => return None,
        _ => "not a public address",
    })
}

/// Addresses with the same beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix.parse().ok()?)),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { address, prefix })
    }

    fn contains(self, other: IpAddr) -> bool {
        let differing = match (self.address, other) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        differing >= u32::from(self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowing(entries: &[&str]) -> Guard {
        Guard::allowing(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    /// An address in any notation that leads inside, or that is nothing for us.
    const REFUSED: &[&str] = &[
        // This machine, in all notations of version 4.
        "http://127.0.0.1/",
        "http://127.0.0.1:8080/",
        "http://127.1/",
        "http://127.0.1/",
        "http://127.255.255.254/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0X7F.0x0.0x0.0x1/",
        "http://0177.0.0.1/",
        "http://0177.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://0.1.2.3/",
        "http:127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http:/127.0.0.1",
        "http:////127.0.0.1",
        "HTTP://127.0.0.1",
        " http://127.0.0.1 ",
        "ht\ntp://127.0.\t0.1/",
        // Digits and dots of other scripts.
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７．０．０．１/",
        "http://127。0。0。1/",
        "http://𝟭𝟮𝟳.𝟬.𝟬.𝟭/",
        // Names of this machine.
        "http://localhost/",
        "http://LOCALHOST:80/",
        "http://localhost./",
        "http://a.localhost/",
        "http://ｌｏｃａｌｈｏｓｔ/",
        "http://ⓛocalhost/",
        "http://loc%61lhost/",
        "http://localhost.localdomain/",
        "http://ip6-localhost/",
        // Private networks, and what carriers and clouds have.
        "http://10.0.0.1/",
        "http://10.255.255.255/",
        "http://167772161/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.0.1/",
        "http://0xc0.0xa8.1/",
        "http://100.64.0.1/",
        "http://100.100.100.200/latest/meta-data/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/latest/meta-data/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.169.254./",
        "http://169.254.170.2/v2/credentials",
        "http://168.63.129.16/machine?comp=goalstate",
        "http://192.0.0.192/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://198.51.100.7/",
        "http://203.0.113.9/",
        "http://224.0.0.1/",
        "http://239.255.255.250/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        // Version 6, and version 4 inside it.
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[0000::0001]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[::8.8.8.8]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://[64:ff9b:1::808:808]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[febf::1]/",
        "http://[fec0::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://[ff02::1]/",
        "http://[2001:db8::1]/",
        "http://[3fff::1]/",
        "http://[100::1]/",
        "http://[5f00::1]/",
        // User names that look like hosts.
        "http://example.com@127.0.0.1/",
        "http://example.com:80@10.0.0.1/",
        "http://example.com%40@localhost/",
        "http://127.0.0.1@example.com/",
        "http://user:password@example.com/",
        // Other schemes.
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:70/_x",
        "data:text/plain,x",
        "javascript:alert(1)",
        "ws://example.com/",
        "unix:/var/run/docker.sock",
        "blob:http://example.com/x",
    ];

    /// What is no address at all.
    const UNREADABLE: &[&str] = &[
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1",
        "http://",
        "http://1.2.3.4.5/",
        "http://256.256.256.256/",
        "http://127.0.0.1:99999/",
        "http://0x100000000/",
        "http://127.0.0.08/",
        "http://exa mple.com/",
        "http://exa\u{0}mple.com/",
        "//127.0.0.1/",
        "127.0.0.1",
    ];

    const PUBLIC: &[&str] = &[
        "https://example.com/",
        "https://example.com./",
        "http://1.1.1.1/",
        "http://8.8.8.8:8080/x?y",
        "http://172.15.255.255/",
        "http://172.32.0.1/",
        "http://100.63.255.255/",
        "http://169.253.1.1/",
        "http://[2606:4700:4700::1111]/",
        "http://[::ffff:8.8.8.8]/",
        "http://[64:ff9b::808:808]/",
        "http://localhost.example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://127.0.0.1.example.com/",
        "https://bücher.example/",
    ];

    #[test]
    fn what_leads_inside_is_refused_in_every_notation() {
        let guard = Guard::default();
        assert!(REFUSED.len() > 60);
        for text in REFUSED {
            let url = Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(guard.check_url(&url).is_err(), "{text} passes as {url}");
        }
        for text in UNREADABLE {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_public_passes() {
        for text in PUBLIC {
            Guard::default().check_url(&Url::parse(text).unwrap()).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }

    #[test]
    fn one_address_inside_refuses_a_name() {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        let guard = Guard::default();
        guard.check_addresses("a.example", &addresses(&["1.1.1.1", "2606:4700::1"])).unwrap();
        for inside in ["127.0.0.1", "10.1.1.1", "::1", "::ffff:192.168.1.1", "fe80::1", "64:ff9b::a00:1"] {
            let refused = guard.check_addresses("a.example", &addresses(&["1.1.1.1", inside])).unwrap_err();
            assert!(refused.to_string().starts_with(&format!("`a.example` leads to {inside}, which is ")), "{refused}");
        }
    }

    #[test]
    fn what_is_allowed_passes_and_nothing_else() {
        let guard = allowing(&["127.0.0.1", "10.20.0.0/16", "fd00::/8", "Inventory.internal.", "localhost"]);
        let passes = |text: &str| guard.check_url(&Url::parse(text).unwrap()).is_ok();
        for text in [
            "http://127.1/",
            "http://10.20.3.4/",
            "http://[fd12::1]/",
            "http://localhost./",
            "http://[::ffff:10.20.0.1]/",
        ] {
            assert!(passes(text), "{text}");
        }
        for text in ["http://127.0.0.2/", "http://10.21.0.1/", "http://[fc00::1]/", "http://a.localhost/"] {
            assert!(!passes(text), "{text}");
        }
        let inside = ["192.168.0.1".parse().unwrap()];
        assert!(guard.check_addresses("INVENTORY.internal", &inside).is_ok());
        assert!(guard.check_addresses("other.internal", &inside).is_err());
    }

    #[test]
    fn what_can_not_be_allowed_is_an_error() {
        for entry in ["", "10.0.0.0/33", "10.0.0/8", "http://a.example", "a b", "*.example", "::1/129", "127.0.0.1:80"]
        {
            assert!(Guard::allowing(&[entry.to_owned()]).is_err(), "{entry}");
        }
    }
}
