# Two commands matter: `make run` and `make test`.  `make help` lists the rest.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/pip-%: requirements-%.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name one with make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing $< into $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/pip-run: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name one with make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing requirements.txt into $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.PHONY: run
run: $(VENV)/pip-run ## the whole system on this machine, on the real emulators; Ctrl-C stops it
	@PYTHONPATH=. $(BIN)/python -m local

.PHONY: test
test: $(VENV)/pip-dev ## every test: unit, integration on the emulators, end to end, browser, terraform
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
	@$(BIN)/python scripts/lock.py

.PHONY: clean
clean: ## remove what the commands above made
	rm -rf $(VENV) .local .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

.PHONY: bench
bench: $(VENV)/pip-dev ## CPU per message of the webhook, beside a bare Flask endpoint
	@$(BIN)/python -m benchmarks
