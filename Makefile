# Two commands matter: `make run` and `make test`.  `make help` lists the rest.
.DEFAULT_GOAL := help
VENV := .venv
PACKAGES := $(patsubst %/pyproject.toml,%,$(wildcard packages/*/pyproject.toml))
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name one with make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: sudo apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

# What `make run` needs, and what everything else needs.
$(VENV)/pip-run: requirements.txt | $(BIN)/python
$(VENV)/pip-dev: requirements-dev.txt | $(BIN)/python
$(VENV)/pip-%:
	@echo "installing $< into $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation $(PACKAGES:%=--editable %)
	@touch $@

# The browser tests want a Chromium; where this may not install one they say so, and are skipped outside of CI.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing chromium for the browser tests"; \
		apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	else echo "no Chromium: the browser tests will be skipped (Debian: sudo apt-get install chromium)"; fi

.PHONY: run
run: $(VENV)/pip-run ## the whole system on this machine, on the real emulators; Ctrl-C stops it
	@PYTHONPATH=. $(BIN)/python -m development

.PHONY: test
test: $(VENV)/pip-dev chromium ## every test: unit, integration on the emulators, end to end, browser, terraform
	@$(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: test-unit
test-unit: $(VENV)/pip-dev ## the tests that need no emulator, in seconds
	@$(BIN)/python -m pytest tests/unit

.PHONY: test-images
test-images: $(VENV)/pip-dev ## build both images with buildah, look into them, run them (Debian, root; a minute)
	@IMAGES=1 $(BIN)/python -m pytest tests/images --timeout=600

.PHONY: lint
lint: $(VENV)/pip-dev ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: format
format: $(VENV)/pip-dev ## let ruff put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: lock
lock: $(VENV)/pip-dev ## pin every dependency group anew from pyproject.toml
	@$(BIN)/python development/lock.py

.PHONY: clean
clean: ## remove what the commands above made
	rm -rf $(VENV) .local .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

.PHONY: screenshots
screenshots: $(VENV)/pip-dev chromium ## take the README's pictures anew, from the real system
	@$(BIN)/python -m development.screenshots

.PHONY: bench
bench: $(VENV)/pip-dev ## CPU per message of the webhook, beside its peers
	@$(BIN)/python -m development.benchmarks
