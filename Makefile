# `make demo` and `make test` need Python 3.11 or later, pip and make, nothing else: each makes .venv on its first run.
# Another Python: make PYTHON=python3.13 demo (after `make clean`, if there is a .venv already).

PYTHON ?= python3
RUN := .venv/bin/python
READY := .venv/installed

.PHONY: help demo test lint stubs manual clean

help:
	@echo "make demo    train a network on handwritten digits, write its pictures to out/"
	@echo "make test    run all tests, with branch coverage"
	@echo "make lint    check style and types"
	@echo "make stubs   write the type hints of the table's operations anew"
	@echo "make manual  write the reference manual of the operations anew"
	@echo "make clean   remove .venv, caches, builds and out/"

demo: $(READY)
	$(RUN) examples/digits.py

test: $(READY)
	$(RUN) -m pytest -n auto --cov --cov-report=term

lint: $(READY)
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy

stubs: $(READY)
	$(RUN) scripts/generate_stubs.py

manual: $(READY)
	$(RUN) scripts/generate_manual.py

clean:
	rm -rf .venv .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist out *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml scripts/bootstrap.py
	$(PYTHON) scripts/bootstrap.py
