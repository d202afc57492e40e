//! Small models by hand, and files that mean harm.

use super::{MAX_FILE, Model};

const FEATURES: [&str; 2] = ["callers", "span"];

/// callers < 5, missing left: 0.5. Else span < 2.5, missing right: -1 or 2.
const TREE: &str = r#"{"left_children":[1,-1,3,-1,-1],"right_children":[2,-1,4,-1,-1],"split_indices":[0,0,1,0,0],
    "split_conditions":[5E0,5E-1,2.5E0,-1E0,2E0],"default_left":[1,0,0,0,0],"sum_hessian":[8E0,4E0,4E0,1E0,3E0],
    "split_type":[0,0,0,0,0],"tree_param":{"num_nodes":"5","size_leaf_vector":"1"}}"#;
const STUMP: &str = r#"{"left_children":[-1],"right_children":[-1],"split_indices":[0],"split_conditions":[2.5E-1],
    "default_left":[0],"sum_hessian":[1E0],"split_type":[0],"tree_param":{"num_nodes":"1","size_leaf_vector":"1"}}"#;
const LINEAR: &str =
    r#""linear":{"intercept":-1,"weights":[2,0.5],"fill":[3,0],"center":[1,0],"scale":[4,1]}"#;

fn booster(trees: &[&str]) -> String {
    format!(
        r#""booster":{{"version":[3,2,0],"learner":{{"attributes":{{}},"feature_names":["callers","span"],
        "gradient_booster":{{"name":"gbtree","model":{{"gbtree_model_param":{{"num_trees":"{}"}},"trees":[{}]}}}},
        "learner_model_param":{{"base_score":"[5E-1]","num_class":"0","num_feature":"2","num_target":"1"}},
        "objective":{{"name":"binary:logistic"}}}}}}"#,
        trees.len(),
        trees.join(",")
    )
}

fn file(scorer: &str) -> String {
    format!(
        r#"{{"format":"ringfence-masking-model","format_version":1,"version":"masking-7","trained_on":{{"runs":[1]}},
        "features":["callers","span"],"calibration":{{"slope":2,"intercept":-0.5}},{scorer}}}"#
    )
}

fn read(file: &str) -> Model {
    Model::read(file.as_bytes(), &FEATURES).expect("a sound file")
}

/// Code and sentence by which a file is refused.
fn fault(file: &str) -> (&'static str, String) {
    let fault = Model::read(file.as_bytes(), &FEATURES).expect_err("the file was to be refused");
    (fault.code, fault.detail)
}

/// The sentence that refuses the small forest once `from` is replaced in it.
fn changed(from: &str, to: &str) -> String {
    let sound = file(&booster(&[TREE, STUMP]));
    assert!(sound.contains(from), "{from}");
    fault(&sound.replacen(from, to, 1)).1
}

fn parts(model: &Model, row: &[f32]) -> [f32; 2] {
    let mut parts = [0.0; 2];
    model.contributions(row, |feature, part| parts[feature] += part);
    parts
}

#[test]
fn a_row_goes_down_each_tree_and_missing_values_go_the_default_way() {
    let model = read(&file(&booster(&[TREE, STUMP])));
    for (row, leaf) in [
        ([4.9, 0.0], 0.5),
        ([f32::NAN, 9.0], 0.5),
        ([f32::NEG_INFINITY, 9.0], 0.5),
        ([5.0, 2.4], -1.0),
        ([5.0, f32::NEG_INFINITY], -1.0),
        ([5.0, 2.5], 2.0),
        ([f32::INFINITY, f32::INFINITY], 2.0),
        ([5.0, f32::NAN], 2.0),
    ] {
        assert_eq!(model.margin(&row), leaf + 0.25, "{row:?}");
    }
    assert_eq!((model.version(), model.features()), ("masking-7", &FEATURES.map(str::to_owned)[..]));
}

#[test]
fn zeros_of_both_signs_and_the_smallest_numbers_stand_on_their_side_of_a_threshold() {
    let smallest = f32::from_bits(1);
    for missing_left in ["0", "1"] {
        for (threshold, below, not_below) in
            [("0E0", [-1.0, -smallest], [0.0, -0.0]), ("1E-45", [0.0, -0.0], [smallest, 1.0])]
        {
            let tree = TREE
                .replace("5E0,5E-1", &format!("{threshold},5E-1"))
                .replace("\"default_left\":[1", &format!("\"default_left\":[{missing_left}"));
            let model = read(&file(&booster(&[&tree])));
            assert!(below.iter().all(|value| model.margin(&[*value, 9.0]) == 0.5), "{threshold}");
            assert!(not_below.iter().all(|value| model.margin(&[*value, 9.0]) == 2.0), "{threshold}");
        }
    }
}

