# `make demo` and `make test` need Python 3.11 or later, pip and make, nothing else: each makes .venv on its first run.
# Another Python: make PYTHON=python3.13 demo (after `make clean`, if there is a .venv already).

PYTHON ?= python3
RUN := .venv/bin/python
READY := .venv/installed

.PHONY: help demo test test-compiled lint core wheels stubs manual gallery bench clean

help:
	@echo "make demo    train a network on handwritten digits, write its pictures to out/"
	@echo "make test    run all tests in plain Python, with branch coverage (ten minutes on two cores)"
	@echo "make lint    check style and types"
	@echo "make core    compile the core in place: the checkout then runs at the speed of C, until a source of it changes"
	@echo "make wheels  build both wheels, pure and compiled, into dist/"
	@echo "make test-compiled  run all tests on the compiled wheel, installed outside the checkout"
	@echo "make stubs   write the type hints of the table's operations anew"
	@echo "make manual  write the reference manual of the operations anew"
	@echo "make gallery write docs/gallery.md and its pictures anew"
	@echo "make bench   time this engine beside its peers, which it installs in build/ (a quarter of an hour, 2 GB)"
	@echo "make clean   remove .venv, caches, builds and out/"

demo: $(READY)
	$(RUN) examples/digits.py

test: $(READY)
	GLASSGRAD_PURE=1 $(RUN) -m pytest -n auto --cov --cov-report=term

test-compiled: $(READY)
	$(RUN) scripts/test_installed.py compiled -n auto

core: $(READY)
	GLASSGRAD_PURE=0 $(RUN) setup.py --quiet build_ext --inplace

wheels: $(READY)
	rm -rf build/lib* build/temp* build/bdist*  # or the wheels would hold modules that are no more
	GLASSGRAD_PURE=1 $(RUN) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	GLASSGRAD_PURE=0 $(RUN) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

lint: $(READY)
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy

stubs: $(READY)
	$(RUN) scripts/generate_stubs.py

manual: $(READY)
	$(RUN) scripts/generate_manual.py

gallery: $(READY)
	GLASSGRAD_PURE=1 $(RUN) scripts/gallery.py

bench: $(READY)
	$(RUN) benchmarks/speed

clean:
	rm -rf .venv .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist out *.egg-info
	rm -f autograd/_core*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml scripts/bootstrap.py
	$(PYTHON) scripts/bootstrap.py
