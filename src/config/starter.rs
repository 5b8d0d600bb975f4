//! What does a config look like, for someone who has none yet?

/// A commented config that is valid and runs as it stands.
///
/// ```
/// use tailcost::config::{load, starter, Source};
/// let source = Source::Text { name: "starter".into(), text: starter() };
/// assert_eq!(load(&source, &[]).unwrap().scenario.options.len(), 3);
/// ```
pub fn starter() -> String {
    include_str!("starter.toml").to_owned()
}
