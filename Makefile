# Two commands set everything up: `make run` and `make test`. Python 3.11 or newer, git, make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test test-models lint bench parquet clean

run: $(VENV)/.installed
	$(BIN)/goldwire evaluate run rules --output runs/rules --restart

test: $(VENV)/.installed-dev lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

# Models need torch, and transformers another huggingface-hub than datasets: apart from the rest.
test-models:
	$(PYTHON) -m venv .venv-models
	.venv-models/bin/python -m pip --disable-pip-version-check install --quiet -e . pytest hypothesis torch transformers gliner
	.venv-models/bin/python -m pytest tests/models

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check --output-format=concise
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy

bench: $(VENV)/.installed-bench
	$(BIN)/python -m tests.bench.help
	$(BIN)/python -m tests.bench.validate
	$(BIN)/python -m tests.bench.check
	$(BIN)/python -m tests.bench.score_spans
	$(BIN)/python -m tests.bench.score_layers
	$(BIN)/python -m tests.bench.coreference
	$(BIN)/python -m tests.bench.templates
	$(BIN)/python -m tests.bench.quotes
	$(BIN)/python -m tests.bench.trained
	$(BIN)/python -m tests.bench.statistics
	$(BIN)/python -m tests.bench.validity
	$(BIN)/python -m tests.bench.annotate_store

parquet: $(VENV)/.installed
	$(BIN)/python -c 'from goldwire.corpus.features import write_parquet; print(*write_parquet())'

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "goldwire needs Python 3.11 or newer; try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml .ci/constraints.txt
	$(PIP) install --quiet -c .ci/constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet -c .ci/constraints.txt -e '.[dev]'
	touch $@

$(VENV)/.installed-bench: $(VENV)/.installed-dev
	$(PIP) install --quiet -c .ci/constraints.txt -e '.[bench]'
	touch $@

clean:
	rm -rf $(VENV) .venv-models runs .mypy_cache .ruff_cache .pytest_cache .hypothesis
