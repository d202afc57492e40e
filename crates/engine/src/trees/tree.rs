//! One tree of XGBoost's JSON: lists with a value a node, node 0 the root. Checked, then laid out breadth first.

use serde::Deserialize;

use super::booster::count;
use super::bounded::Bounded;
use super::fault::ModelFault;
use super::forest::{Forest, MAX_NODES, Split};
use super::is_sane;

/// Most splits from a root to a leaf.
const MAX_DEPTH: u32 = 64;
/// The child of a leaf.
const NO_CHILD: i32 = -1;

type List<T> = Bounded<T, MAX_NODES>;

/// A tree as the file has it. Nodes that pruning left behind are in the lists, but hang from no other.
#[derive(Debug, Deserialize)]
pub(super) struct Tree {
    left_children: List<i32>,
    right_children: List<i32>,
    split_indices: List<u32>,
    /// Thresholds; of a leaf its value.
    split_conditions: List<f32>,
    default_left: List<u8>,
    /// The weight of the training rows that came by.
    sum_hessian: List<f32>,
    /// 1 for a categorical split.
    split_type: List<u8>,
    tree_param: TreeParam,
}

#[derive(Debug, Deserialize)]
struct TreeParam {
    num_nodes: String,
    size_leaf_vector: String,
}

/// A node in its place: number in the file, depth, and the place of its first child.
struct Placed {
    node: usize,
    depth: u32,
    first: u32,
}

/// Adds a tree to the forest.
pub(super) fn plant(tree: &Tree, forest: &mut Forest) -> Result<(), ModelFault> {
    tree.hold_shape()?;
    let root = forest.place();
    let placed = tree.placed(root as u32, forest.columns())?;
    if root + placed.len() > MAX_NODES + 1 {
        return Err(ModelFault::invalid(format!("the booster has over {MAX_NODES} nodes")));
    }
    let expected = tree.expected(&placed, root);
    forest.add_tree(placed.last().map_or(0, |deepest| deepest.depth));
    for (at, expected) in placed.iter().zip(expected) {
        match tree.children(at.node) {
            None => forest.add_leaf(tree.split_conditions.0[at.node]),
            Some(_) => forest.add_split(tree.split(at.node), at.first, expected as f32),
        }
    }
    Ok(())
}

impl Tree {
    fn hold_shape(&self) -> Result<(), ModelFault> {
        if count(&self.tree_param.size_leaf_vector, "size_leaf_vector")? > 1 {
            return Err(ModelFault::unsupported("its leaves hold several values; one is evaluated"));
        }
        let nodes = count(&self.tree_param.num_nodes, "num_nodes")?;
        let lengths = [
            self.left_children.0.len(),
            self.right_children.0.len(),
            self.split_indices.0.len(),
            self.split_conditions.0.len(),
            self.default_left.0.len(),
            self.sum_hessian.0.len(),
            self.split_type.0.len(),
        ];
        if nodes == 0 || lengths.iter().any(|length| *length != nodes) {
            return Err(ModelFault::invalid(format!("its lists don't hold {nodes} nodes each")));
        }
        Ok(())
    }

    /// Left and right child; none of a leaf.
    fn children(&self, node: usize) -> Option<(i32, i32)> {
        let (left, right) = (self.left_children.0[node], self.right_children.0[node]);
        (left != NO_CHILD || right != NO_CHILD).then_some((left, right))
    }

    fn split(&self, node: usize) -> Split {
        Split {
            column: self.split_indices.0[node] as u16,
            threshold: self.split_conditions.0[node],
            missing_left: self.default_left.0[node] != 0,
        }
    }

    /// The nodes that hang from the root, breadth first, siblings side by side, the one for missing values first.
    fn placed(&self, root: u32, columns: usize) -> Result<Vec<Placed>, ModelFault> {
        let mut seen = vec![false; self.left_children.0.len()];
        seen[0] = true;
        let mut placed = vec![Placed { node: 0, depth: 0, first: 0 }];
        let mut at = 0;
        while at < placed.len() {
            let Placed { node, depth, .. } = placed[at];
            self.hold_node(node, columns)?;
            if let Some((left, right)) = self.children(node) {
                if depth == MAX_DEPTH {
                    return Err(ModelFault::invalid(format!("it is over {MAX_DEPTH} splits deep")));
                }
                placed[at].first = root + placed.len() as u32;
                let order = if self.default_left.0[node] != 0 { [left, right] } else { [right, left] };
                for child in order {
                    let child = met(child, &mut seen)?;
                    placed.push(Placed { node: child, depth: depth + 1, first: 0 });
                }
            }
            at += 1;
        }
        Ok(placed)
    }

    fn hold_node(&self, node: usize, columns: usize) -> Result<(), ModelFault> {
        let fault = |what| Err(ModelFault::invalid(format!("node {node} {what}")));
        let (value, cover) = (self.split_conditions.0[node], self.sum_hessian.0[node]);
        if !(cover.is_finite() && cover >= 0.0) {
            return fault("has a sum_hessian that is no weight");
        }
        match self.children(node) {
            None if !is_sane(f64::from(value)) => fault("is a leaf whose value is out of range"),
            None => Ok(()),
            Some(_) if self.split_type.0[node] != 0 => {
                Err(ModelFault::unsupported(format!("node {node} is a categorical split")))
            }
            Some(_) if self.split_indices.0[node] as usize >= columns => {
                fault("asks for a feature there is not")
            }
            Some(_) if !value.is_finite() => fault("has a threshold that is not finite"),
            Some(_) => Ok(()),
        }
    }

    /// The value to expect below each placed node: the mean of its leaves, each weighted by its training rows.
    fn expected(&self, placed: &[Placed], root: usize) -> Vec<f64> {
        let mut expected = vec![0.0; placed.len()];
        for (place, at) in placed.iter().enumerate().rev() {
            expected[place] = if self.children(at.node).is_none() {
                f64::from(self.split_conditions.0[at.node])
            } else {
                let first = at.first as usize - root;
                let [one, other] =
                    [first, first + 1].map(|child| f64::from(self.sum_hessian.0[placed[child].node]));
                let share = if one + other > 0.0 { one / (one + other) } else { 0.5 };
                expected[first] * share + expected[first + 1] * (1.0 - share)
            };
        }
        expected
    }
}

/// A child's number, where it is one that was not met before.
fn met(child: i32, seen: &mut [bool]) -> Result<usize, ModelFault> {
    let number = usize::try_from(child).ok();
    match number.and_then(|number| seen.get_mut(number)) {
        Some(seen) if !*seen => *seen = true,
        Some(_) => return Err(ModelFault::invalid(format!("node {child} is a child twice"))),
        None => return Err(ModelFault::invalid(format!("node {child} is a child and does not exist"))),
    }
    Ok(child as usize)
}
