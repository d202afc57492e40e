//! Holds a model's columns to those that the engine computes.

use super::fault::{ModelFault, quoted};

/// Most features of a model.
pub(super) const MAX_FEATURES: usize = 256;
/// Names of one kind that a sentence lists.
const NAMED: usize = 3;

/// Refuses columns that are not the engine's, in the engine's order.
pub(super) fn hold_equal(model: &[String], engine: &[&str]) -> Result<(), ModelFault> {
    if model.is_empty() {
        return Err(ModelFault::invalid("the model has no features"));
    }
    if model.iter().eq(engine) {
        return Ok(());
    }
    Err(ModelFault { code: "model_features", detail: difference(model, engine) })
}

fn difference(model: &[String], engine: &[&str]) -> String {
    let missing: Vec<&str> =
        engine.iter().copied().filter(|name| model.iter().all(|known| known != name)).collect();
    let is_extra = |at: usize, name: &str| !engine.contains(&name) || model[..at].iter().any(|k| k == name);
    let extra: Vec<&str> =
        model.iter().enumerate().filter(|(at, name)| is_extra(*at, name)).map(|(_, name)| &**name).collect();
    if missing.is_empty() && extra.is_empty() {
        return order(model, engine);
    }
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("it lacks {}", listed(&missing)));
    }
    if !extra.is_empty() {
        parts.push(format!("it has {} in excess", listed(&extra)));
    }
    format!("the model was trained on other features than this engine computes: {}", parts.join(" and "))
}

fn order(model: &[String], engine: &[&str]) -> String {
    let place = model.iter().zip(engine).position(|(ours, theirs)| ours != theirs).unwrap_or(0);
    let column = place + 1;
    let (has, wants) = (quoted(&model[place]), quoted(engine[place]));
    format!("the model has this engine's features in another order: column {column} is {has}, not {wants}")
}

fn listed(names: &[&str]) -> String {
    let told: Vec<String> = names.iter().take(NAMED).map(|name| quoted(name)).collect();
    match names.len().saturating_sub(NAMED) {
        0 => told.join(", "),
        more => format!("{} and {more} more", told.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::hold_equal;

    fn fault(model: &[&str], engine: &[&str]) -> String {
        let model: Vec<String> = model.iter().map(|&name| name.to_owned()).collect();
        hold_equal(&model, engine).expect_err("the lists differ").detail
    }

    #[test]
    fn the_engines_own_features_are_taken() {
        assert_eq!(hold_equal(&["callers".to_owned(), "span".to_owned()], &["callers", "span"]), Ok(()));
    }

    #[test]
    fn the_first_differences_are_named() {
        let told = fault(&["callers", "age"], &["callers", "span", "rate", "asr", "ner", "aloc"]);
        assert_eq!(
            told,
            "the model was trained on other features than this engine computes: \
             it lacks \"span\", \"rate\", \"asr\" and 2 more and it has \"age\" in excess"
        );
        assert!(fault(&["callers", "callers"], &["callers"]).ends_with("it has \"callers\" in excess"));
    }

    #[test]
    fn another_order_is_named_by_its_first_column() {
        let told = fault(&["callers", "rate", "span"], &["callers", "span", "rate"]);
        assert!(told.ends_with("column 2 is \"rate\", not \"span\""), "{told}");
    }

    #[test]
    fn a_hostile_name_is_cut_and_shown_without_its_control_characters() {
        let told = fault(&[&format!("\u{1b}[2J{}", "é".repeat(5_000))], &["callers"]);
        assert!(told.len() < 300 && !told.contains('\u{1b}'), "{told}");
    }

    #[test]
    fn a_model_of_no_features_is_refused() {
        assert_eq!(fault(&[], &[]), "the model has no features");
    }
}
