# Thin: every target calls cargo, npm, xtask or one script. `make help` lists them.

ARGS ?=
# How long `make fuzz` runs each target, in seconds.
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help run test test-system check fix gen bench bench-web screenshots fuzz toolchain web

help: ## what can be done here
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-11s %s\n", $$1, $$2 }'

run: toolchain web ## build the server and the command line, and start the server; make run ARGS="--listen 0.0.0.0:8080"
	@cargo build --locked --package linkmesh-cli --package linkmesh-server
	@cargo run --locked --package linkmesh-server --bin linkmesh-server -- $(ARGS)

test: toolchain ## every test, also those with the real programs
	cargo xtask structure
	web/build packages
	cd web && npm run --silent check && npm test --silent
	web/build
	peers/build
	cargo build --locked --workspace --bins
	cargo test --locked --workspace
	web/browser/run

test-system: toolchain ## with a real systemd, users and owners, on a throw-away copy of this machine's system; needs root
	peers/build opampsupervisor otelcol
	cargo build --locked --workspace --bins
	crates/server/tests/system/run

check: toolchain ## format, lints and structure, without tests
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo xtask structure

fix: toolchain ## what a machine can put right
	cargo fmt --all
	cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged
	web/build packages
	cd web && npm run --silent fix

gen: toolchain ## write recorded files anew: help of the command line, the API's description and its web types, renderings, docs/alloy-parity.md
	LINKMESH_BLESS=1 cargo test --locked --package linkmesh-cli --test program recorded
	LINKMESH_BLESS=1 cargo test --locked --package linkmesh-server --test it document
	web/build packages
	cd web && npm run --silent gen
	LINKMESH_BLESS=1 cargo test --locked --package linkmesh-render golden

bench: toolchain ## measure a release build beside the floor of this machine; make bench ARGS="--count 18000"
	cargo build --locked --release --package linkmesh-server --bin linkmesh-server
	cargo build --locked --release --package linkmesh-testkit --bin bench
	$${CARGO_TARGET_DIR:-target}/release/bench $(ARGS)

bench-web: web ## measure the table of 100,000 rows and the canvas of 2,000 nodes in a throttled Chromium
	cd web && node bench/run.mjs $(ARGS)

screenshots: toolchain web ## take the pictures of the manual anew; with SHOTS=FOLDER every screen at every size, light and dark
	peers/build
	cargo build --locked --workspace --bins
	LINKMESH_SHOTS=$(or $(SHOTS),$(CURDIR)/docs/screenshots) LINKMESH_SHOTS_ALL=$(if $(SHOTS),1,0) web/browser/run screenshots

fuzz: toolchain ## run every fuzz target for FUZZ_SECONDS; its findings stay in fuzz/artifacts
	cargo xtask fuzz $(FUZZ_SECONDS)

web:
	@web/build

toolchain:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust with rustup; the version in rust-toolchain.toml is then taken by itself" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "cc is missing: install a C compiler (Debian: build-essential)" >&2; exit 1; }
	@command -v git >/dev/null || { echo "git is missing: install it (Debian: git)" >&2; exit 1; }
