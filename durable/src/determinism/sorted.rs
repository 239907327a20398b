//! A way out of hash order.

use std::{
    collections::{HashMap, HashSet, hash_map as map, hash_set as set},
    hash::{BuildHasher, Hash},
    vec,
};

/// Hash maps, hash sets and their iterators: what [`sorted`] takes.
#[diagnostic::on_unimplemented(
    message = "`durable::sorted` takes a hash map or hash set, or an iterator over one, not `{Self}`",
    label = "not a hash map or hash set",
    note = "anything else has its order already: call `sort` on a `Vec`"
)]
pub trait Sorted {
    /// An entry of the map, or an element of the set.
    type Item;

    /// All of them in order.
    fn into_sorted(self) -> vec::IntoIter<Self::Item>;
}

/// Yields the entries of a hash map in the order of their keys, or the elements of a hash set in theirs.
///
/// Orchestrators can't iterate hash maps directly: the order differs in every process. Maps and sets are taken by value
/// or by reference, and so are the iterators of them. It costs a sort, O(n log n); a `BTreeMap` is in order already.
///
/// ```
/// use std::collections::{HashMap, HashSet};
///
/// let stock = HashMap::from([("tea", 5), ("milk", 2)]);
/// assert_eq!(durable::sorted(&stock).map(|(name, _)| *name).collect::<Vec<_>>(), ["milk", "tea"]);
/// assert_eq!(durable::sorted(HashSet::from([3, 1, 2])).collect::<Vec<_>>(), [1, 2, 3]);
/// ```
pub fn sorted<T: Sorted>(items: T) -> vec::IntoIter<T::Item> {
    items.into_sorted()
}

fn by<T>(items: impl Iterator<Item = T>, compare: impl Fn(&T, &T) -> std::cmp::Ordering) -> vec::IntoIter<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_by(compare);
    items.into_iter()
}

macro_rules! sorted_entries {
    ($([$($parameter:tt)*] $type:ty => $item:ty,)*) => { $(
        impl<$($parameter)*> Sorted for $type {
            type Item = $item;

            fn into_sorted(self) -> vec::IntoIter<$item> {
                by(self.into_iter(), |a, b| a.0.cmp(&b.0))
            }
        }
    )* };
}

macro_rules! sorted_elements {
    ($([$($parameter:tt)*] $type:ty => $item:ty,)*) => { $(
        impl<$($parameter)*> Sorted for $type {
            type Item = $item;

            fn into_sorted(self) -> vec::IntoIter<$item> {
                by(self.into_iter(), Ord::cmp)
            }
        }
    )* };
}

sorted_entries! {
    [K: Ord, V, S] HashMap<K, V, S> => (K, V),
    ['a, K: Ord, V, S] &'a HashMap<K, V, S> => (&'a K, &'a V),
    ['a, K: Ord, V, S] &'a mut HashMap<K, V, S> => (&'a K, &'a mut V),
    [K: Ord, V] map::IntoIter<K, V> => (K, V),
    ['a, K: Ord, V] map::Iter<'a, K, V> => (&'a K, &'a V),
    ['a, K: Ord, V] map::IterMut<'a, K, V> => (&'a K, &'a mut V),
    ['a, K: Ord, V] map::Drain<'a, K, V> => (K, V),
    [K: Ord, V] Vec<(K, V)> => (K, V),
}

sorted_elements! {
    [T: Ord, S] HashSet<T, S> => T,
    ['a, T: Ord, S] &'a HashSet<T, S> => &'a T,
    [T: Ord] set::IntoIter<T> => T,
    ['a, T: Ord] set::Iter<'a, T> => &'a T,
    ['a, T: Ord] set::Drain<'a, T> => T,
    ['a, T: Ord + Hash, S: BuildHasher] set::Union<'a, T, S> => &'a T,
    ['a, T: Ord + Hash, S: BuildHasher] set::Intersection<'a, T, S> => &'a T,
    ['a, T: Ord + Hash, S: BuildHasher] set::Difference<'a, T, S> => &'a T,
    ['a, T: Ord + Hash, S: BuildHasher] set::SymmetricDifference<'a, T, S> => &'a T,
    [K: Ord, V] map::IntoKeys<K, V> => K,
    ['a, K: Ord, V] map::Keys<'a, K, V> => &'a K,
    [K, V: Ord] map::IntoValues<K, V> => V,
    ['a, K, V: Ord] map::Values<'a, K, V> => &'a V,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_come_in_the_order_of_their_keys() {
        let map: HashMap<u32, f64> = (0..100).map(|n| (n * 7_919 % 101, f64::from(n))).collect();
        let keys: Vec<u32> = sorted(&map).map(|(key, _)| *key).collect();
        assert!(keys.is_sorted() && keys.len() == 100);
        assert_eq!(sorted(map.keys()).count(), 100);
        assert_eq!(sorted(map).map(|(key, _)| key).collect::<Vec<_>>(), keys);
    }

    #[test]
    fn sets_come_in_the_order_of_their_elements() {
        let set: HashSet<String> = ["c", "a", "b"].map(String::from).into();
        assert_eq!(sorted(&set).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(sorted(set.into_iter()).collect::<String>(), "abc");
    }
}
