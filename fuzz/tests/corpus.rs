//! Every input that fuzzing found worth keeping, through every check again; and each one cut off at every length.

use std::fs;
use std::path::Path;

use linkmesh_fuzz::TARGETS;

/// Longer inputs are only run whole: cutting is quadratic.
const CUT_BYTES_MAX: usize = 1024;

#[test]
fn no_input_of_the_corpus_breaks_its_decoder() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in TARGETS {
        let mut inputs = 0;
        for entry in fs::read_dir(corpus.join(target.name)).unwrap() {
            let input = fs::read(entry.unwrap().path()).unwrap();
            (target.run)(&input);
            if input.len() <= CUT_BYTES_MAX {
                (0..input.len()).for_each(|length| (target.run)(&input[..length]));
            }
            inputs += 1;
        }
        assert!(inputs > 0, "{} has no seed; put one into its folder", target.name);
    }
}

#[test]
fn every_folder_of_the_corpus_belongs_to_a_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for entry in fs::read_dir(corpus).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(TARGETS.iter().any(|target| target.name == name), "no target is called {name}");
    }
}
