.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

# Terraform reads this: a provider mirror on this disk where there is one, else the public registry.
terraform_config = TF_CLI_CONFIG_FILE="$$($(PY) scripts/provider_mirror.py)"

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make the virtual environment in .venv with every pinned package

$(READY): requirements-dev.txt
	python=$$(scripts/find-python); [ -x $(PY) ] || "$$python" -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

lock: $(READY) ## Resolve requirements*.in anew into the pinned files with hashes
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes \
	  --no-emit-index-url --no-header lambda/requirements.in -o lambda/requirements.txt
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

package: $(READY) ## Build dist/triage.zip and dist/tool.zip, byte for byte reproducible
	$(PY) scripts/package.py

package-check: $(READY) ## Fail when dist/ is not what the source gives
	$(PY) scripts/package.py --check

docs: $(READY) ## Write the README's tables of inputs and outputs from the Terraform files
	$(PY) scripts/terraform_docs.py

docs-check: $(READY) ## Fail when the README's tables are stale
	$(PY) scripts/terraform_docs.py --check

lint: $(READY) ## Lint and formatting: ruff, terraform fmt
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	terraform fmt -check -recursive -diff

types: $(READY) ## Types: mypy --strict
	$(VENV)/bin/mypy lambda tool-lambda scripts demo

unit: $(READY) ## Unit tests only, seconds
	$(PY) -m pytest tests/unit -q

pytest: $(READY) ## Every Python test with coverage: unit, integration, policy, browser, end to end
	$(terraform_config) $(PY) -m pytest tests/ --cov=lambda --cov=tool-lambda --cov-report=term-missing:skip-covered --cov-fail-under=96

test: lint types package-check docs-check terraform-test pytest ## Everything that CI checks

demo: $(READY) ## Break something on a local AWS and read the report (SCENARIO=name|all, KEEP=1 leaves it running)
	$(terraform_config) $(PY) demo/run_demo.py --scenario "$(or $(SCENARIO),missing-permission)" $(if $(KEEP),--keep)

demo-stop: $(READY) ## Stop what `make demo KEEP=1` left running
	$(PY) demo/run_demo.py --stop

demo-package: $(READY) ## Build the zips of the demo's functions
	$(PY) demo/package_functions.py

.PHONY: demo demo-stop demo-package
.PHONY: help setup lock package package-check docs docs-check lint types unit pytest test
