//! Where people come back to after they agreed or not. Pure.

use url::{Host, Url};

/// The longest address, in bytes.
const LONGEST: usize = 500;

/// Whether a code may be sent to this address: over TLS, or to the developer's own machine; nothing hidden in it.
pub fn fits(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let is_own_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_own_machine);
    let is_plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    address.len() <= LONGEST && url.has_host() && is_safe && is_plain && !address.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The address with what the app is told added to its query.
pub fn with(address: &str, told: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    url.query_pairs_mut().extend_pairs(told);
    url.into()
}

/// `https://host:port` of an address: what a page's policy names that leads there.
pub fn origin(address: &str) -> String {
    Url::parse(address).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_travel_over_tls_or_stay_on_the_developers_machine() {
        for fine in
            ["https://a.example/", "https://a.example:8443/x?y=1", "http://127.0.0.1:3000/cb", "http://localhost/cb", "http://[::1]:1/"]
        {
            assert!(fits(fine), "{fine}");
        }
        for bad in [
            "",
            "a.example",
            "http://a.example/",
            "http://127.0.0.1.example/",
            "https://a.example/#x",
            "https://me@a.example/",
            "https://me:x@a.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp://x",
            "https://a.example/ x",
            "https://",
        ] {
            assert!(!fits(bad), "{bad}");
        }
        assert!(!fits(&format!("https://a.example/{}", "x".repeat(500))));
    }

    #[test]
    fn what_the_app_is_told_joins_what_its_address_says_already() {
        assert_eq!(
            with("https://a.example/cb?x=1", &[("auth_code", "c"), ("state", "a b&c")]),
            "https://a.example/cb?x=1&auth_code=c&state=a+b%26c"
        );
        assert_eq!(origin("http://127.0.0.1:3000/cb"), "http://127.0.0.1:3000");
    }
}
