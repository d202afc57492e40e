//! Boosted trees, laid out flat so that a row runs down them fast.
//!
//! A node is eight bytes: a threshold and where to go on. A row is spread into pairs, each value beside its negation,
//! so that every node asks one question only, "is the value in my slot below my threshold?", whatever its default
//! direction is. A missing value is below nothing. The child it goes to comes first, and the other child right behind
//! it: the answer, 0 or 1, is added to the place of the first. No branch depends on the row. A leaf's threshold is NaN
//! and its first child is itself, so that a walk may go on below it and stands still. Trees are walked twelve
//! at a time, since each step of one has to wait for the step before; eight and sixteen were measured slower.

use super::features::MAX_FEATURES;

/// Trees walked at once.
const LANES: usize = 12;
/// A value and its negation for each feature.
const SLOTS: usize = 2 * MAX_FEATURES;
const SLOT_BITS: u32 = SLOTS.trailing_zeros();
/// Most nodes of a forest; their places fit beside a slot in a node.
pub(super) const MAX_NODES: usize = 1_000_000;
const _: () = assert!(SLOTS.is_power_of_two() && MAX_NODES < 1 << (32 - SLOT_BITS));

/// The leaf of value 0 with which the last group is filled up.
const NOTHING: u32 = 0;

type Spread = [f32; SLOTS];

#[derive(Clone, Copy, Debug)]
struct Node {
    threshold: f32,
    /// Place of the first child, and the slot in the lowest bits.
    turn: u32,
}

impl Node {
    fn leaf(place: u32) -> Self {
        Self { threshold: f32::NAN, turn: place << SLOT_BITS }
    }

    fn is_leaf(self) -> bool {
        self.threshold.is_nan()
    }

    fn slot(self) -> usize {
        self.turn as usize % SLOTS
    }

    fn next(self, row: &Spread) -> u32 {
        (self.turn >> SLOT_BITS) + u32::from(row[self.slot()] < self.threshold)
    }
}

/// A split as XGBoost means it: below the threshold to the left, else to the right, missing by default.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    pub(super) column: u16,
    pub(super) threshold: f32,
    pub(super) missing_left: bool,
}

/// Trees that are walked together, and the steps down the deepest of them.
#[derive(Debug)]
struct Group {
    roots: [u32; LANES],
    depth: u32,
}

/// Trees whose leaves add up to a margin.
#[derive(Debug)]
pub(super) struct Forest {
    nodes: Vec<Node>,
    /// Of each node the value to expect below it; of a leaf its value.
    values: Vec<f32>,
    groups: Vec<Group>,
    /// Trees so far.
    trees: usize,
    base: f32,
    columns: usize,
}

impl Forest {
    /// No trees yet: every row's margin is `base`.
    pub(super) fn new(base: f32, columns: usize) -> Self {
        Self {
            nodes: vec![Node::leaf(NOTHING)],
            values: vec![0.0],
            groups: Vec::new(),
            trees: 0,
            base,
            columns,
        }
    }

    /// Place of the node that is added next.
    pub(super) fn place(&self) -> usize {
        self.nodes.len()
    }

    /// Begins the next tree; its nodes follow, the root first.
    pub(super) fn add_tree(&mut self, depth: u32) {
        let lane = self.trees % LANES;
        if lane == 0 {
            self.groups.push(Group { roots: [NOTHING; LANES], depth: 0 });
        }
        let root = self.nodes.len() as u32;
        if let Some(group) = self.groups.last_mut() {
            group.roots[lane] = root;
            group.depth = group.depth.max(depth);
        }
        self.trees += 1;
    }

    pub(super) fn add_leaf(&mut self, value: f32) {
        self.nodes.push(Node::leaf(self.nodes.len() as u32));
        self.values.push(value);
    }

    /// Adds an inner node. Its children come later: at `first` the one for missing values, behind it the other.
    pub(super) fn add_split(&mut self, split: Split, first: u32, expected: f32) {
        let slot = u32::from(split.column) * 2 + u32::from(split.missing_left);
        // Missing goes left: the other child is for `x >= threshold`, which is `-x <= -threshold`.
        let threshold = if split.missing_left { (-split.threshold).next_up() } else { split.threshold };
        self.nodes.push(Node { threshold, turn: first << SLOT_BITS | slot });
        self.values.push(expected);
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The margin as XGBoost sums it: 32-bit floats, in the order of the trees.
    pub(super) fn margin(&self, row: &[f32]) -> f32 {
        let row = spread(row);
        let mut sum = self.base;
        for group in &self.groups {
            let mut places = group.roots;
            for _ in 0..group.depth {
                for place in &mut places {
                    *place = self.nodes[*place as usize].next(&row);
                }
            }
            for place in places {
                sum += self.values[place as usize];
            }
        }
        sum
    }

    /// The margin to expect of a row of which nothing is known.
    pub(super) fn base(&self) -> f64 {
        let roots = self.groups.iter().flat_map(|group| group.roots);
        f64::from(self.base) + roots.map(|root| f64::from(self.values[root as usize])).sum::<f64>()
    }

    /// Gives for every split that the row passes the column and by how much the expected value changed.
    pub(super) fn contributions(&self, row: &[f32], mut give: impl FnMut(usize, f64)) {
        let row = spread(row);
        for root in self.groups.iter().flat_map(|group| group.roots) {
            let mut place = root as usize;
            while !self.nodes[place].is_leaf() {
                let node = self.nodes[place];
                let next = node.next(&row) as usize;
                give(node.slot() / 2, f64::from(self.values[next]) - f64::from(self.values[place]));
                place = next;
            }
        }
    }
}

fn spread(row: &[f32]) -> Spread {
    let mut slots = [0.0; SLOTS];
    for (pair, value) in slots.chunks_exact_mut(2).zip(row) {
        pair[0] = *value;
        pair[1] = -*value;
    }
    slots
}
