//! Generated files match what they are made from.

use super::Finding;
use crate::{generate::GENERATORS, repo::Repo};

/// Generated files that are missing or stale.
pub fn find(repo: &Repo) -> Vec<Finding> {
    let stale = GENERATORS.iter().filter(|generator| !generator.is_fresh(repo));
    stale.map(|generator| Finding::new(generator.path, "is stale: run `cargo xtask gen`")).collect()
}
