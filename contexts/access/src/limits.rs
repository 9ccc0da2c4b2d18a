//! How often something may be tried. Pure.

use kernel::{Cited, Instant, Span};

/// When the next try is accepted: nothing when it is accepted now. `tries` are earlier ones, in any order; those at or
/// before the window's beginning no longer count, so a lock-out always ends by itself.
pub fn next_try(tries: &[Instant], most: &Cited<i64>, window: &Cited<Span>, now: Instant) -> Option<Instant> {
    let start = now - window.value;
    let mut counted: Vec<Instant> = tries.iter().copied().filter(|at| *at > start).collect();
    counted.sort_unstable_by(|a, b| b.cmp(a));
    let place = usize::try_from(most.value.max(1)).unwrap_or(usize::MAX) - 1;
    // The try that must leave the window first is the `most`-th newest.
    counted.get(place).map(|at| *at + window.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Sure;

    fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
    }

    #[test]
    fn the_last_allowed_try_passes_and_the_next_waits_until_the_oldest_leaves_the_window() {
        let (most, window) = (cited(3), cited(Span::minutes(15)));
        let now = Instant(10_000_000);
        let two = [now - Span::minutes(14), now - Span(1)];
        assert_eq!(next_try(&two, &most, &window, now), None);
        let three = [now - Span(1), now - Span::minutes(14), now - Span(2)];
        assert_eq!(next_try(&three, &most, &window, now), Some(now + Span::minutes(1)));
        assert_eq!(next_try(&three, &most, &window, now + Span::minutes(1) - Span(1)), Some(now + Span::minutes(1)));
        assert_eq!(next_try(&three, &most, &window, now + Span::minutes(1)), None);
    }

    #[test]
    fn a_hundred_tries_at_once_lock_for_one_window_and_not_for_ever() {
        let (most, window) = (cited(10), cited(Span::minutes(15)));
        let now = Instant(10_000_000);
        let tries = vec![now; 100];
        assert_eq!(next_try(&tries, &most, &window, now), Some(now + Span::minutes(15)));
        assert_eq!(next_try(&tries, &most, &window, now + Span::minutes(15)), None);
    }
}
