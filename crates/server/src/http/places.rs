//! How many files may be fetched at a time, in all and by one address, so that nobody keeps the door shut for everybody.
//! Start at [`Places::take`].

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files that are fetched at the same time.
const DOWNLOADS_MAX: usize = 256;
/// Those of one address among them. A whole site may sit behind one, so it is not few.
const DOWNLOADS_AN_ADDRESS_MAX: usize = 64;
/// Whoever has one IPv6 address has a whole network of this many leading bits (RFC 6177).
const NETWORK_BITS: u32 = 64;

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// All places.
pub(super) struct Places {
    all: Arc<Semaphore>,
    of_addresses: Counts,
}

/// A place that was taken. Dropping it frees it.
pub(super) struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_address: OfAddress,
}

struct OfAddress {
    counts: Counts,
    address: IpAddr,
}

impl Default for Places {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(DOWNLOADS_MAX)), of_addresses: Arc::default() }
    }
}

impl Places {
    /// A place for this address; nothing where none is free.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let of_all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        let mut counts = self.of_addresses.lock().unwrap_or_else(PoisonError::into_inner);
        // There are never more entries than places.
        let count = counts.entry(address).or_default();
        if *count >= DOWNLOADS_AN_ADDRESS_MAX {
            return None;
        }
        *count = count.saturating_add(1);
        drop(counts);
        let of_address = OfAddress { counts: Arc::clone(&self.of_addresses), address };
        Some(Place { _of_all: of_all, _of_address: of_address })
    }
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6((six.to_bits() >> NETWORK_BITS << NETWORK_BITS).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_never_takes_the_places_of_all() {
        let places = Places::default();
        let greedy: IpAddr = "2001:db8::1".parse().unwrap();
        let beside: IpAddr = "2001:db8::2".parse().unwrap();
        let mut taken: Vec<Place> = (0..1000).map_while(|_| places.take(greedy)).collect();
        assert_eq!(taken.len(), DOWNLOADS_AN_ADDRESS_MAX);
        assert!(places.take(beside).is_none(), "a network counts as one");
        let others = (0..4).map(|site| IpAddr::from([192, 0, 2, site]));
        let others: Vec<Place> = others
            .flat_map(|other| (0..1000).map_while(|_| places.take(other)).collect::<Vec<_>>())
            .collect();
        assert_eq!(
            others.len(),
            DOWNLOADS_MAX - DOWNLOADS_AN_ADDRESS_MAX,
            "all together have a bound as well"
        );
        drop(others);
        taken.pop();
        assert!(places.take(greedy).is_some(), "a place that is given back can be taken");
        drop(taken);
        assert!(places.of_addresses.lock().unwrap().is_empty(), "nobody is remembered");
    }
}
