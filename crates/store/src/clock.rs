//! The only place that reads the clock or makes up an id. Everything else is told.

use kernel::{Id, Instant, Kind};
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The moment of asking.
    fn now(&self) -> Instant;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Instant(since.map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// A clock that a test or the demo's builder moves by hand.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `start`.
    pub const fn at(start: Instant) -> Self {
        Self(AtomicI64::new(start.0))
    }
    /// Moves the clock to `now`.
    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::SeqCst);
    }
    /// Moves the clock on by `span`.
    pub fn advance(&self, span: kernel::Span) {
        self.0.fetch_add(span.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// A new id; those made later sort later.
#[expect(clippy::disallowed_methods, reason = "this is where ids come from")]
pub fn fresh<K: Kind>() -> Id<K> {
    Id::new(uuid::Uuid::now_v7().as_u128())
}

/// Thirty-two random bytes as 64 hexadecimal digits: tokens, one-time links, session secrets.
pub fn secret() -> String {
    use ring::rand::SecureRandom;
    let mut bytes = [0_u8; 32];
    // ring fails only where the operating system has no randomness; an all-zero secret would be far worse than stopping.
    if ring::rand::SystemRandom::new().fill(&mut bytes).is_err() {
        std::process::abort();
    }
    hex(&bytes)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    let mut text = String::with_capacity(bytes.len() * 2);
    bytes.iter().for_each(|byte| text.extend(digits(byte)));
    text
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}
