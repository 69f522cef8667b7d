# Every target sets up what it needs; the two that matter are `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
UV := .cache/bootstrap/bin/uv
# No registry's address is written down: uv and pip use whatever this machine is configured for.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# The machine's own certificates, as pip uses them where a company's proxy has one.
export UV_SYSTEM_CERTS := 1
export VIRTUAL_ENV := $(CURDIR)/.venv
# What Python compiled is kept, whatever this machine's habit: tests start many processes, and each would compile anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test soak lint format bench requirements docs page picture clean

help: ## What there is
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.complete ## Build .venv; the other targets do it themselves

# --target leaves a system whose pip is "externally managed" alone, and needs no venv module.
$(UV): requirements/bootstrap.txt
	@$(PYTHON) -m pip install -qq --root-user-action ignore --disable-pip-version-check --upgrade --require-hashes --target .cache/bootstrap -r $<
	@touch $@

.venv/.complete: $(UV) requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Print one team's answer, then serve the local workspace page
	@$(BIN)/quintet demo $(ARGS)

test: setup ## All tests, in parallel and in random order
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

soak: setup ## Kill the bot at every step of its work, by SEEDS=200 seeds on both databases
	@$(BIN)/pytest -n auto --timeout 900 --snapshot-disable-unused --soak $(or $(SEEDS),200) tests/soak $(ARGS)

lint: setup ## Format, lint, types, and who may import whom
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

format: setup ## Put the code in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup ## Measure: ratios in one run
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

requirements: $(UV) ## Compile the requirement files anew
	@$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header requirements/bootstrap.in -o requirements/bootstrap.txt
	@$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group dev pyproject.toml -o requirements/dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --all-extras -c requirements/dev.txt pyproject.toml -o requirements/runtime.txt

docs: setup ## Write docs/commands.md anew
	@$(BIN)/python -m tests.architecture.commands_page > .cache/commands.md && mv .cache/commands.md docs/commands.md

page: ## Build the workspace page's bundle (needs npm)
	@cd page && npm ci --silent && npm run --silent build

picture: setup ## Take the README's pictures (needs Chromium)
	@$(BIN)/pytest -q tests/browser --take-picture

clean: ## Remove what was built
	@rm -rf .venv .cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
