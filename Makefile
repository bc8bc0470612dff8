# Needs make and a Python; everything else is set up by the first command that needs it.

PYTHON ?= python3
VENV := .venv/bin
PACKAGES := $(wildcard functions layers/handoff/handoff sandbox tests benchmarks)
export PYTHONPATH := layers/handoff:.
export PYTHONUTF8 := 1
# A run starts a process for each function: without compiled modules each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
# A person's own AWS account and proxy have no part in the local run.
unexport AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ENDPOINT_URL AWS_SESSION_TOKEN
export AWS_CONFIG_FILE := /dev/null
export AWS_SHARED_CREDENTIALS_FILE := /dev/null
export NO_PROXY := 127.0.0.1,localhost,$(or $(NO_PROXY),$(no_proxy))
export no_proxy := $(NO_PROXY)

.PHONY: help setup demo test check format pages golden up down bench histories histories-proof lock

help:
	@echo "make demo    set up, then three companies' hours, invoices and master data, moved and accounted for"
	@echo "make test    set up, then all tests"
	@echo "make check   set up, then format, lint, types, imports, template"
	@echo "make pages   the tables and pages that are made from code and tests, written anew"
	@echo "make golden  what the vendors' rows are read as, written anew; read the diff"
	@echo "make up      the local system, until Ctrl-C; addresses in .local/endpoints.json"
	@echo "make down    stop a local system left behind"
	@echo "make bench   the numbers of the README; ONLY=\"live webhooks\" for some of them"
	@echo "make histories SEEDS=1000000   as many histories as wanted, each with its own crashes and faults"
	@echo "make histories-proof           takes each guard away and shows that histories miss it"

setup:
	@$(PYTHON) sandbox/bootstrap.py

demo: setup
	@$(VENV)/python -m sandbox.demo

test: setup
	@$(VENV)/python -m pytest -n auto --dist loadgroup --durations 10

check: setup
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy $(PACKAGES)
	$(VENV)/lint-imports
	$(VENV)/cfn-lint --config-file .cfnlint.yaml -- template.yaml

format: setup
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

pages: setup
	@$(VENV)/python -m tests.pages
	@$(VENV)/python -m tests.manuals

golden: setup
	@$(VENV)/python -m tests.golden

up: setup
	@$(VENV)/python -m sandbox.local.up $(OPTIONS)

down: setup
	@$(VENV)/python -m sandbox.local.down

bench: setup
	@$(VENV)/python -m benchmarks $(ONLY)

SEEDS ?= 10000
histories: setup
	@$(VENV)/python -m tests.histories --seeds $(SEEDS)

histories-proof: setup
	@$(VENV)/python -m tests.histories.proof

# Rewrites the locks from requirements/*.in; needs `uv` on PATH.
lock:
	cd requirements && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" runtime.in --output-file ../layers/runtime/requirements.txt
	cd requirements && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" --constraint ../layers/runtime/requirements.txt dev.in --output-file dev.txt
