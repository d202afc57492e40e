//! What an event is read by as it enters a batch: the numbering of its trunk, and the keys under which its texts are
//! hashed.

use std::collections::HashMap;

use super::KeyedState;
use crate::ndjson::Habits;
use crate::numbers::{Line, ListError, ListName, Normal, Normaliser, Number, NumberLists, Region};
use crate::texts::TextKey;

/// What an operator says of a trunk.
#[derive(Clone, Debug, Default)]
pub struct Trunk {
    /// Region in which its national numbers are read.
    pub region: Option<Region>,
    /// Whether the network's own word on the caller (P-Asserted-Identity) is believed.
    pub trusted: bool,
    /// Whether its calls come from other countries.
    pub international: bool,
    /// Addresses its peers send from, by which SIP traffic is told to be its own.
    pub addresses: Vec<String>,
}

/// Turns events as read into events as judged.
pub struct Intake {
    call_ids: TextKey,
    /// Of trunks, addresses, origins and agents.
    pub(super) names: TextKey,
    numbers: Normaliser,
    home: Region,
    /// How the lines of this stream are written.
    pub(crate) habits: Habits,
    trunks: HashMap<String, Trunk, KeyedState>,
    by_address: HashMap<String, String, KeyedState>,
    /// Whether any trunk is international.
    borders: bool,
    /// A-numbers that were no number or were cut at their bound.
    pub odd_a_numbers: u64,
    /// A-numbers cut at their bound.
    pub cut_a_numbers: u64,
}

impl Intake {
    /// Numbers without a country code are read in the trunk's region, else in `home`.
    #[must_use]
    pub fn new(home: Region, trunks: impl IntoIterator<Item = (String, Trunk)>) -> Self {
        let names = TextKey::random();
        let trunks: HashMap<String, Trunk, KeyedState> = trunks.into_iter().collect();
        let addresses = |name: &str, trunk: &Trunk| -> Vec<(String, String)> {
            trunk.addresses.iter().map(|address| (address.clone(), name.to_owned())).collect()
        };
        let mut numbers = Normaliser::new(names.of_numbers());
        trunks
            .values()
            .filter_map(|trunk| trunk.region)
            .chain([home])
            .for_each(|region| numbers.warm(region));
        Self {
            numbers,
            call_ids: TextKey::random(),
            names,
            home,
            habits: Habits::default(),
            borders: trunks.values().any(|trunk| trunk.international),
            by_address: trunks.iter().flat_map(|(name, trunk)| addresses(name, trunk)).collect(),
            trunks,
            odd_a_numbers: 0,
            cut_a_numbers: 0,
        }
    }

    /// The region in which a trunk's national numbers are read.
    #[must_use]
    pub fn region(&self, trunk: &str) -> Region {
        if self.trunks.is_empty() {
            return self.home;
        }
        self.trunks.get(trunk).and_then(|trunk| trunk.region).unwrap_or(self.home)
    }

    /// The trunk that an address sends for and whether it is trusted; an empty name where it is none's.
    #[must_use]
    pub fn trunk_at(&self, address: &str) -> (String, bool) {
        let name = self.by_address.get(address).cloned().unwrap_or_default();
        let trusted = self.trunks.get(&name).is_some_and(|trunk| trunk.trusted);
        (name, trusted)
    }

    /// The normal form of a number that arrives on a trunk.
    pub fn number<'a>(&mut self, raw: &'a str, trunk: &str) -> Normal<'a> {
        let region = self.region(trunk);
        self.numbers.normalise(raw, region)
    }

    /// Whether a number is of the home region's country.
    #[must_use]
    pub fn is_national(&self, number: Number) -> bool {
        number.e164_value().is_some_and(|value| self.home.holds(value))
    }

    /// Whether calls come from other countries on any trunk.
    #[inline]
    #[must_use]
    pub fn has_borders(&self) -> bool {
        self.borders
    }

    /// Whether a trunk's calls come from other countries.
    #[must_use]
    pub fn is_international(&self, trunk: &str) -> bool {
        self.borders && self.trunks.get(trunk).is_some_and(|trunk| trunk.international)
    }

    /// The line behind a number of the home region's own plan; nothing for other numbers.
    #[must_use]
    pub fn home_line(&self, number: Number) -> Option<Line> {
        if self.is_national(number) { self.numbers.line_in(number, self.home) } else { None }
    }

    /// What numbering plans say of a number.
    pub fn validity(&mut self, number: Number) -> crate::numbers::Validity {
        self.numbers.validity(number)
    }

    /// Adds an entry to a list, read in the home region.
    ///
    /// # Errors
    ///
    /// What can't be listed, and why.
    pub fn list(&mut self, lists: &mut NumberLists, list: ListName, value: &str) -> Result<(), ListError> {
        lists.set(list, value, &mut self.numbers, self.home)
    }

    /// Takes an entry from a list; whether it was there.
    pub fn unlist(&mut self, lists: &mut NumberLists, list: ListName, value: &str) -> bool {
        lists.unset(list, value, &mut self.numbers, self.home)
    }

    /// Hash of a Call-ID under this intake's own key.
    #[inline]
    #[must_use]
    pub fn hash_call_id(&self, call_id: &str) -> u64 {
        self.call_ids.hash(call_id)
    }

    /// The key of names, and of texts in the place of numbers.
    #[must_use]
    pub fn names(&self) -> &TextKey {
        &self.names
    }

    /// From now on names are hashed under this key; those hashed before can't be found any more.
    pub fn use_names(&mut self, key: TextKey) {
        self.numbers.use_key(key.of_numbers());
        self.names = key;
    }
}
