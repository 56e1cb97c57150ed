//! Tells cargo that the catalog is part of this crate: without this a new file would not be noticed.

fn main() {
    println!("cargo::rerun-if-changed=../../catalog");
    println!("cargo::rerun-if-changed=build.rs");
}