#[test]
fn many_trees_are_summed_in_their_order() {
    let trees = vec![TREE; 101];
    let model = read(&file(&booster(&trees)));
    assert_eq!(model.margin(&[9.0, 1.0]), -101.0);
    assert_eq!(model.margin(&[1.0, 1.0]), 50.5);
}

#[test]
fn the_base_score_is_the_margin_that_trees_add_to() {
    for base_score in ["[2E-1]", "2E-1"] {
        let model = read(&file(&booster(&[STUMP])).replace("[5E-1]", base_score));
        assert!((model.margin(&[0.0, 0.0]) - (0.25_f32.ln() + 0.25)).abs() < 1e-6);
    }
}

#[test]
fn a_probability_is_the_calibrated_margins() {
    let model = read(&file(&booster(&[TREE, STUMP])));
    let wanted = 1.0 / (1.0 + (-(2.0 * 2.25 - 0.5_f64)).exp());
    assert!((model.probability(&[9.0, 9.0]) - wanted).abs() < 1e-12);
}

#[test]
fn contributions_are_the_changes_of_what_is_to_be_expected() {
    let model = read(&file(&booster(&[TREE, STUMP])));
    // Below the second split (-1 * 1 + 2 * 3) / 4 = 1.25; of the whole tree (0.5 * 4 + 1.25 * 4) / 8 = 0.875.
    assert_eq!(model.base(), 2.0 * (0.875 + 0.25) - 0.5);
    assert_eq!(parts(&model, &[9.0, 9.0]), [0.75, 1.5]);
    assert_eq!(parts(&model, &[f32::NAN, 9.0]), [-0.75, 0.0]);
}

#[test]
fn a_linear_model_fills_in_what_is_missing() {
    let model = read(&file(LINEAR));
    assert_eq!(model.margin(&[5.0, 4.0]), -1.0 + 2.0 + 2.0);
    assert_eq!(model.margin(&[f32::NAN, f32::INFINITY]), -1.0 + 1.0);
    assert_eq!(model.base(), -2.0 - 0.5);
    assert_eq!(parts(&model, &[5.0, 4.0]), [4.0, 4.0]);
}

#[test]
fn a_file_of_another_kind_is_refused_by_name() {
    let says = |from, to, told: &str| assert!(changed(from, to).contains(told), "{}", changed(from, to));
    says("ringfence-masking-model", "onnx", "format is \"onnx\"");
    says("\"format_version\":1", "\"format_version\":2", "format version 2");
    says("gbtree", "dart", "the booster is \"dart\"");
    says("binary:logistic", "reg:squarederror", "the objective is \"reg:squarederror\"");
    says("[3,2,0]", "[4,0,0]", "XGBoost 4");
    says("\"num_class\":\"0\"", "\"num_class\":\"3\"", "several outputs");
    says("\"num_target\":\"1\"", "\"num_target\":\"2\"", "several outputs");
    says("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"2\"", "several values");
    says("\"split_type\":[0", "\"split_type\":[1", "categorical");
    says("\"num_feature\":\"2\"", "\"num_feature\":\"3\"", "3 features");
    says("\"feature_names\":[\"callers\"", "\"feature_names\":[\"age\"", "names \"age\" where");
    says(
        "\"callers\",\"span\"],\n        \"gradient",
        "\"callers\"],\n        \"gradient",
        "names none where the model's list has \"span\"",
    );
    says("\"features\":[\"callers\"", "\"features\":[\"age\"", "lacks \"callers\"");
    says("\"version\":\"masking-7\"", "\"version\":\"\"", "version");
    assert!(fault(&file("\"linear\":null")).1.contains("either"));
    assert!(fault(&file(&format!("{},{LINEAR}", booster(&[STUMP])))).1.contains("either"));
}

#[test]
fn a_tree_that_is_none_is_refused() {
    let says = |from, to, told: &str| assert!(changed(from, to).contains(told), "{}", changed(from, to));
    says("[1,-1,3", "[0,-1,3", "node 0 is a child twice");
    says("[1,-1,3", "[1,-1,1", "node 1 is a child twice");
    says("[1,-1,3", "[1,0,3", "node -1 is a child and does not exist");
    says("[1,-1,3", "[1,-1,5", "node 5 is a child and does not exist");
    says("[1,-1,3", "[1,-1,-1", "node -1 is a child and does not exist");
    says("\"split_indices\":[0,0,1", "\"split_indices\":[0,0,2", "feature there is not");
    says("\"sum_hessian\":[8E0", "\"sum_hessian\":[-8E0", "sum_hessian");
    says("\"sum_hessian\":[8E0,", "\"sum_hessian\":[", "5 nodes each");
    says("\"num_nodes\":\"5\"", "\"num_nodes\":\"0\"", "0 nodes each");
    says("\"num_nodes\":\"5\"", "\"num_nodes\":\"five\"", "no count");
    says("\"num_trees\":\"2\"", "\"num_trees\":\"3\"", "tells of 3 trees and holds 2");
    says("[5E0,", "[1E39,", "finite");
    says("[5E0,", "[NaN,", "holds no masking model");
    says("5E-1,2.5E0", "1E7,2.5E0", "leaf whose value is out of range");
    says("\"slope\":2", "\"slope\":0", "slope");
    says("\"slope\":2", "\"slope\":1e7", "out of range");
    for base_score in ["[0E0]", "[1E0]", "[1.5E0]", "[nan]", "[5E-1,5E-1]", ""] {
        says("[5E-1]", base_score, "base_score");
    }
}

