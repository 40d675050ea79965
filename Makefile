# Every target sets itself up: a machine needs make and Python 3.11 or newer with venv, and nothing else.
# Environments live in .venv/, one for each lock, because the tools cannot share one (see infra/requirements/).

PYTHON ?= python3
STAGE ?= dev

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

LOCKS := infra/requirements
UV := .venv/uv/bin/uv
DEV := .venv/dev/ready
TOOLS := .venv/tools/ready
CHECKOV := .venv/checkov/ready
CHROMIUM := .venv/chromium
# Tools of one environment call each other by name; sam also takes the first Python of the path to build with.
WITH_DEV := PATH="$(CURDIR)/.venv/dev/bin:$$PATH"

export SAM_CLI_TELEMETRY := 0
# uv installs what the locks say into the environments named here; an activated one is none of its business.
unexport VIRTUAL_ENV

.PHONY: help run demo test check bench chaos build deploy lock format clean

help:  ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(DEV) $(TOOLS)  ## Start the local cloud with the simulated platforms and the phone page
	@$(WITH_DEV) python -m infra.local run

demo: $(DEV) $(TOOLS)  ## Show customers being answered, from the message to the human queue
	@$(WITH_DEV) python -m infra.local demo

test: $(DEV) $(TOOLS) $(CHROMIUM)  ## Run all tests, or those named by T=tests/unit
	@$(WITH_DEV) python -m pytest $(T)

check: $(DEV) $(TOOLS) $(CHECKOV)  ## Run every static check, as CI does
	@$(WITH_DEV) python -m infra.build.check

bench: $(DEV) $(TOOLS)  ## Measure speed, size and cost; PARTS="receive start" chooses, OPTIONS="--json --strict" for programs
	@for rival in bench bench-node; do \
	    $(MAKE) .venv/$$rival/ready || echo "So .venv/$$rival is not compared with." >&2; \
	done
	@$(WITH_DEV) python -m tests.bench $(PARTS) $(OPTIONS)

chaos: $(DEV) $(TOOLS)  ## Prove the promises under every fault; PARTS="crashes forgery", SEED=7 and SCHEDULE="…" narrow and repeat it
	@$(WITH_DEV) python -m tests.chaos $(PARTS) $(if $(SEED),--seed $(SEED)) $(if $(SCHEDULE),--schedule "$(SCHEDULE)")

build: $(DEV) $(TOOLS)  ## Build the functions, small and with byte code; RUNTIME= and ARCHITECTURE= override the template
	@$(WITH_DEV) python -m infra.build $(if $(RUNTIME),--runtime $(RUNTIME)) $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE))

deploy: $(DEV) $(TOOLS)  ## Check, build, show what changes, deploy to STAGE=dev or STAGE=prod, and try it out; YES=1 does not ask
	@$(WITH_DEV) python -m infra.build.deploy $(STAGE) $(if $(YES),--yes) $(if $(REPLACE),--replace "$(REPLACE)") $(if $(filter no,$(SMOKE)),--no-smoke)

lock: $(UV)  ## Bring every lock up to date with its .in file; UPGRADE=--upgrade takes newer releases
	@compile() { \
	    $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	        --custom-compile-command 'make lock' $(UPGRADE) $$1.in --output-file $$1.txt; \
	}; \
	for lock in functions/requirements $(LOCKS)/{uv,dev,tools,checkov,bench}; do echo "$$lock.txt"; compile $$lock; done

format: $(DEV)  ## Format the code and mend what ruff can mend
	@$(WITH_DEV) ruff format .
	@$(WITH_DEV) ruff check --fix .

clean:  ## Remove what was built, and the environments
	@rm -rf .venv .aws-sam .nightbell .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(UV): $(LOCKS)/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "Nightbell needs Python 3.11 or newer, and \"$(PYTHON)\" is none. Say which one to use: make PYTHON=python3.13 …" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv/uv || { \
	    echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@.venv/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The stamp is written last, so that an installation that was interrupted is done again.
define environment
	@echo "Preparing $(@D)"
	@test -d $(@D) || $(UV) venv --quiet --python .venv/uv/bin/python $(@D)
	@$(UV) pip sync --quiet --require-hashes --python $(@D) $(filter %.txt,$^)
endef

$(DEV): $(LOCKS)/dev.txt pyproject.toml | $(UV)
	$(environment)
	@$(UV) pip install --quiet --python $(@D) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tools/ready .venv/checkov/ready .venv/bench/ready: .venv/%/ready: $(LOCKS)/%.txt | $(UV)
	$(environment)
	@touch $@

.venv/bench-node/ready: $(LOCKS)/botkit/package-lock.json
	@command -v npm >/dev/null || { echo "There is no npm to install Botkit with." >&2; exit 1; }
	@mkdir -p $(@D) && cp $(LOCKS)/botkit/package*.json $(@D)
	@npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(CHROMIUM): infra/build/ensure_chromium.py | $(DEV)
	@$(WITH_DEV) python -m infra.build.ensure_chromium $@
