//! Whether an order is the same in every process.

use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, hash_map as map, hash_set as set},
    iter::{Cloned, Copied, Filter, FilterMap, FlatMap, Flatten, Inspect, Map, Peekable},
};

/// What may be iterated, under the probe.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "macros alone make it")]
pub struct Order<T>(pub T);

/// What is shown with `{:?}`, under the probe.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "macros alone make it")]
pub struct Shown<'a, T: ?Sized>(pub &'a T);

/// What an order that is the same everywhere is found to be.
#[doc(hidden)]
#[derive(Debug)]
pub struct Known<T>(T);

/// What the order of a hash map or hash set is found to be.
#[derive(Debug)]
pub struct Hashed<T>(T);

/// What was collected in the order of a hash map or hash set.
#[derive(Debug)]
pub struct CollectedFromHash<B>(B);

/// What is the same in every process.
#[diagnostic::on_unimplemented(
    message = "nondeterministic order: that of a hash map or hash set shows here",
    label = "the order differs in every process, so a replay would take another path",
    note = "use a `BTreeMap` or `BTreeSet`; or iterate over `durable::sorted(..)` of it, which sorts"
)]
pub trait FixedOrder: Sized {
    /// The same: the bound is what is checked.
    #[doc(hidden)]
    #[inline]
    fn fixed(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> FixedOrder for Known<T> {}

#[diagnostic::do_not_recommend]
impl<B: AnyOrder> FixedOrder for CollectedFromHash<B> {}

macro_rules! probed {
    ($($found:ident)*) => { $(
        impl<T> $found<T> {
            /// What was probed.
            #[doc(hidden)]
            #[inline]
            pub fn probed(self) -> T {
                self.0
            }
        }
    )* };
}

probed! { Known Hashed CollectedFromHash }

/// Collections that come out the same whatever the order of what is put in.
pub trait AnyOrder {}

impl<K, V> AnyOrder for BTreeMap<K, V> {}
impl<T> AnyOrder for BTreeSet<T> {}
impl<T> AnyOrder for BinaryHeap<T> {}
impl<K, V, S> AnyOrder for HashMap<K, V, S> {}
impl<T, S> AnyOrder for HashSet<T, S> {}
impl<K, V> AnyOrder for serde_json::Map<K, V> {}
impl AnyOrder for () {}
impl<B: AnyOrder, E> AnyOrder for Result<B, E> {}
impl<B: AnyOrder> AnyOrder for Option<B> {}

macro_rules! hashed {
    ($([$($parameter:tt)*] $type:ty,)*) => { $(
        impl<$($parameter)*> Order<$type> {
            /// Found first.
            #[inline]
            pub fn probe(self) -> Hashed<$type> {
                Hashed(self.0)
            }
        }
    )* };
}

/// Iterators in the order of a hash map or hash set.
#[doc(hidden)]
pub trait HashOrdered: Iterator {}

macro_rules! iterators {
    ($([$($parameter:tt)*] $type:ty,)*) => {
        hashed! { $([$($parameter)*] $type,)* }
        $(impl<$($parameter)*> HashOrdered for $type where Self: Iterator {})*
    };
}

iterators! {
    ['a, K, V] map::Iter<'a, K, V>, ['a, K, V] map::IterMut<'a, K, V>, ['a, K, V] map::Keys<'a, K, V>,
    ['a, K, V] map::Values<'a, K, V>, ['a, K, V] map::ValuesMut<'a, K, V>, ['a, K, V] map::Drain<'a, K, V>,
    [K, V] map::IntoIter<K, V>, [K, V] map::IntoKeys<K, V>, [K, V] map::IntoValues<K, V>,
    ['a, T] set::Iter<'a, T>, ['a, T] set::Drain<'a, T>, [T] set::IntoIter<T>,
    ['a, T, S] set::Union<'a, T, S>, ['a, T, S] set::Intersection<'a, T, S>, ['a, T, S] set::Difference<'a, T, S>,
    ['a, T, S] set::SymmetricDifference<'a, T, S>,
}

hashed! {
    [K, V, S] HashMap<K, V, S>, ['a, K, V, S] &'a HashMap<K, V, S>, ['a, K, V, S] &'a mut HashMap<K, V, S>,
    [T, S] HashSet<T, S>, ['a, T, S] &'a HashSet<T, S>, ['a, T, S] &'a mut HashSet<T, S>,
}

impl<I: HashOrdered, F> HashOrdered for Map<I, F> where Self: Iterator {}
impl<I: HashOrdered, F> HashOrdered for Filter<I, F> where Self: Iterator {}
impl<I: HashOrdered, F> HashOrdered for FilterMap<I, F> where Self: Iterator {}
impl<I: HashOrdered, F> HashOrdered for Inspect<I, F> where Self: Iterator {}
impl<I: HashOrdered, U: IntoIterator, F> HashOrdered for FlatMap<I, U, F> where Self: Iterator {}
impl<I: HashOrdered<Item: IntoIterator>> HashOrdered for Flatten<I> where Self: Iterator {}
impl<I: HashOrdered> HashOrdered for Peekable<I> where Self: Iterator {}
impl<I: HashOrdered> HashOrdered for &mut I {}
impl<I: HashOrdered> HashOrdered for Copied<I> where Self: Iterator {}
impl<I: HashOrdered> HashOrdered for Cloned<I> where Self: Iterator {}

/// Found otherwise.
#[doc(hidden)]
pub trait OrderElse {
    /// What was probed.
    type Probed;

    /// Found otherwise.
    fn probe(self) -> Known<Self::Probed>;
}

impl<T> OrderElse for Order<T> {
    type Probed = T;

    #[inline]
    fn probe(self) -> Known<T> {
        Known(self.0)
    }
}

impl<I: HashOrdered> Order<I> {
    /// Found first.
    #[inline]
    pub fn collect<B: FromIterator<I::Item>>(self) -> CollectedFromHash<B> {
        CollectedFromHash(self.0.collect())
    }
}

/// Found otherwise.
#[doc(hidden)]
pub trait CollectElse {
    /// What is collected.
    type Item;

    /// Found otherwise.
    fn collect<B: FromIterator<Self::Item>>(self) -> Known<B>;
}

impl<I: Iterator> CollectElse for Order<I> {
    type Item = I::Item;

    #[inline]
    fn collect<B: FromIterator<I::Item>>(self) -> Known<B> {
        Known(self.0.collect())
    }
}

macro_rules! shown {
    ($([$($parameter:tt)*] $type:ty,)*) => { $(
        impl<'s, $($parameter)*> Shown<'s, $type> {
            /// Found first.
            #[inline]
            pub fn probe(self) -> Hashed<&'s $type> {
                Hashed(self.0)
            }
        }
    )* };
}

shown! {
    [K, V, S] HashMap<K, V, S>, ['a, K, V, S] &'a HashMap<K, V, S>, ['a, K, V, S] &'a mut HashMap<K, V, S>,
    [T, S] HashSet<T, S>, ['a, T, S] &'a HashSet<T, S>, ['a, T, S] &'a mut HashSet<T, S>,
    [K, V, S] Option<HashMap<K, V, S>>, [T, S] Option<HashSet<T, S>>,
    [K, V, S] Vec<HashMap<K, V, S>>, [T, S] Vec<HashSet<T, S>>,
    ['a, K, V] map::Iter<'a, K, V>, ['a, K, V] map::Keys<'a, K, V>, ['a, K, V] map::Values<'a, K, V>,
    ['a, T] set::Iter<'a, T>,
}

/// Found otherwise.
#[doc(hidden)]
pub trait ShownElse<'s> {
    /// What was probed.
    type Probed: ?Sized;

    /// Found otherwise.
    fn probe(self) -> Known<&'s Self::Probed>;
}

impl<'s, T: ?Sized> ShownElse<'s> for Shown<'s, T> {
    type Probed = T;

    #[inline]
    fn probe(self) -> Known<&'s T> {
        Known(self.0)
    }
}
