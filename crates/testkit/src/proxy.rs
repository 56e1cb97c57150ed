//! A TCP proxy that can cut connections and turn new ones away.
//! Start at [`Proxy::start`].

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A proxy on 127.0.0.1. Ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    open: Mutex<Vec<TcpStream>>,
    refusing: AtomicBool,
    ended: AtomicBool,
    accepted: AtomicUsize,
}

impl Proxy {
    /// A proxy in front of `target` (`HOST:PORT`).
    ///
    /// # Panics
    /// When the system gives no port.
    #[must_use]
    pub fn start(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be bound");
        let address = listener.local_addr().expect("a bound port has a number");
        let shared = Arc::new(Shared::default());
        let (target, ours) = (target.to_owned(), Arc::clone(&shared));
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if ours.ended.load(Ordering::SeqCst) {
                    return;
                }
                if !ours.refusing.load(Ordering::SeqCst) {
                    // One that cannot be carried on is simply closed.
                    drop(carry(&near, &target, &ours));
                }
            }
        });
        Self { address, shared }
    }

    /// Host and port to connect to.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// How many connections were carried.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Cuts every open connection.
    pub fn cut(&self) {
        let mut open = self.shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in open.drain(..) {
            // The peer may have closed it already.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// From now on new connections are closed at once, or carried again.
    pub fn refuse(&self, refuse: bool) {
        self.shared.refusing.store(refuse, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.cut();
        // Wakes the loop, which then sees that it is over.
        drop(TcpStream::connect(self.address));
    }
}

fn carry(near: &TcpStream, target: &str, shared: &Shared) -> io::Result<()> {
    let far = TcpStream::connect(target)?;
    shared.accepted.fetch_add(1, Ordering::SeqCst);
    let mut open = shared.open.lock().unwrap_or_else(PoisonError::into_inner);
    open.push(near.try_clone()?);
    open.push(far.try_clone()?);
    drop(open);
    for (mut from, mut to) in [(near.try_clone()?, far.try_clone()?), (far.try_clone()?, near.try_clone()?)] {
        thread::spawn(move || {
            // However it ends, the other side is told.
            drop(io::copy(&mut from, &mut to));
            drop(to.shutdown(Shutdown::Both));
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_cut_ends_open_connections_and_a_refusal_new_ones() {
        let echo = TcpListener::bind("127.0.0.1:0").expect("a port");
        let target = echo.local_addr().expect("a number").to_string();
        thread::spawn(move || {
            for stream in echo.incoming().flatten() {
                let mut back = stream.try_clone().expect("a stream has two ends");
                let mut stream = stream;
                thread::spawn(move || drop(io::copy(&mut stream, &mut back)));
            }
        });
        let proxy = Proxy::start(&target);
        let connect = || {
            let stream = TcpStream::connect(proxy.address()).expect("the proxy listens");
            stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
            stream
        };
        let mut first = connect();
        first.write_all(b"x").expect("it carries");
        let mut one = [0; 1];
        first.read_exact(&mut one).expect("it comes back");
        proxy.cut();
        assert!(matches!(first.read(&mut one), Ok(0) | Err(_)), "it was cut");
        proxy.refuse(true);
        assert!(matches!(connect().read(&mut one), Ok(0) | Err(_)), "it was turned away");
        assert_eq!(proxy.accepted(), 1);
    }
}
