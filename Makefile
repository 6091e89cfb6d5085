# Each target sets up what it needs; the second time that takes a moment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench train clean

demo: $(VENV)/ready
	$(BIN)/assistant demo

test: check
	$(BIN)/python -m pytest

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/peers
	for bench in benchmarks/*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

train: $(VENV)/ready
	$(BIN)/python benchmarks/corpus.py
	$(BIN)/assistant train --corpus models/corpus --out models/shipped

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 to 3.13 is needed; say which with make PYTHON=python3.11" if not (3, 11) <= sys.version_info < (3, 14) else 0)'
	@echo "Setting up $(VENV): a few minutes the first time, a moment later on"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# The other readers that the benchmarks measure beside ours; apart, for one of them brings a package called tests.
$(VENV)/peers: $(VENV)/ready benchmarks/peers.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $@ -r benchmarks/peers.lock
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
