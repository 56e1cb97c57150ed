# Thin: every target calls cargo, xtask or one script. `make help` lists them.

ARGS ?=
# How long `make fuzz` runs each target, in seconds.
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help run test check fix gen bench fuzz toolchain

help: ## what can be done here
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-8s %s\n", $$1, $$2 }'

run: toolchain ## build the server and the command line, and start the server; make run ARGS="--listen 0.0.0.0:8080"
	@cargo build --locked --package linkmesh-cli --package linkmesh-server
	@cargo run --locked --package linkmesh-server --bin linkmesh-server -- $(ARGS)

test: toolchain ## every test, also those with the real programs
	cargo xtask structure
	peers/build
	cargo build --locked --workspace --bins
	cargo test --locked --workspace

check: toolchain ## format, lints and structure, without tests
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo xtask structure

fix: toolchain ## what a machine can put right
	cargo fmt --all
	cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged

gen: toolchain ## write recorded files anew: help of the command line, the API's description, renderings, docs/alloy-parity.md
	LINKMESH_BLESS=1 cargo test --locked --package linkmesh-cli --test program recorded
	LINKMESH_BLESS=1 cargo test --locked --package linkmesh-server --test it document
	LINKMESH_BLESS=1 cargo test --locked --package linkmesh-render golden

bench: toolchain ## measure a release build beside the floor of this machine; make bench ARGS="--count 18000"
	cargo build --locked --release --package linkmesh-server --bin linkmesh-server
	cargo build --locked --release --package linkmesh-testkit --bin bench
	$${CARGO_TARGET_DIR:-target}/release/bench $(ARGS)

fuzz: toolchain ## run every fuzz target for FUZZ_SECONDS; its findings stay in fuzz/artifacts
	cargo xtask fuzz $(FUZZ_SECONDS)

toolchain:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust with rustup; the version in rust-toolchain.toml is then taken by itself" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "cc is missing: install a C compiler (Debian: build-essential)" >&2; exit 1; }
	@command -v git >/dev/null || { echo "git is missing: install it (Debian: git)" >&2; exit 1; }
