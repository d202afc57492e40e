# Both README commands, `make run` and `make test`, start from `make build`, which sets a bare checkout up.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv --quiet

ENGINE_SOURCES := $(shell find crates Cargo.toml Cargo.lock -name '*.rs' -o -name 'Cargo.*' -o -name 'pyproject.toml' -o -name '*.pyi' 2>/dev/null | grep -v /target/)

STATIC := src/ringfence/api/static
BRANCHES := src/ringfence/identifiers/branches.txt

FUZZ_SECONDS ?= 120

.PHONY: build run test lint bench evaluate evaluate-content fuzz docs lock clean

build: $(VENV)/.engine $(STATIC)/swagger-ui-bundle.js $(BRANCHES)

$(BIN)/uv:
	@command -v $(PYTHON) >/dev/null || { echo "Ringfence needs Python 3.11 or newer: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 3; }
	@command -v cargo >/dev/null || { echo "Ringfence needs a Rust toolchain (rustup, stable)"; exit 3; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.8'

$(VENV)/.packages: requirements.txt pyproject.toml | $(BIN)/uv
	$(UV) pip install --python $(BIN)/python --requirement requirements.txt
	@touch $@

$(VENV)/.engine: $(VENV)/.packages $(ENGINE_SOURCES)
	@echo "Compiling the engine; the first time takes some minutes"
	$(UV) pip install --python $(BIN)/python --no-deps --reinstall-package ringfence-engine --no-build-isolation ./crates/engine-py
	$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	@command -v npm >/dev/null || { echo "Ringfence needs Node 20 or newer, with npm"; exit 3; }
	cd web && npm ci --silent --no-audit --no-fund
	@touch $@

# What browsers load is served by the API itself, since operators' networks reach no CDN.
$(STATIC)/swagger-ui-bundle.js: web/node_modules/.package-lock.json
	@mkdir -p $(STATIC)
	cp $(addprefix web/node_modules/swagger-ui-dist/,swagger-ui-bundle.js swagger-ui.css favicon-32x32.png LICENSE NOTICE) $(STATIC)/
	@touch $@

# The banks and branches that have an IFSC, with the licence of those who gathered them.
$(BRANCHES): web/node_modules/.package-lock.json src/ringfence/identifiers/branches.py | $(VENV)/.engine
	$(BIN)/python -m ringfence.lab.branch_table web/node_modules/ifsc/src $@
	cp web/node_modules/ifsc/LICENSE $(BRANCHES:.txt=.LICENSE)

run: build
	$(BIN)/ringfence demo

lint: build
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cargo fmt --check
	cargo clippy --release --workspace --all-targets --quiet -- -D warnings

test: build lint
	@echo "Compiling the engine's tests; the first time takes some minutes"
	cargo test --release --workspace --quiet
	$(BIN)/python -m mypy.stubtest ringfence_engine
	$(BIN)/pytest --numprocesses 2 --dist loadfile

# Measures speed and memory into benchmarks/README.md; QUICK=1 only shows, in a minute, that it runs.
bench: build
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

# Holds detectors of call masking against simulated truth, into benchmarks/masking.md; QUICK=1 only shows that it runs.
evaluate: build
	$(BIN)/python -m benchmarks.masking $(if $(QUICK),--quick)

# Holds the model of messages against sources that it has not seen, into benchmarks/content.md; QUICK=1 only shows that
# it runs. Needs the tables beside the project.
evaluate-content: build
	$(BIN)/python -m benchmarks.content $(if $(QUICK),--quick)

# Feeds the decoders what a fuzzer thinks up; FUZZ_SECONDS for each of them. Needs cargo-fuzz and a nightly compiler.
fuzz:
	@cargo +nightly fuzz --version >/dev/null 2>&1 || { echo "make fuzz needs: rustup toolchain install nightly; cargo install cargo-fuzz"; exit 3; }
	cd crates/engine && for target in sip_message capture ndjson model memory; do \
		cargo +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=8192 || exit 1; done

# The settings page follows the code; a test holds it to that.
docs: build
	$(BIN)/python docs/settings_page.py

# Pins every package of pyproject.toml; run after changing dependencies and commit the result.
lock: $(BIN)/uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header \
		--no-emit-package ringfence-engine --group dev --extra train --extra llm --output-file requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) target dist web/node_modules $(STATIC) $(BRANCHES) $(BRANCHES:.txt=.LICENSE)
