//! Where a request comes from: the client's address, and the country it lies in.
//!
//! Whoever sends a request may write anything into a forwarding header. It is believed only as far as hops that the operator
//! trusts have vouched for it: from its right end, hop by hop, up to the first address that is not a trusted proxy.

use kernel::{Origin, Refusal, Region};
use maxminddb::{PathElement, Reader};
use std::{
    borrow::Cow,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
    str::FromStr,
};

/// Which country an address lies in.
pub trait Countries: Send + Sync {
    /// The country, where the table knows the address.
    fn country(&self, ip: IpAddr) -> Option<Region>;
}

/// A table in the MaxMind DB format: the one in `data/`, or the operator's own.
pub struct CountryTable(Reader<Cow<'static, [u8]>>);

/// Where the two kinds of table in use keep the country's code.
const CODES: [&[PathElement<'static>]; 2] =
    [&[PathElement::Key("country_code")], &[PathElement::Key("country"), PathElement::Key("iso_code")]];

impl CountryTable {
    /// The table that the binary carries. It is read where it lies; opening it costs nothing.
    pub fn built_in() -> Result<CountryTable, Refusal> {
        Self::read(Cow::Borrowed(include_bytes!("../data/countries.mmdb")))
    }

    /// The operator's own table.
    pub fn open(path: &Path) -> Result<CountryTable, Refusal> {
        let bytes = std::fs::read(path).map_err(|bad| Refusal::Fault(format!("the country table cannot be read: {bad}")))?;
        Self::read(Cow::Owned(bytes))
    }

    fn read(bytes: Cow<'static, [u8]>) -> Result<CountryTable, Refusal> {
        Reader::from_source(bytes).map(CountryTable).map_err(|bad| Refusal::Fault(format!("the country table cannot be used: {bad}")))
    }
}

impl Countries for CountryTable {
    fn country(&self, ip: IpAddr) -> Option<Region> {
        let found = self.0.lookup(ip).ok()?;
        CODES.iter().find_map(|path| found.decode_path::<&str>(path).ok().flatten()?.parse().ok())
    }
}

/// A range of addresses, such as `10.0.0.0/8`, `fd00::/8` or a single address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Net {
    base: IpAddr,
    prefix: u8,
}

/// The address as 128 bits, IPv4 in its mapped place, so that both families compare alike.
const fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

impl Net {
    /// Whether `ip` lies in it. An IPv4-mapped IPv6 address counts as the IPv4 address it is, so `::/0` holds none of those.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        let differ = bits(self.base) ^ bits(ip);
        self.base.is_ipv4() == ip.is_ipv4() && u32::from(self.prefix) <= differ.leading_zeros()
    }
}

impl FromStr for Net {
    type Err = String;
    fn from_str(text: &str) -> Result<Net, String> {
        let bad = || format!("`{text}` is not a network; write an address or a range such as 10.0.0.0/8");
        let (ip, prefix) = text.trim().split_once('/').map_or((text.trim(), None), |(ip, prefix)| (ip, Some(prefix)));
        let ip: IpAddr = ip.parse().map_err(|_| bad())?;
        let width = if ip.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(width), str::parse::<u8>).map_err(|_| bad())?;
        if prefix > width {
            return Err(bad());
        }
        Ok(Net { base: ip, prefix: prefix + (128 - width) })
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = if self.base.is_ipv4() { 96 } else { 0 };
        write!(out, "{}/{}", self.base, self.prefix - width)
    }
}

/// Whether an address belongs to no country because it is not on the public network: loopback, private, link-local,
/// carrier-grade NAT or unique local.
pub const fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => is_private_v6(ip),
    }
}

const fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || (a == 100 && b & 0b1100_0000 == 64)
}

const fn is_private_v6(ip: Ipv6Addr) -> bool {
    ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
}

/// Who really sent a request, and from which country.
///
/// `forwarded` is the value of the *one* header that the proxies are known to write, `X-Forwarded-For` or `Forwarded`, several
/// of its kind joined with commas. It counts only when `peer` is `trusted`. Where a trusted proxy hands on something that is not
/// an address, the address is the peer's and the country is unknown: the proxy's own place says nothing about the person.
pub fn origin(peer: IpAddr, forwarded: Option<&str>, trusted: &[Net], table: &dyn Countries) -> (IpAddr, Origin) {
    let peer = peer.to_canonical();
    match client(peer, forwarded, trusted) {
        Some(ip) => (ip, place(ip, table)),
        None => (peer, Origin::Unknown),
    }
}

