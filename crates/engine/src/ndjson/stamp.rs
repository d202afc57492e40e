//! Timestamps as senders write them: seconds or finer units as a number, or ISO 8601.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use crate::batch::Refusal;

/// Digits of a timestamp tell its unit: seconds below this, then milli-, micro- and nanoseconds by the thousand.
const SECONDS_BELOW: f64 = 1e12;

/// A timestamp as nanoseconds since 1970, or what is wrong with it.
pub(super) struct Stamp(pub(super) Result<i64, Refusal>);

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StampVisitor).map(Stamp)
    }
}

struct StampVisitor;

impl Visitor<'_> for StampVisitor {
    type Value = Result<i64, Refusal>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a timestamp: seconds as a number, or ISO 8601 with a zone")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(whole(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(value).map_or_else(|_| Err(negative()), whole))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(fractional(value))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Err(Refusal::new("timestamp_invalid", "timestamp is neither a number nor a text")))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(written(value))
    }
}

fn negative() -> Refusal {
    Refusal::new("timestamp_invalid", "timestamp is before 1970")
}

fn out_of_range() -> Refusal {
    Refusal::new("timestamp_out_of_range", "timestamp is after the year 2262")
}

pub(super) fn whole(value: u64) -> Result<i64, Refusal> {
    let scale = match value {
        0..1_000_000_000_000 => 1_000_000_000,
        1_000_000_000_000..1_000_000_000_000_000 => 1_000_000,
        1_000_000_000_000_000..1_000_000_000_000_000_000 => 1_000,
        _ => 1,
    };
    value.checked_mul(scale).and_then(|ns| i64::try_from(ns).ok()).ok_or_else(out_of_range)
}

/// A float holds today's seconds to a quarter of a microsecond, so the sixth decimal is the last that was written.
pub(super) fn fractional(value: f64) -> Result<i64, Refusal> {
    if !value.is_finite() {
        return Err(Refusal::new("timestamp_invalid", "timestamp is not a finite number"));
    }
    if value < 0.0 {
        return Err(negative());
    }
    let micros = match value {
        v if v < SECONDS_BELOW => v * 1e6,
        v if v < SECONDS_BELOW * 1e3 => v * 1e3,
        v if v < SECONDS_BELOW * 1e6 => v,
        v => v / 1e3,
    };
    if micros >= 9.2e15 {
        return Err(out_of_range());
    }
    Ok(micros.round() as i64 * 1_000)
}

pub(super) fn written(text: &str) -> Result<i64, Refusal> {
    let text = text.trim();
    if let Ok(value) = text.parse::<u64>() {
        return whole(value);
    }
    if let Ok(value) = text.parse::<f64>() {
        return fractional(value);
    }
    let instant: jiff::Timestamp = text.parse().map_err(|_| {
        let day = text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
        if day.is_some_and(|day| day.year() > 2262) {
            return out_of_range(); // the library's last instant lies a day before the year 9999's
        }
        let shown = crate::entries::cut(text, 40);
        Refusal::new(
            "timestamp_invalid",
            format!("'{shown}' is no ISO 8601 time with a zone, such as 2026-01-31T09:30:00Z"),
        )
    })?;
    match i64::try_from(instant.as_nanosecond()) {
        Ok(ns) if ns < 0 => Err(negative()),
        Ok(ns) => Ok(ns),
        Err(_) if instant.as_second() < 0 => Err(negative()),
        Err(_) => Err(out_of_range()),
    }
}
