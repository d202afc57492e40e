//! The engine: bytes of call signalling in, masking alerts out. It knows no Python.
//!
//! The flow is the order of the modules: a decoder turns bytes into [`event::CallEvent`]s, `numbers`
//! gives A- and B-number their normal form, `window` keeps who called whom in the last seconds,
//! `crowd` groups the calls of an alert by where they came from, `attack` keeps the alert while it lasts and `engine`
//! ties them together. `trees` reads a trained model and scores rows of features by it.

pub mod attack;
pub mod baseline;
pub mod batch;
pub mod callers;
pub mod calls;
pub mod capture;
pub mod crowd;
pub mod distinct;
pub mod engine;
pub mod entries;
pub mod event;
pub mod evidence;
pub mod example;
pub mod exchange;
pub mod features;
pub mod group;
pub mod habits;
pub mod index;
pub mod judge;
pub mod keys;
pub mod levels;
pub mod ndjson;
pub mod numbers;
pub mod origin;
pub mod pages;
pub mod ranges;
pub mod replay;
pub mod row;
pub mod scorecard;
pub mod shadow;
pub mod sip;
pub mod slab;
pub mod snapshot;
pub mod stretch;
pub mod sweep;
pub mod tally;
pub mod texts;
pub mod trees;
pub mod ways;