#[test]
fn a_linear_model_of_unsound_numbers_is_refused() {
    for (from, to) in [("\"scale\":[4", "\"scale\":[0"), ("[2,0.5]", "[2]"), ("[3,0]", "[1e300,0]")] {
        assert_eq!(fault(&file(LINEAR).replace(from, to)).0, "model_invalid", "{to}");
    }
}

/// A tree that only ever goes on to the right.
fn chain(splits: usize) -> String {
    let nodes = 2 * splits + 1;
    let list = |value: &dyn Fn(usize) -> String| (0..nodes).map(value).collect::<Vec<_>>().join(",");
    let child = |ahead: usize| {
        list(&move |node| {
            if node % 2 == 0 && node < nodes - 1 { (node + ahead).to_string() } else { "-1".into() }
        })
    };
    let same = |value: &str| list(&|_| value.to_owned());
    format!(
        r#"{{"left_children":[{}],"right_children":[{}],"split_indices":[{zeros}],"split_conditions":[{zeros}],
        "default_left":[{zeros}],"sum_hessian":[{}],"split_type":[{zeros}],
        "tree_param":{{"num_nodes":"{nodes}","size_leaf_vector":"1"}}}}"#,
        child(1),
        child(2),
        same("1"),
        zeros = same("0")
    )
}

#[test]
fn size_depth_and_nesting_are_bounded() {
    assert_eq!(read(&file(&booster(&[&chain(64)]))).margin(&[9.0, 9.0]), 0.0);
    assert!(fault(&file(&booster(&[&chain(65)]))).1.contains("over 64 splits deep"));
    assert!(fault(&file(&booster(&[&chain(100_000)]))).1.contains("over 64 splits deep"));
    assert!(fault(&file(&booster(&vec![STUMP; 10_001]))).1.contains("over 10000 values"));
    assert!(fault(&file(&format!("\"x\":{}", "[".repeat(1_000_000)))).1.contains("levels deep"));
    assert_eq!(fault(&" ".repeat(MAX_FILE + 1)).0, "model_too_large");
    let names = format!("\"features\":[{}\"x\"]", "\"\",".repeat(1_000_000));
    assert!(
        fault(&file(LINEAR).replace("\"features\":[\"callers\",\"span\"]", &names))
            .1
            .contains("over 256 values")
    );
}

/// Numbers that look random and are the same in every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// The file with some of its bytes replaced, taken out, doubled or made into numbers of ill will.
fn spoilt(file: &[u8], draws: &mut Draws) -> Vec<u8> {
    const ILL: [&[u8]; 10] =
        [b"-1", b"0", b"4294967296", b"1e39", b"-0", b"2147483647", b"null", b"[]", b"\"", b"\xff"];
    let mut spoilt = file.to_vec();
    for _ in 0..=draws.below(3) {
        let at = draws.below(spoilt.len());
        let end = (at + draws.below(4)).min(spoilt.len());
        match draws.below(4) {
            0 => spoilt[at] = draws.below(256) as u8,
            1 => drop(spoilt.drain(at..end)),
            2 => drop(spoilt.splice(at..at, file[..end.min(file.len())].iter().rev().take(9).copied())),
            _ => drop(spoilt.splice(at..end, ILL[draws.below(ILL.len())].iter().copied())),
        }
    }
    spoilt
}

#[test]
fn a_spoilt_file_is_refused_or_still_gives_probabilities() {
    let mut draws = Draws(0x5EED);
    let (mut read, mut refused) = (0, 0);
    for sound in [file(&booster(&[TREE, STUMP])), file(LINEAR)] {
        for _ in 0..20_000 {
            match Model::read(&spoilt(sound.as_bytes(), &mut draws), &FEATURES) {
                Err(fault) => refused += usize::from(fault.detail.len() < 600),
                Ok(model) => {
                    read += 1;
                    for row in [[4.0, 1.0], [f32::NAN, f32::INFINITY], [f32::MAX, f32::MIN]] {
                        assert!((0.0..=1.0).contains(&model.probability(&row)));
                        assert!(parts(&model, &row).iter().all(|part| part.is_finite()));
                    }
                }
            }
        }
    }
    assert_eq!(read + refused, 40_000);
    assert!(read > 1_000 && refused > 20_000, "{read} were read, {refused} refused");
}
