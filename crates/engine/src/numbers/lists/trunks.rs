//! The list of trunks: names as the operator writes them, or the beginnings of names, as `carrier-a-*`.

use super::super::MAX_TEXT;
use super::ListError;
use std::collections::{BTreeMap, HashSet};

#[derive(Default)]
pub(super) struct Trunks {
    names: HashSet<Box<str>>,
    prefixes: HashSet<Box<str>>,
    /// How many prefixes have that many bytes.
    lengths: BTreeMap<usize, usize>,
}

impl Trunks {
    pub(super) fn len(&self) -> usize {
        self.names.len() + self.prefixes.len()
    }

    pub(super) fn set(&mut self, value: &str) -> Result<(), ListError> {
        let value = value.trim();
        if value.is_empty() || value == "*" {
            return Err(ListError::Empty);
        }
        if value.chars().nth(MAX_TEXT).is_some() {
            return Err(ListError::TooLong);
        }
        match value.strip_suffix('*') {
            None => {
                self.names.insert(value.into());
            }
            Some(prefix) => {
                if self.prefixes.insert(prefix.into()) {
                    *self.lengths.entry(prefix.len()).or_default() += 1;
                }
            }
        }
        Ok(())
    }

    pub(super) fn unset(&mut self, value: &str) -> bool {
        let value = value.trim();
        let Some(prefix) = value.strip_suffix('*') else {
            return self.names.remove(value);
        };
        let was = self.prefixes.remove(prefix);
        if let Some(count) = self.lengths.get_mut(&prefix.len()).filter(|_| was) {
            *count -= 1;
            if *count == 0 {
                self.lengths.remove(&prefix.len());
            }
        }
        was
    }

    #[inline]
    pub(super) fn has(&self, trunk: &str) -> bool {
        if self.len() == 0 {
            return false;
        }
        self.names.contains(trunk)
            || self
                .lengths
                .keys()
                .any(|&length| trunk.get(..length).is_some_and(|head| self.prefixes.contains(head)))
    }
}
