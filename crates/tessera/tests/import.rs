//! `tessera draw` and `tessera import` as an operator meets them: the real binary, files and folders of its own.

#[path = "import/bad.rs"]
mod bad;
#[path = "import/outage.rs"]
mod outage;
#[path = "import/served.rs"]
mod served;
#[expect(dead_code, reason = "what is served over HTTP is tried in `serve.rs`")]
mod support;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{Server, fails, prints, serve, tessera};
use tempfile::{TempDir, tempdir};

/// A drawn country, and a data folder beside it that is not there yet.
struct Country {
    folder: TempDir,
    radio_cells: u32,
}

impl Country {
    fn draw(radio_cells: u32) -> Self {
        let folder = tempdir().expect("a folder");
        let country = Self { folder, radio_cells };
        let mut draw = tessera();
        draw.arg("draw").arg(country.files()).args(["--seed", "3", "--edge-sites", "4", "--relays", "2"]);
        prints(draw.args(["--radio-cells", &radio_cells.to_string()]));
        country
    }

    fn files(&self) -> PathBuf {
        self.folder.path().join("country")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Everything but satellites, whose capacity depends on the day.
    fn import(&self) -> Command {
        let mut import = import(&self.data());
        for kind in ["radio_cells.csv", "nodes.json", "relays.json", "pools.json"] {
            let option = kind.split('.').next().expect("a name").replace('_', "-");
            import.arg(format!("--{option}")).arg(self.files().join(kind));
        }
        import
    }

    /// Cores, edge sites with their pools, transport and relays beside the radio cells.
    fn resources(&self) -> usize {
        let transport = self.radio_cells.div_ceil(200);
        (3 + 2 * 4 + transport + self.radio_cells + 2) as usize
    }

    /// What the journal says there is.
    fn there(&self) -> usize {
        let said = prints(tessera().args(["audit", "verify", "--data"]).arg(self.data()));
        let resources = said.rsplit("bookings on ").next().and_then(|rest| rest.split(' ').next());
        resources.and_then(|count| count.parse().ok()).expect("it counts resources")
    }
}

/// `tessera import` into a data folder.
fn import(data: &Path) -> Command {
    let mut command = tessera();
    command.args(["import", "--data"]).arg(data);
    command
}

/// Added and there before, as the last line says.
fn imported(said: &str) -> (usize, usize) {
    let line = said.lines().find_map(|line| line.strip_prefix("imported: ")).expect("it says what it imported");
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse().ok());
    (numbers.next().expect("added"), numbers.next().expect("there"))
}

#[test]
fn a_drawn_country_is_imported_once_however_often() {
    let country = Country::draw(400);
    let all = country.resources();
    let said = prints(country.import().arg("--dry-run"));
    assert!(said.contains(&format!("nothing was changed: {all} would be added, 0 are there already")), "{said}");
    assert!(!country.data().exists(), "trying makes nothing");
    assert_eq!(imported(&prints(&mut country.import())), (all, 0));
    assert_eq!(country.there(), all);
    let again = prints(&mut country.import());
    assert_eq!(imported(&again), (0, all));
    assert!(!again.contains("differ"), "{again}");
    assert_eq!(country.there(), all);

    // One that has changed stays as it is, and that is said.
    let table = country.files().join("radio_cells.csv");
    let text = std::fs::read_to_string(&table).expect("it was drawn");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1] = format!("{}1", lines[1].trim_end_matches(',')) + ",";
    std::fs::write(&table, lines.join("\n")).expect("it is written");
    let said = prints(&mut country.import());
    assert!(said.contains("1 of them differ from what was brought"), "{said}");

    // It is a cell like any other.
    let server = Server::start(&mut serve(&country.data()));
    let said = fails(&mut country.import());
    assert!(said.contains("is in use by another process"), "{said}");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn an_import_that_is_killed_takes_up_where_it_was() {
    let country = Country::draw(3_000);
    let mut child = country.import().stdout(Stdio::piped()).spawn().expect("the binary runs");
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let defined = |line: &str| line.strip_prefix("defined ").and_then(|rest| rest.split(' ').next()?.parse().ok());
    let mut lines = lines.map_while(Result::ok).filter_map(|line| defined(&line));
    let before: usize = lines.find(|count| *count >= 1_000).expect("it says how far it is");
    child.kill().expect("it is killed");
    child.wait().expect("it has ended");
    let (added, there) = imported(&prints(&mut country.import()));
    assert!(there >= before, "{there} of {before} that were said to be durable");
    assert_eq!(added + there, country.resources());
    assert_eq!(country.there(), country.resources());
}

#[test]
fn the_same_seed_draws_the_same_country_and_overwrites_nothing() {
    let [one, other] = [Country::draw(300), Country::draw(300)];
    for name in ["radio_cells.csv", "nodes.json", "relays.json", "pools.json", "shells.json", "people.csv"] {
        let read = |country: &Country| std::fs::read(country.files().join(name)).expect("it was drawn");
        assert_eq!(read(&one), read(&other), "{name}");
    }
    let said = fails(tessera().arg("draw").arg(one.files()));
    assert!(said.contains("radio_cells.csv is there already"), "{said}");
}
