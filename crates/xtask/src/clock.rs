//! The only place in this crate that looks at a clock or waits: for timings in the report and for polling.
#![allow(clippy::disallowed_methods, reason = "xtask watches real processes in real time")]

use std::time::{Duration, Instant};

/// Measures how long something took.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// Asks `ready` every 50 ms until it answers something or `limit` has passed.
///
/// `ready` answers `Ok(None)` for "not yet" and an error when waiting is of no use any more.
pub fn poll<T>(limit: Duration, mut ready: impl FnMut() -> crate::Outcome<Option<T>>) -> crate::Outcome<T> {
    let watch = Stopwatch::start();
    loop {
        if let Some(answer) = ready()? {
            return Ok(answer);
        }
        if watch.seconds() > limit.as_secs_f64() {
            return Err(format!("nothing was ready after {} s", limit.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Lets so much time pass.
pub fn rest(time: Duration) {
    std::thread::sleep(time);
}

/// Today, as `date` writes it, in UTC.
pub fn today() -> String {
    crate::run::answer("date", &["-u", "+%Y-%m-%d %H:%M UTC"]).unwrap_or_default()
}
