//! Numbers and times as people read them: ages, rates, sizes, short hashes.

use jiff::Timestamp;
use linkmesh_api::types::Timestamp as Stamp;

/// What stands where nothing is known; never a zero.
pub(crate) const UNKNOWN: &str = "–";

/// How long ago, in one unit: `12s`, `5m`, `3h`, `20d`; the text itself when it is not a time.
pub(crate) fn age(at: Option<&Stamp>, now: Timestamp) -> String {
    let Some(at) = at else { return UNKNOWN.to_owned() };
    match at.as_str().parse::<Timestamp>() {
        Ok(time) => span(now.as_second().saturating_sub(time.as_second())),
        Err(_) => at.to_string(),
    }
}

/// How long until then; `over` when it has passed.
pub(crate) fn until(at: &Stamp, now: Timestamp) -> String {
    match at.as_str().parse::<Timestamp>() {
        Ok(time) if time > now => span(time.as_second().saturating_sub(now.as_second())),
        Ok(_) => "over".to_owned(),
        Err(_) => at.to_string(),
    }
}

fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Events per second with three significant figures: `0/s`, `1.24k/s`.
pub(crate) fn rate(per_s: Option<f64>) -> String {
    per_s.map_or_else(|| UNKNOWN.to_owned(), |value| format!("{}/s", figures(value)))
}

/// A number with three significant figures and a thousands letter.
pub(crate) fn figures(value: f64) -> String {
    let (scaled, letter) = match value.abs() {
        size if size >= 999_500_000.0 => (value / 1e9, "G"),
        size if size >= 999_500.0 => (value / 1e6, "M"),
        size if size >= 999.5 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let digits = match scaled.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{scaled:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{letter}")
}

/// Bytes in binary units.
pub(crate) fn bytes(value: Option<f64>) -> String {
    let Some(value) = value else { return UNKNOWN.to_owned() };
    match value {
        size if size >= 1024.0 * 1024.0 * 1024.0 => format!("{:.1} GiB", value / (1024.0 * 1024.0 * 1024.0)),
        size if size >= 1024.0 * 1024.0 => format!("{:.1} MiB", value / (1024.0 * 1024.0)),
        _ => format!("{:.1} KiB", value / 1024.0),
    }
}

/// The first twelve characters of a hash or a revision.
pub(crate) fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn ages_have_one_unit() {
        let now = at("2026-03-10T12:00:00Z");
        for (then, said) in [
            ("2026-03-10T11:59:48Z", "12s"),
            ("2026-03-10T11:55:00Z", "5m"),
            ("2026-03-10T09:00:00Z", "3h"),
            ("2026-02-18T12:00:00Z", "20d"),
            ("2026-03-10T12:00:05Z", "0s"),
            ("no time", "no time"),
        ] {
            assert_eq!(age(Some(&Stamp(then.to_owned())), now), said, "{then}");
        }
        assert_eq!(age(None, now), UNKNOWN);
        assert_eq!(until(&Stamp("2026-03-10T12:15:00Z".to_owned()), now), "15m");
        assert_eq!(until(&Stamp("2026-03-10T11:15:00Z".to_owned()), now), "over");
    }

    #[test]
    fn rates_have_three_figures_and_unknown_is_not_zero() {
        for (value, said) in [
            (0.0, "0/s"),
            (0.034, "0.03/s"),
            (1.0, "1/s"),
            (12.34, "12.3/s"),
            (999.4, "999/s"),
            (999.9, "1k/s"),
            (1_240.0, "1.24k/s"),
            (12_400_000.0, "12.4M/s"),
            (100.0, "100/s"),
        ] {
            assert_eq!(rate(Some(value)), said, "{value}");
        }
        assert_eq!(rate(None), UNKNOWN);
    }
}
