//! Reading clocks and `/proc`, and what is made of many numbers. Knows nothing of what is measured.
//! Start at [`quantile`].

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long memory may go on changing before it is measured all the same.
const QUIET_MAX: Duration = Duration::from_secs(8);
const QUIET_FOR: Duration = Duration::from_secs(2);

/// The value below which `part` (0 to 1) of `values` lie; nothing of none.
pub(crate) fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index within a list in memory"
    )]
    let at = (last as f64 * part).round() as usize;
    values.get(at.min(last)).copied().unwrap_or(f64::NAN)
}

/// Milliseconds of a duration.
pub(crate) fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// The clock that all processes of this machine share, in nanoseconds.
pub(crate) fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// What is resident, with the pages of the program itself.
    pub(crate) resident: f64,
    /// The heap and the stacks.
    pub(crate) own: f64,
}

/// Memory of a process that runs.
pub(crate) fn memory(process: u32) -> Memory {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let read = |name: &str| {
        let kib = status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        let kib = kib.and_then(|kib| kib.parse::<f64>().ok());
        kib.expect("/proc tells the memory of a process that runs") * 1024.0
    };
    Memory { resident: read("VmRSS:"), own: read("RssAnon:") }
}

/// The same once it has stayed within one part in a hundred for a while, or after a bounded wait.
pub(crate) fn quiet_memory(process: u32) -> Memory {
    let start = Instant::now();
    let (mut before, mut since) = (memory(process).resident, Instant::now());
    while since.elapsed() < QUIET_FOR && start.elapsed() < QUIET_MAX {
        std::thread::sleep(Duration::from_millis(200));
        let now = memory(process).resident;
        if (now - before).abs() > before / 100.0 {
            (before, since) = (now, Instant::now());
        }
    }
    memory(process)
}

/// Processor time of the threads of a process, in microseconds.
pub(crate) fn cpu_us(process: u32) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let spent = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    spent.sum::<f64>() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let mut values: Vec<f64> = (1..=101).rev().map(f64::from).collect();
        assert_eq!((quantile(&mut values, 0.5), quantile(&mut values, 0.99)), (51.0, 100.0));
        assert!(quantile(&mut [], 0.5).is_nan());
    }

    #[test]
    fn this_process_has_memory_and_spends_time() {
        assert!(memory(std::process::id()).own > 10_000.0 && cpu_us(std::process::id()) > 0.0);
    }
}
