//! The floor of density and fan-out: a bare accept loop that holds sockets and writes the same bytes to each in turn, and
//! the process at the other end. Start at [`serve_sockets`] and [`hold_sockets`].

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::child::{say, told};
use super::measure::now_ns;

/// Runs the role: accepts, holds one task for each socket, and sends a file to all when it is told `send <path>`.
pub fn serve_sockets() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime can be started");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port can be bound");
    say(&format!("listening {}", listener.local_addr().expect("a bound port has a number")));
    let held: Arc<Mutex<Vec<OwnedWriteHalf>>> = Arc::default();
    let holding = Arc::clone(&held);
    runtime.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            drop(socket.set_nodelay(true));
            let (mut read, write) = socket.into_split();
            holding.lock().unwrap_or_else(PoisonError::into_inner).push(write);
            tokio::spawn(async move {
                let mut one = [0_u8; 1];
                while read.read(&mut one).await.is_ok_and(|count| count > 0) {}
            });
        }
    });
    told(|line| {
        let Some(path) = line.strip_prefix("send ") else { return };
        let bytes = std::fs::read(Path::new(path)).expect("the file to send can be read");
        say(&format!("began {}", now_ns()));
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        runtime.block_on(async {
            for socket in held.iter_mut() {
                socket.write_all(&bytes).await.expect("the other end holds its sockets");
            }
        });
    });
}

/// Runs the role: `words` are an address, how many sockets, and the length of what will come. It says when all have got
/// that many bytes, with the hash that all of them had.
pub fn hold_sockets(words: &[String]) {
    let [address, count, length] = words else { return say("broken: wants an address and two numbers") };
    let count: usize = count.parse().unwrap_or(0);
    let length: usize = length.parse().unwrap_or(0);
    let address: Arc<str> = address.as_str().into();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime can be started");
    let (sender, receiver) = mpsc::unbounded_channel();
    runtime.spawn(async move {
        for _ in 0..count {
            let Ok(socket) = TcpStream::connect(&*address).await else { return say("broken: no connection") };
            tokio::spawn(take(socket, length, sender.clone()));
        }
        say("connected");
    });
    runtime.spawn(count_up(receiver, count));
    told(|_| {});
}

async fn take(mut socket: TcpStream, length: usize, sender: mpsc::UnboundedSender<(String, u64)>) {
    // A silent socket has no buffer.
    while socket.readable().await.is_ok() {
        let mut bytes = vec![0; length];
        if socket.read_exact(&mut bytes).await.is_err() {
            return;
        }
        let hash = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        drop(sender.send((hash, now_ns())));
    }
}

async fn count_up(mut receiver: mpsc::UnboundedReceiver<(String, u64)>, count: usize) {
    let mut first = None;
    let mut times = Vec::new();
    while let Some((hash, at_ns)) = receiver.recv().await {
        if *first.get_or_insert_with(|| hash.clone()) != hash {
            say("broken: two sockets got different bytes");
        }
        times.push(at_ns.to_string());
        if times.len() == count {
            say(&format!("holds {hash} {}", times.join(",")));
            times.clear();
            first = None;
        }
    }
}
