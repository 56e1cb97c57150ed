//! How the fleet is divided into pools: by the values of a label, or by group.
//! Start at [`pools_of`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Id, Intent};

use super::gather::{Known, PoolSum};

/// One pool. A collector is in every group that holds it, and in one pool of a label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PoolKey {
    /// The members of a group.
    Group(Id),
    /// The collectors with this value of the label.
    Label(String, String),
    /// Those that are in no other pool.
    Others,
    /// So many smaller pools together.
    More(usize),
}

/// Pools of one graph. A label may have as many values as there are collectors.
const POOLS_MAX: usize = 100;

/// The largest pools, and the rest as one.
pub(super) fn largest(pools: BTreeMap<PoolKey, PoolSum>) -> BTreeMap<PoolKey, PoolSum> {
    if pools.len() <= POOLS_MAX {
        return pools;
    }
    let mut pools: Vec<(PoolKey, PoolSum)> = pools.into_iter().collect();
    pools.sort_by(|a, b| b.1.collectors.cmp(&a.1.collectors).then_with(|| a.0.cmp(&b.0)));
    let rest = pools.split_off(POOLS_MAX - 1);
    let key = PoolKey::More(rest.len());
    let mut more = PoolSum::default();
    rest.iter().for_each(|(_, pool)| more.join(pool));
    pools.into_iter().chain([(key, more)]).collect()
}

impl PoolKey {
    /// The id of its node.
    pub(super) fn node_id(&self) -> String {
        match self {
            Self::Group(id) => format!("pool:group/{id}"),
            Self::Label(key, value) => format!("pool:label/{key}={value}"),
            Self::Others => "pool:others".to_owned(),
            Self::More(_) => "pool:more".to_owned(),
        }
    }

    /// What people see.
    pub(super) fn name(&self, intent: &Intent) -> String {
        match self {
            Self::Group(id) => {
                let named = intent.groups.get(id).and_then(|group| group.name.clone());
                named.unwrap_or_else(|| id.to_string())
            }
            Self::Label(key, value) => format!("{key}={value}"),
            Self::Others => "Others".to_owned(),
            Self::More(count) => format!("…and {count} more pools"),
        }
    }
}

/// The pools that a collector is in; at least one.
pub(super) fn pools_of(
    by: Option<&str>,
    intent: &Intent,
    (id, registration, claims): Known<'_>,
) -> Vec<PoolKey> {
    let pools: Vec<PoolKey> = match by {
        Some(key) => {
            let value = registration.labels.get(key);
            value.map(|value| PoolKey::Label(key.to_owned(), value.clone())).into_iter().collect()
        }
        None => intent.groups_of(id, registration, claims).into_iter().map(PoolKey::Group).collect(),
    };
    if pools.is_empty() { vec![PoolKey::Others] } else { pools }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_with_a_value_for_each_collector_makes_no_more_pools_than_can_be_drawn() {
        let pool = |collectors| PoolSum { collectors, ..PoolSum::default() };
        let key = |number: u64| PoolKey::Label("host".to_owned(), number.to_string());
        let pools: BTreeMap<PoolKey, PoolSum> =
            (0..5_000).map(|number| (key(number), pool(if number == 4_321 { 7 } else { 1 }))).collect();
        let largest = largest(pools);
        assert_eq!(largest.len(), POOLS_MAX);
        assert_eq!(largest.get(&key(4_321)).map(|pool| pool.collectors), Some(7));
        let rest = PoolKey::More(5_000 - (POOLS_MAX - 1));
        assert!(largest.contains_key(&rest));
        assert_eq!(largest.values().map(|pool| pool.collectors).sum::<u64>(), 5_006, "nobody is left out");
    }
}
