//! `tessera bench replay`.
pub fn run(_: &super::Options) -> anyhow::Result<()> {
    Ok(())
}
