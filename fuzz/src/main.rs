//! The fuzzing program: libFuzzer around the target that `LINKMESH_FUZZ_TARGET` names.
//! Started by `make fuzz`, which builds it with coverage instrumentation.

#![no_main]

use std::sync::LazyLock;

use linkmesh_fuzz::{TARGETS, Target};

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("LINKMESH_FUZZ_TARGET").unwrap_or_default();
    TARGETS.iter().find(|target| target.name == name).expect("LINKMESH_FUZZ_TARGET names one of the targets")
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| (TARGET.run)(input));
