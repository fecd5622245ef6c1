# The two commands that matter: `make demo` and `make test`. Both set everything up by themselves.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: setup web demo test check format test-long bench bench-web docs lock clean

setup: $(INSTALLED)

$(INSTALLED): requirements/dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Tidegate needs Python 3.11 to 3.13; set PYTHON=")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(INSTALLED)

web: $(INSTALLED)  ## Build the browser editor into src/tidegate/web_dist.
	$(BIN)/python scripts/web.py build

demo: $(INSTALLED)  ## Run the example workflows against a real local API.
	$(BIN)/python examples/demo.py

check: $(INSTALLED)  ## Lint, types, import contracts, budgets, unit tests: under a minute.
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/web.py check
	$(BIN)/pytest -q -n auto --dist worksteal tests/unit

test: $(INSTALLED)  ## Everything, with the short form of the random suites.
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/web.py check
	$(BIN)/python scripts/web.py build
	$(BIN)/python scripts/ensure_services.py
	$(BIN)/pytest -q -n auto --dist worksteal

test-long: $(INSTALLED)  ## The long forms; writes a dated report into reports/.
	$(BIN)/python scripts/ensure_services.py
	mkdir -p reports
	TIDEGATE_TEST_LONG=1 $(BIN)/pytest -q -n auto --dist worksteal --durations 20 | tee reports/test-long-$$(date -u +%Y-%m-%d).txt
	nice -n 19 $(BIN)/python scripts/mutants.py --margin 5 --output reports/mutants-$$(date -u +%Y-%m-%d).md

bench: $(INSTALLED)  ## Measure; prints figures and ratios of one run.
	$(BIN)/python benchmarks/run.py

bench-web: $(INSTALLED)  ## Measure the browser editor in Chromium: sizes, frames, memory.
	$(BIN)/python benchmarks/web.py

docs: $(INSTALLED)  ## Regenerate the generated reference pages.
	$(BIN)/python scripts/generate_docs.py

format: $(INSTALLED)
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

lock: $(INSTALLED)  ## Renew requirements/*.lock from pyproject.toml.
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements/runtime.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --group dev -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements/node.in -o requirements/node.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
