//! Which network addresses the house connects to on someone's word. A webhook's address is typed by a member of some
//! organisation; without this, it would be a way to make the server talk to its own network.

use crate::state::Address;
use kernel::{Problem, Refusal};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The longest address that is accepted, in bytes.
const LONGEST: usize = 2_000;

/// Reads an address; what is wrong with it is a problem of the field `url`.
pub fn read(text: &str) -> Result<(Url, Address), Refusal> {
    let problem = |code: &str| Refusal::from(Problem::new("url", format!("notify.add_endpoint.{code}")));
    if text.len() > LONGEST {
        return Err(problem("url_too_long"));
    }
    let url = Url::parse(text).map_err(|_| problem("bad_url"))?;
    let is_secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(problem("bad_url")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(problem("url_with_password"));
    }
    let is_private = match url.host() {
        Some(Host::Domain(_)) => false,
        Some(Host::Ipv4(ip)) => !is_public(ip.into()),
        Some(Host::Ipv6(ip)) => !is_public(ip.into()),
        None => return Err(problem("bad_url")),
    };
    Ok((url, Address { is_secure, is_private }))
}

/// Whether an address is one of the public network. What is not known to be public is not: for IPv6 that is all but
/// 2000::/3, so IPv4-mapped, NAT64, unique local, link-local and multicast ones are out before any list is read.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// The special-purpose blocks of IANA's IPv4 registry: base and length of the prefix.
const SPECIAL_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The blocks within 2000::/3 that are not places of their own: Teredo and its neighbours, documentation, 6to4.
const SPECIAL_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    SPECIAL_V4.iter().all(|(base, prefix)| (ip.to_bits() ^ base.to_bits()) >> (32 - prefix) != 0)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let global = ip.to_bits() >> 125 == 0b001;
    global && SPECIAL_V6.iter().all(|(base, prefix)| (ip.to_bits() ^ base.to_bits()) >> (128 - prefix) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_that_is_not_public_is_refused_up_to_its_edges() {
        for (first, last, before, after) in [
            ("0.0.0.0", "0.255.255.255", "", "1.0.0.0"),
            ("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
            ("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
            ("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
            ("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
            ("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
            ("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
            ("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
            ("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
            ("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
            ("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
            ("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
            ("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
            ("224.0.0.0", "255.255.255.255", "223.255.255.255", ""),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::", "2001:200::"),
            ("2001:db8::", "2001:db8:ffff:ffff::1", "2001:db7:ffff::", "2001:db9::"),
            ("2002::", "2002:ffff::1", "2001:ffff::", "2003::"),
            ("3fff::", "3fff:fff:ffff::1", "3ffe:ffff::", "3fff:1000::"),
        ] {
            for inside in [first, last] {
                assert!(!is_public(inside.parse().unwrap()), "{inside}");
            }
            for outside in [before, after].into_iter().filter(|text| !text.is_empty()) {
                assert!(is_public(outside.parse().unwrap()), "{outside}");
            }
        }
    }

    #[test]
    fn what_lies_outside_the_global_space_or_hides_an_ipv4_address_is_refused() {
        for ip in [
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["8.8.8.8", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450:4009::1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn an_address_is_seen_through_whatever_spelling_it_hides_behind() {
        for private in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]:8080/",
            "http://１２７.０.０.１/",
            "http://127。0。0。1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[64:ff9b::a00:1]/",
        ] {
            assert_eq!(read(private).map(|(_, address)| address.is_private), Ok(true), "{private}");
        }
        assert_eq!(read("https://hooks.example/x?y=1").map(|(_, a)| a), Ok(Address { is_secure: true, is_private: false }));
        for bad in [
            "",
            "hooks.example",
            "//hooks.example",
            "ftp://hooks.example/",
            "file:///etc/passwd",
            "https://",
            "gopher://x/",
            "https://a@hooks.example/",
            "https://:b@hooks.example/",
            "https://256.1.1.1/",
        ] {
            assert!(matches!(read(bad), Err(Refusal::Malformed(_))), "{bad}");
        }
        assert!(matches!(read(&format!("https://hooks.example/{}", "a".repeat(LONGEST))), Err(Refusal::Malformed(_))));
    }
}
