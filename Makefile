# Dangol: the few commands. `make demo` first; see CONTRIBUTING.md for the rest.

PORT ?= 8080
# Under CI the build is kept outside the clone, so that later runs are warm.
ifdef CI
export CARGO_TARGET_DIR ?= $(HOME)/.cache/dangol-target
endif
TARGET := $(or $(CARGO_TARGET_DIR),target)
DANGOL := $(TARGET)/release/dangol

.PHONY: demo build web test test-rust test-web test-browser lint bench bench-full bench-library reference setup-rust setup-browser setup-databases setup-python test-slow

## Build everything and open the dashboard on a simulated shop.
demo: build
	@scripts/demo "$(DANGOL)" "$(PORT)"

## The web bundle and the release binary, with the bundle inside.
build: web
	cargo build --release --workspace --locked

web: web/dist/index.html

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run build --silent
	@touch $@

## Everything there is to test, installing what it needs.
test: build test-rust test-web test-browser

test-rust: setup-rust setup-databases setup-python web
	if $(SERVERS); then export DANGOL_TEST_SERVERS=required; fi; \
	if $(PACKAGES); then export DANGOL_TEST_PYTHON=required; fi; cargo nextest run --release --workspace --locked
	cargo test --release --workspace --locked --doc --quiet

## Recovery, coverage and convergence studies, some minutes each; the result is kept with its date and commit.
test-slow: setup-rust
	scripts/slow-tests docs/slow-tests.md

test-web: web
	cd web && npm test --silent

test-browser: setup-browser build
	scripts/browser-tests "$(DANGOL)"

lint: setup-rust web
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets --locked -- --deny warnings
	cd web && npm run lint --silent

## Side by side with pandas, Polars, DuckDB, lifetimes and PyMC-Marketing; results are compared before anything is timed.
bench: build bench-library
	python3 bench/run.py --binary "$(DANGOL)"

bench-full: build bench-library
	python3 bench/run.py --binary "$(DANGOL)" --full

# What times the library of models alone is an example of it.
bench-library:
	cargo build --release --workspace --locked --examples --features dangol-models/posterior

## The generated pages: the analyses' reference and the API's description with its types.
reference: build
	$(DANGOL) reference --out docs/reference
	$(DANGOL) openapi > web/openapi.json
	cd web && npm run api --silent

setup-rust:
	@command -v cargo-nextest >/dev/null || cargo install cargo-nextest --locked --version 0.9.143

setup-browser:
	@command -v chromium >/dev/null || { $(if $(filter 0,$(shell id -u)),,sudo) apt-get update -qq && $(if $(filter 0,$(shell id -u)),,sudo) apt-get install -y -qq chromium; }

# Servers for the tests that read databases; the tests start their own, on free ports. Only in a container or the
# like (root) they are installed: on somebody's machine the packages would run as services from then on. Where they
# cannot be had, this says so, and the tests that need them are skipped.
SERVERS = ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && [ -x /usr/sbin/mariadbd ]
setup-databases:
	@if $(SERVERS); then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends postgresql mariadb-server || :; \
	fi; \
	$(SERVERS) || echo "WARNING: PostgreSQL and MariaDB are not both installed: the tests that need them are skipped"

# Python packages that the tests start or load: moto, which plays S3, and the ADBC drivers. They lie beside what is
# built. Where they cannot be had, this says so, and the tests that need them are skipped.
PYTHON := $(TARGET)/test-python
PACKAGES = [ -e "$(PYTHON)/complete" ]
setup-python:
	@if $(PACKAGES); then :; \
	elif command -v python3 >/dev/null; then \
		python3 -m venv "$(PYTHON)" && "$(PYTHON)/bin/pip" install --quiet --disable-pip-version-check \
			'moto[s3,server]==5.2.5' adbc-driver-sqlite==1.13.0 adbc-driver-postgresql==1.13.0 && \
			touch "$(PYTHON)/complete" || :; \
	fi; \
	$(PACKAGES) || echo "WARNING: moto and the ADBC drivers are not installed: the tests that need them are skipped"
