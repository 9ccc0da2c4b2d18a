//! How often an app calls: three windows for each app and call, kept in memory. They are this process's own: several servers on
//! one database allow as many times as much.

use apps::limits::Allowance;
use kernel::{AppId, Instant, Span};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;
/// How long an app waits that called too often within a minute. Source: TikTok API for Business, Rate limits.
const PAUSE: Span = Span(5 * MINUTE);
/// How many windows are kept before those of earlier days are forgotten.
const MANY: usize = 10_000;

/// A number of calls since the beginning of a second, a minute or a day.
#[derive(Clone, Copy, Default)]
struct Count {
    since: i64,
    calls: u32,
}

impl Count {
    /// The count of the window in which `now` lies, and the window's end.
    fn at(&mut self, now: Instant, length: i64) -> (u32, Instant) {
        let since = now.0 - now.0.rem_euclid(length);
        if self.since != since {
            *self = Count { since, calls: 0 };
        }
        (self.calls, Instant(since + length))
    }
}

#[derive(Clone, Copy, Default)]
struct Window {
    second: Count,
    minute: Count,
    day: Count,
    paused_until: Instant,
}

impl Window {
    /// Counts one call, or says when the next is accepted: after a full second the next second, after a full minute in five
    /// minutes, after a full day at midnight UTC. A refused call does not count.
    fn admit(&mut self, now: Instant, [per_second, per_minute, per_day]: Allowance) -> Result<(), Instant> {
        if now < self.paused_until {
            return Err(self.paused_until);
        }
        let (today, midnight) = self.day.at(now, DAY);
        let (this_minute, _) = self.minute.at(now, MINUTE);
        let (this_second, next_second) = self.second.at(now, SECOND);
        if today >= per_day {
            return Err(midnight);
        }
        if this_minute >= per_minute {
            self.paused_until = now + PAUSE;
            return Err(self.paused_until);
        }
        if this_second >= per_second {
            return Err(next_second);
        }
        for count in [&mut self.second, &mut self.minute, &mut self.day] {
            count.calls += 1;
        }
        Ok(())
    }
}

/// Every app's windows.
#[derive(Default)]
pub struct Windows(Mutex<HashMap<(AppId, &'static str), Window>>);

impl Windows {
    /// Counts one call of an app, or says when the next is accepted.
    pub fn admit(&self, app: AppId, call: &'static str, now: Instant, allowance: Allowance) -> Result<(), Instant> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            let today = now.0 - now.0.rem_euclid(DAY);
            all.retain(|_, window| window.day.since == today || now < window.paused_until);
        }
        all.entry((app, call)).or_default().admit(now, allowance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Instant = Instant(20_000 * DAY + DAY / 2);

    fn calls(window: &mut Window, now: Instant, n: u32, allowance: Allowance) -> u32 {
        (0..n).map(|_| window.admit(now, allowance)).filter(Result::is_ok).count() as u32
    }

    #[test]
    fn the_tenth_call_of_a_second_passes_and_the_eleventh_waits_for_the_next() {
        let mut window = Window::default();
        let allowance = [10, 600, 864_000];
        assert_eq!(calls(&mut window, NOON + Span(999), 11, allowance), 10);
        assert_eq!(window.admit(NOON + Span(999), allowance), Err(NOON + Span(1_000)));
        assert_eq!(window.admit(NOON + Span(1_000), allowance), Ok(()));
    }

    #[test]
    fn a_full_minute_pauses_for_five() {
        let mut window = Window::default();
        let allowance = [10, 15, 1_000];
        assert_eq!(calls(&mut window, NOON, 10, allowance), 10);
        assert_eq!(calls(&mut window, NOON + Span(1_000), 10, allowance), 5);
        let end = NOON + Span(1_000) + PAUSE;
        assert_eq!(window.admit(end - Span(1), allowance), Err(end));
        assert_eq!(window.admit(end, allowance), Ok(()));
    }

    #[test]
    fn a_full_day_waits_for_midnight_in_utc() {
        let mut window = Window::default();
        let allowance = [10, 10, 3];
        let midnight = Instant(20_001 * DAY);
        assert_eq!(calls(&mut window, midnight - Span(1), 5, allowance), 3);
        assert_eq!(window.admit(midnight - Span(1), allowance), Err(midnight));
        assert_eq!(window.admit(midnight, allowance), Ok(()));
    }

    #[test]
    fn apps_and_calls_count_by_themselves_and_old_windows_are_forgotten() {
        let windows = Windows::default();
        let one = [1, 10, 10];
        assert!(windows.admit(AppId::new(1), "a", NOON, one).is_ok());
        assert!(windows.admit(AppId::new(1), "a", NOON, one).is_err());
        assert!(windows.admit(AppId::new(1), "b", NOON, one).is_ok());
        assert!(windows.admit(AppId::new(2), "a", NOON, one).is_ok());
        for app in 0..MANY {
            let _ = windows.admit(AppId::new(app as u128), "c", NOON, one);
        }
        assert!(windows.admit(AppId::new(1), "a", NOON + Span(DAY), one).is_ok());
        assert_eq!(windows.0.lock().unwrap().len(), 1);
    }
}
