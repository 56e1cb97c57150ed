//! Whole repositories and the exact text they give. `LINKMESH_BLESS=1` writes the texts anew; read the difference before you
//! commit it, because a changed text restarts collectors.

use std::fmt::Write as _;
use std::fs;

use linkmesh_fleet::yaml;
use serde_json::Value;

use super::peer::refusal;
use super::support::{Files, Reached, folder, here, problems, rendered};

fn cases() -> Vec<(String, Files, Reached)> {
    let quickstart = here("../../../examples/quickstart");
    let mut cases = vec![("quickstart".to_owned(), folder(&quickstart), Reached::default())];
    let mut paths: Vec<_> =
        fs::read_dir(here("corpus")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let value = yaml::value(&fs::read_to_string(&path).unwrap()).unwrap();
        let Value::Object(map) = value else { panic!("{name} holds no files") };
        let mut files: Files = map.into_iter().collect();
        let mut reached = Reached::default();
        if let Some(given) = files.remove("collector") {
            let ids = |key: &str| serde_json::from_value(given[key].clone()).unwrap_or_default();
            reached = Reached {
                sends: ids("sends"),
                receives: ids("receives"),
                kubernetes: given["kubernetes"].as_bool().unwrap_or_default(),
            };
        }
        cases.push((name, files, reached));
    }
    cases
}

#[test]
fn a_repository_gives_the_expected_text_and_the_collector_accepts_it() {
    let bless = std::env::var_os("LINKMESH_BLESS").is_some();
    let mut changed = Vec::new();
    for (name, files, reached) in cases() {
        let rendered =
            rendered(&files, &reached).unwrap_or_else(|faults| panic!("{name}:\n{}", problems(&faults)));
        assert!(!rendered.idle, "{name}");
        if let Some(why) = refusal(&rendered.text) {
            panic!("{name}: {why}\n{}", rendered.text);
        }
        let mut map = String::new();
        for row in &rendered.map {
            writeln!(map, "{} {} {} {}", row.kind, row.component, row.place, row.stage).unwrap();
        }
        for warning in &rendered.warnings {
            writeln!(map, "warning {warning}").unwrap();
        }
        for (ending, text) in [("yaml", &rendered.text), ("map", &map)] {
            let path = here("golden").join(format!("{name}.{ending}"));
            if bless {
                fs::write(&path, text).unwrap();
            } else if fs::read_to_string(&path).unwrap_or_default() != *text {
                changed.push(format!("{}:\n{text}", path.display()));
            }
        }
    }
    assert!(changed.is_empty(), "not as expected; see LINKMESH_BLESS\n{}", changed.join("\n"));
}
