//! Builds the fuzzing program with coverage instrumentation and runs every target for a while.
//! Needs nothing but the toolchain of the repository: the flags are those that libFuzzer wants. Start at [`run`].

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::tree::host_platform;

/// Coverage counters, comparisons and overflow checks; one unit, so that counters are not duplicated.
const RUSTFLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1";
const INPUT_BYTES_MAX: u32 = 16 * 1024;
/// What is kept in the repository is small, so that replaying it stays quick.
const KEPT_BYTES_MAX: u32 = 1024;
const KEPT_FILES_MAX: usize = 50;
const LAST_WORDS_LINES: usize = 40;

/// Runs each target for `seconds`; with `keep`, adds what reached new code to the corpus in the repository.
#[expect(clippy::print_stdout, reason = "this program speaks to a terminal")]
pub(crate) fn run(seconds: u32, keep: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    let program = build(root)?;
    for name in targets(root)? {
        let kept = root.join("fuzz/corpus").join(&name);
        let grown = root.join("target/fuzz/corpus").join(&name);
        let findings = root.join("fuzz/artifacts").join(&name);
        for folder in [&grown, &findings] {
            std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        let fuzzer = || {
            let mut command = Command::new(&program);
            command
                .env("LINKMESH_FUZZ_TARGET", &name)
                .arg(format!("-artifact_prefix={}/", findings.display()));
            command.args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]);
            command
        };
        let mut look = fuzzer();
        look.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={INPUT_BYTES_MAX}"));
        let said = must(
            look.arg(&grown).arg(&kept),
            &format!("{name} broke; its input is in {}", findings.display()),
        )?;
        let runs = statistic(&said, "number_of_executed_units");
        let new = statistic(&said, "new_units_added");
        println!("{name}: {runs} runs, {new} inputs that reached new code");
        if keep {
            let mut merge = fuzzer();
            merge.arg("-merge=1").arg(format!("-max_len={KEPT_BYTES_MAX}")).arg(&kept).arg(&grown);
            must(&mut merge, &format!("merging the corpus of {name}"))?;
            thin(&kept)?;
        }
    }
    Ok(())
}

fn build(root: &Path) -> Result<PathBuf> {
    let platform = host_platform()?;
    let folder = root.join("target/fuzz");
    // With a platform named, the flags reach what is fuzzed and not the programs that build it.
    must(
        Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
            .current_dir(root)
            .args([
                "build",
                "--locked",
                "--package",
                "linkmesh-fuzz",
                "--bin",
                "fuzz",
                "--features",
                "libfuzzer",
            ])
            .args(["--target", &platform])
            .arg("--target-dir")
            .arg(&folder)
            .env("RUSTFLAGS", RUSTFLAGS)
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "2")
            .env("CARGO_INCREMENTAL", "0"),
        "building the fuzzing program",
    )?;
    Ok(folder.join(platform).join("debug/fuzz"))
}

/// A target is a folder of seeds; a test holds that each has one.
fn targets(root: &Path) -> Result<Vec<String>> {
    let corpus = root.join("fuzz/corpus");
    let reading = || format!("reading {}", corpus.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&corpus).with_context(reading)? {
        names.push(entry.with_context(reading)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Leaves the seeds, which have names, and of what was found some of every size.
fn thin(folder: &Path) -> Result<()> {
    let reading = || format!("reading {}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // libFuzzer names an input for its SHA-1.
        if name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            found.push((entry.metadata().with_context(reading)?.len(), name));
        }
    }
    found.sort();
    let step = found.len().div_ceil(KEPT_FILES_MAX).max(1);
    for (index, (_, name)) in found.iter().enumerate() {
        if index % step != 0 {
            std::fs::remove_file(folder.join(name)).with_context(reading)?;
        }
    }
    Ok(())
}

/// Runs a program to its end and gives back what it said on standard error; its last words when it fails.
fn must(command: &mut Command, what: &str) -> Result<String> {
    let output = command.stdout(Stdio::null()).output().with_context(|| what.to_owned())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        let lines: Vec<&str> = said.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LAST_WORDS_LINES)..).unwrap_or_default();
        bail!("{what} ({})\n{}", output.status, last.join("\n"));
    }
    Ok(said)
}

fn statistic<'a>(said: &'a str, name: &str) -> &'a str {
    let line = said.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
    line.map_or("?", |rest| rest.trim_start_matches(':').trim())
}
