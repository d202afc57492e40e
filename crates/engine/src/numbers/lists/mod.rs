//! Allow, deny and watch lists of numbers and prefixes: changed while calls run, read for every call.

mod entries;
mod keys;
mod trunks;

use super::{Normaliser, Number, Region};
use entries::Entries;
use std::borrow::Cow;
use std::fmt;
use trunks::Trunks;

/// The lists.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum ListName {
    /// B-numbers whose calls are exempt.
    AllowB,
    /// Trunks whose calls are exempt.
    AllowTrunk,
    /// A-numbers whose calls are exempt.
    AllowA,
    /// A-numbers whose calls are refused.
    DenyA,
    /// A-numbers whose calls are reported.
    WatchA,
}

impl ListName {
    /// Every list.
    pub const ALL: [Self; 5] = [Self::AllowB, Self::AllowTrunk, Self::AllowA, Self::DenyA, Self::WatchA];

    /// As the Python side names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllowB => "allow_b",
            Self::AllowTrunk => "allow_trunk",
            Self::AllowA => "allow_a",
            Self::DenyA => "deny_a",
            Self::WatchA => "watch_a",
        }
    }

    /// The list of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == name)
    }
}

/// Why an entry can't be listed.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum ListError {
    /// Nothing stands there.
    Empty,
    /// Before the `*` stands something else than `+` and 1 to 15 digits.
    Prefix,
    /// Over [`super::MAX_TEXT`] characters.
    TooLong,
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an entry needs a number, a prefix or a name",
            Self::Prefix => "a prefix is written with its country code, as +44800*",
            Self::TooLong => "an entry has at most 64 characters",
        })
    }
}

impl std::error::Error for ListError {}

/// The five lists. An empty one costs its readers one comparison; allow wins over deny, deny over watch.
#[derive(Default)]
pub struct NumberLists {
    allow_b: Entries,
    allow_trunk: Trunks,
    allow_a: Entries,
    deny_a: Entries,
    watch_a: Entries,
}

impl NumberLists {
    /// Adds a number in any form the region dials, `anonymous`, a text, a prefix as `+44800*`, or a trunk's name.
    ///
    /// # Errors
    /// What can't be listed, and why.
    pub fn set(
        &mut self,
        list: ListName,
        value: &str,
        normaliser: &mut Normaliser,
        region: Region,
    ) -> Result<(), ListError> {
        match self.numbers(list) {
            Some(entries) => entries.set(value, normaliser, region),
            None => self.allow_trunk.set(value),
        }
    }

    /// Removes what `set` has added in any of its forms; whether it was there.
    pub fn unset(
        &mut self,
        list: ListName,
        value: &str,
        normaliser: &mut Normaliser,
        region: Region,
    ) -> bool {
        match self.numbers(list) {
            Some(entries) => entries.unset(value, normaliser, region),
            None => self.allow_trunk.unset(value),
        }
    }

    /// Whether an allow list exempts a call.
    #[inline]
    #[must_use]
    pub fn exempts(&self, a: Number, b: Number, trunk: &str) -> bool {
        self.allows_b(b) || self.allow_a.find(a).is_some() || self.allow_trunk.has(trunk)
    }

    /// Whether the B-number is on its allow list.
    #[inline]
    #[must_use]
    pub fn allows_b(&self, b: Number) -> bool {
        self.allow_b.find(b).is_some()
    }

    /// The entry of the deny list, else of the watch list, that names this A-number, the number itself before
    /// the longest prefix. The caller has asked [`NumberLists::exempts`] before.
    #[inline]
    #[must_use]
    pub fn hit(&self, a: Number) -> Option<(ListName, Cow<'_, str>)> {
        let lists = [(ListName::DenyA, &self.deny_a), (ListName::WatchA, &self.watch_a)];
        lists
            .into_iter()
            .find_map(|(list, entries)| entries.find(a).map(|entry| (list, entries.written(entry))))
    }

    /// Entries of a list.
    #[must_use]
    pub fn len(&self, list: ListName) -> usize {
        match list {
            ListName::AllowB => self.allow_b.len(),
            ListName::AllowTrunk => self.allow_trunk.len(),
            ListName::AllowA => self.allow_a.len(),
            ListName::DenyA => self.deny_a.len(),
            ListName::WatchA => self.watch_a.len(),
        }
    }

    /// Whether nothing is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        ListName::ALL.into_iter().all(|list| self.len(list) == 0)
    }

    fn numbers(&mut self, list: ListName) -> Option<&mut Entries> {
        match list {
            ListName::AllowB => Some(&mut self.allow_b),
            ListName::AllowTrunk => None,
            ListName::AllowA => Some(&mut self.allow_a),
            ListName::DenyA => Some(&mut self.deny_a),
            ListName::WatchA => Some(&mut self.watch_a),
        }
    }
}
