//! Takes the built web interface (`web/dist`) into release builds. Never builds it itself, and does nothing in debug builds:
//! those read the folder when they start, so that a change of the page rebuilds no Rust.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let dist = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../web/dist");
    let embedded = std::env::var("PROFILE")? == "release";
    let mut files = Vec::new();
    if embedded {
        // Also where it is missing: who builds it afterwards and then the server again shall find it.
        println!("cargo::rerun-if-changed={}", dist.display());
    }
    if embedded && dist.is_dir() {
        collect(&dist, &mut files)?;
        files.sort();
    }
    if embedded && files.is_empty() {
        println!(
            "cargo::warning=web/dist is missing: this server will have no web interface; `make run` or web/build makes it"
        );
    }
    let mut table = String::from("const EMBEDDED: &[(&str, &[u8])] = &[\n");
    for file in &files {
        let name =
            file.strip_prefix(&dist)?.to_str().ok_or("a file of web/dist has a name that is not text")?;
        let whole = file.canonicalize()?;
        writeln!(
            table,
            "    ({name:?}, include_bytes!({:?})),",
            whole.to_str().ok_or("the path is not text")?
        )?;
    }
    table.push_str("];\n");
    let folder = if embedded {
        "None".to_owned()
    } else {
        format!("Some({:?})", dist.to_str().ok_or("the path is not text")?)
    };
    writeln!(table, "const FOLDER: Option<&str> = {folder};")?;
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("web.rs"), table)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