fn place(ip: IpAddr, table: &dyn Countries) -> Origin {
    if is_private(ip) { Origin::Private } else { table.country(ip).map_or(Origin::Unknown, Origin::Country) }
}

/// The first hop from the right that is not a trusted proxy; the leftmost when all are; nothing when a hop is illegible.
fn client(peer: IpAddr, forwarded: Option<&str>, trusted: &[Net]) -> Option<IpAddr> {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut ip = peer;
    // Split at every comma, quoted or not: no address holds one, and an open quote from the client must not swallow what
    // the proxy wrote after it.
    let mut hops = forwarded.unwrap_or_default().rsplit(',').filter(|hop| !hop.trim().is_empty());
    while is_trusted(ip) {
        let Some(hop) = hops.next() else { break };
        ip = address(hop)?;
    }
    Some(ip)
}

/// The address of one hop: bare, with a port, in brackets, or as the `for` of a `Forwarded` element.
fn address(hop: &str) -> Option<IpAddr> {
    let node = if hop.contains('=') { for_parameter(hop)? } else { hop.trim() };
    let bracketed = node.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let ip = match bracketed {
        Some((ip, "")) => ip.parse::<Ipv6Addr>().ok()?.into(),
        Some((ip, port)) => is_port(port.strip_prefix(':')?).then(|| ip.parse::<Ipv6Addr>().ok())??.into(),
        None => match (node.parse::<IpAddr>(), node.split_once(':')) {
            (Ok(ip), _) => ip,
            (Err(_), Some((ip, port))) if is_port(port) => ip.parse::<Ipv4Addr>().ok()?.into(),
            (Err(_), _) => return None,
        },
    };
    Some(ip.to_canonical())
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// The one `for` of a `Forwarded` element, without its quotes. Two of them are nobody's honest writing.
fn for_parameter(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut nodes = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, node)| node.trim());
    let (Some(node), None) = (nodes.next(), nodes.next()) else { return None };
    match node.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"'),
        None => Some(node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers GB for what is asked first of all in these tests, so that an address, not a table, decides them.
    struct Britain;
    impl Countries for Britain {
        fn country(&self, ip: IpAddr) -> Option<Region> {
            (ip == at("81.2.69.142") || ip == at("2a00:23c4::1")).then(|| Region::new(b"GB"))
        }
    }

    const GB: Origin = Origin::Country(Region::new(b"GB"));

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn seen(peer: &str, forwarded: Option<&str>) -> (String, Origin) {
        let trusted: Vec<Net> = ["127.0.0.0/8", "10.1.0.0/16", "fd00::/8", "::1"].iter().map(|n| n.parse().unwrap()).collect();
        let (ip, origin) = origin(at(peer), forwarded, &trusted, &Britain);
        (ip.to_string(), origin)
    }

    #[test]
    fn a_header_counts_only_when_the_peer_is_a_trusted_proxy() {
        assert_eq!(seen("10.1.0.9", Some("81.2.69.142")), ("81.2.69.142".into(), GB));
        assert_eq!(seen("10.2.0.9", Some("81.2.69.142")), ("10.2.0.9".into(), Origin::Private));
        assert_eq!(seen("203.0.113.9", Some("81.2.69.142")), ("203.0.113.9".into(), Origin::Unknown));
        assert_eq!(seen("10.1.0.9", None), ("10.1.0.9".into(), Origin::Private));
        assert_eq!(seen("10.1.0.9", Some("  ,, ")), ("10.1.0.9".into(), Origin::Private));
    }

    #[test]
    fn what_stands_left_of_the_first_untrusted_hop_is_the_clients_own_writing_and_ignored() {
        for forged in
            ["81.2.69.142, 203.0.113.9", "127.0.0.1, 203.0.113.9", "nonsense, 203.0.113.9", "for=\"81.2.69.142, 203.0.113.9, 10.1.0.3"]
        {
            assert_eq!(seen("10.1.0.9", Some(forged)), ("203.0.113.9".into(), Origin::Unknown), "{forged}");
        }
        assert_eq!(seen("10.1.0.9", Some("6.6.6.6, 81.2.69.142, 10.1.0.3, 10.1.0.2")), ("81.2.69.142".into(), GB));
        assert_eq!(seen("10.1.0.9", Some("10.1.0.4, 10.1.0.3")), ("10.1.0.4".into(), Origin::Private));
    }

    #[test]
    fn an_illegible_hop_from_a_trusted_proxy_is_the_peer_of_unknown_country() {
        for bad in [
            "unknown",
            "81.2.69.142, _hidden",
            "81.2.69.142:",
            "81.2.69.142:123456",
            "81.2.69.142:80:80",
            "081.2.69.142",
            "0x51.2.69.142",
            "1359103374",
            "81.2.69",
            "[81.2.69.142]",
            "[2a00:23c4::1",
            "[2a00:23c4::1]x",
            "2a00:23c4::1]:80",
            "fe80::1%eth0",
            "for=\"81.2.69.142",
            "for=81.2.69.142;for=6.6.6.6",
            "by=81.2.69.142",
            "81.2.69.142 6.6.6.6",
            "８１.2.69.142",
            "81.2.69.142\u{0}",
        ] {
            assert_eq!(seen("10.1.0.9", Some(bad)), ("10.1.0.9".into(), Origin::Unknown), "{bad}");
        }
    }

    #[test]
    fn every_honest_spelling_of_a_hop_is_read() {
        for good in [
            "81.2.69.142",
            "81.2.69.142:443",
            "::ffff:81.2.69.142",
            "[::ffff:81.2.69.142]:443",
            "for=81.2.69.142",
            "For=\"81.2.69.142:443\"; proto=https; by=10.1.0.9",
            "proto=https;for=81.2.69.142",
            "for=\"[::ffff:5102:458e]\"",
        ] {
            assert_eq!(seen("::ffff:10.1.0.9", Some(good)), ("81.2.69.142".into(), GB), "{good}");
        }
        for good in ["2a00:23c4::1", "[2a00:23c4::1]", "[2a00:23c4::1]:443", "for=\"[2a00:23c4::1]:443\""] {
            assert_eq!(seen("fd00::9", Some(good)), ("2a00:23c4::1".into(), GB), "{good}");
        }
    }

    #[test]
    fn a_long_header_is_read_from_its_end_only() {
        let long = format!("{}203.0.113.9", "81.2.69.142,".repeat(100_000));
        assert_eq!(seen("10.1.0.9", Some(&long)).0, "203.0.113.9");
    }

    #[test]
    fn addresses_off_the_public_network_are_private_up_to_their_edges() {
        for private in [
            "127.0.0.1",
            "127.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.0",
            "100.127.255.255",
            "::1",
            "fc00::",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(at(private)), "{private}");
        }
        for public in [
            "126.255.255.255",
            "9.255.255.255",
            "11.0.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "fbff::",
            "fe00::",
            "fec0::",
            "2a00:23c4::1",
        ] {
            assert!(!is_private(at(public)), "{public}");
        }
    }

    #[test]
    fn a_network_holds_its_own_addresses_and_no_others() {
        let holds = |network: &str, ip: &str| network.parse::<Net>().unwrap().contains(at(ip));
        assert!(holds("10.1.0.0/16", "10.1.255.255") && !holds("10.1.0.0/16", "10.2.0.0"));
        assert!(holds("10.1.2.3", "10.1.2.3") && !holds("10.1.2.3", "10.1.2.2"));
        assert!(holds("10.1.2.3", "::ffff:10.1.2.3") && !holds("::/0", "10.1.2.3") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(
            holds("0.0.0.0/0", "255.255.255.255") && holds("2001:db8::/32", "2001:db8:ffff::") && !holds("2001:db8::/32", "2001:db9::")
        );
        assert_eq!(format!("{:?}", "10.1.0.0/16".parse::<Net>().unwrap()), "10.1.0.0/16");
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "host"] {
            assert!(bad.parse::<Net>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_table_that_the_binary_carries_knows_well_known_addresses() {
        let table = CountryTable::built_in().unwrap();
        for (ip, country) in
            [("81.2.69.142", "GB"), ("114.114.114.114", "CN"), ("133.11.0.1", "JP"), ("2a00:23c4::1", "GB"), ("200.160.0.8", "BR")]
        {
            assert_eq!(table.country(at(ip)).map(|region| region.to_string()), Some(country.into()), "{ip}");
        }
        for nowhere in ["127.0.0.1", "240.0.0.1", "::1", "ff02::1"] {
            assert_eq!(table.country(at(nowhere)), None, "{nowhere}");
        }
    }

    #[test]
    fn a_table_that_is_none_says_so() {
        assert!(matches!(CountryTable::read(Cow::Borrowed(b"GB")), Err(Refusal::Fault(_))));
    }
}
