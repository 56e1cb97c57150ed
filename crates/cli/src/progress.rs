//! A word on standard error when something takes longer than two seconds.
//! On a terminal the line is rewritten and taken away; elsewhere it is said once.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const QUIET: Duration = Duration::from_secs(2);
const BETWEEN: Duration = Duration::from_secs(1);

/// Runs `work`, and says what is going on when it takes its time.
pub(crate) fn during<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let started = Instant::now();
            let terminal = std::io::stderr().is_terminal();
            let mut pause = QUIET;
            let mut said = false;
            while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(pause) {
                pause = BETWEEN;
                if terminal {
                    said = true;
                    say(&format!("\r{what} … {} s", started.elapsed().as_secs()));
                } else if !said {
                    said = true;
                    say(&format!("{what} …\n"));
                }
            }
            if said && terminal {
                say("\r\x1b[K");
            }
        });
        let answer = work();
        // Ends the wait of the thread above, which the scope joins.
        drop(done);
        answer
    })
}

fn say(text: &str) {
    // Without somebody who reads it, progress is of no use.
    let _closed = std::io::stderr().write_all(text.as_bytes());
}
