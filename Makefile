# Needs Python 3.11 or newer with pip, and make. Everything else is installed into .venv, pinned by hash.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/python -m uv
PROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml)
EDITABLE := $(addprefix -e ,$(dir $(PROJECTS)))

export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.PHONY: help setup demo test lint format bench docs lock clean

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: $(VENV)/.setup  ## install every development tool and all members, editable

demo: $(BIN)/prebill  ## check a day of a synthetic practice
	$(BIN)/prebill check examples/practice-day.837 --config examples/prebill.toml --as-of 2026-03-23 --fail-on never

test: setup  ## run all tests on all cores
	$(BIN)/python -m pytest -n auto

lint: setup  ## check format, style, types and import directions
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

format: setup  ## mend what the linters can mend
	$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .

bench: setup  ## measure throughput and memory
	$(BIN)/python -m benchmarks

docs: setup  ## write what the documentation prints from the code
	$(BIN)/python -m docs

lock: $(BIN)/uv  ## move every pin in requirements/ to the newest release
	echo uv | $(UV) pip compile -q --universal --generate-hashes --no-header -U - -o requirements/uv.txt
	$(UV) export -q -U --all-packages --all-extras --group dev --no-emit-workspace --no-annotate --no-header -o requirements/dev.txt

clean:  ## remove everything that is not source
	rm -rf $(VENV) dist .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/uv: requirements/uv.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

# What the demo needs: the members and their own dependencies.
$(BIN)/prebill: $(BIN)/uv $(PROJECTS)
	$(UV) pip install -q -c requirements/dev.txt -b requirements/dev.txt $(EDITABLE)
	@touch $@

$(VENV)/.setup: $(BIN)/uv requirements/dev.txt $(PROJECTS)
	$(UV) pip sync -q --require-hashes requirements/uv.txt requirements/dev.txt
	$(UV) pip install -q --no-deps --no-build-isolation $(EDITABLE)
	@touch $@ $(BIN)/prebill
