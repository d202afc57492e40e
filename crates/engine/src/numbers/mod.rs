//! Numbers: what stands on the wire becomes the key that windows, calls and lists are kept under.
//!
//! Follows the decoders in the flow. [`Normaliser::normalise`] reads a number in whatever form a trunk sends
//! it, [`Normaliser::validity`] says whether a numbering plan holds it, [`NumberLists`] which numbers are
//! exempt, refused or watched. Plans and rules are libphonenumber's, by the crate `rlibphonenumber`.

mod cache;
mod line;
mod lists;
mod national;
mod normal;
mod number;
mod plan;
mod region;
mod validity;
mod wire;

#[cfg(test)]
mod tests;

pub use line::Line;
pub use lists::{ListError, ListName, NumberLists};
pub use normal::{Normal, Normaliser};
pub use number::{ANONYMOUS, Number};
pub use region::Region;
pub use validity::{Validity, read_all_plans};
pub(crate) use wire::{is_withheld, phone_context};

/// Characters a text that is no number is cut at.
pub const MAX_TEXT: usize = 64;
