.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: help setup lock package package-check docs docs-check format lint types unit unit-covered other-covered snapshots e2e \
  coverage test bench demo demo-stop demo-package terraform-test policy iam-drift checkov lock-checkov investigate reports \
  screenshot

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

# Terraform reads this: a provider mirror on this disk where there is one, else the public registry.
terraform_config = TF_CLI_CONFIG_FILE="$$($(PY) scripts/provider_mirror.py)"

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

package: $(READY) ## Build dist/triage.zip and dist/tool.zip from the working tree, byte for byte reproducible
	$(PY) scripts/package.py

package-check: $(READY) ## Fail when dist/ is not what the source gives
	$(PY) scripts/package.py --check

docs: $(READY) ## Write the tables of inputs and outputs (README.md) and of costs (README.md, docs/cost.md)
	$(PY) scripts/terraform_docs.py
	$(PY) scripts/cost_docs.py

docs-check: $(READY) ## Fail when one of these tables is stale
	$(PY) scripts/terraform_docs.py --check
	$(PY) scripts/cost_docs.py --check

format: $(READY) ## Format Python and Terraform
	$(VENV)/bin/ruff format
	terraform fmt -recursive

lint: $(READY) ## Lint and formatting: ruff, terraform fmt
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	terraform fmt -check -recursive -diff

types: $(READY) ## Types: mypy --strict
	$(VENV)/bin/mypy lambda tool-lambda scripts demo

unit: $(READY) ## Unit tests only, a minute or two
	$(PY) -m pytest tests/unit -q

snapshots: $(READY) ## Record anew what the unit tests compare with; read the diff
	$(PY) -m pytest -q --snapshot-update $$(grep -rlw snapshot --include='test_*.py' tests/unit)

# Two runs of pytest, each with coverage of its own, so that two cores have work until the end.
COVERED = -m pytest --cov=lambda --cov=tool-lambda --cov-report=

unit-covered: $(READY)
	COVERAGE_FILE=.coverage.unit $(PY) $(COVERED) tests/unit

other-covered: $(READY)
	COVERAGE_FILE=.coverage.other $(terraform_config) $(PY) $(COVERED) tests/ --ignore=tests/unit --ignore=tests/e2e

e2e: $(READY) ## End-to-end tests: Terraform and both functions on the local AWS
	$(terraform_config) $(PY) -m pytest tests/e2e

coverage: $(READY) ## Line coverage of the tests that have just run, 96 % or more
	rm -f .coverage.unit.* .coverage.other.*  # of processes that were killed while they wrote
	$(PY) -m coverage combine --keep --quiet .coverage.unit .coverage.other
	$(PY) -m coverage report --skip-covered --show-missing --fail-under=96

test: lint types package-check docs-check ## Everything that CI checks, but for checkov
	$(MAKE) --no-print-directory --jobs=2 other-covered e2e unit-covered terraform-test
	$(MAKE) --no-print-directory coverage

bench: $(READY) ## Measure: overhead of a tool call and of the broker, cost of whole investigations
	$(PY) -m tests.benchmarks.tool_overhead
	$(PY) -m tests.benchmarks.investigation_cost

demo: $(READY) ## Break something on a local AWS and read the report (SCENARIO=name|all, MODEL=<Bedrock id or openai:...>, KEEP=1)
	$(terraform_config) $(PY) demo/run_demo.py --scenario "$(or $(SCENARIO),missing-permission)" \
	  $(if $(MODEL),--model "$(MODEL)") $(if $(KEEP),--keep) $(OPTIONS)

demo-stop: $(READY) ## Stop what `make demo KEEP=1` left running
	$(PY) demo/run_demo.py --stop

demo-package: $(READY) ## Build the zips of the demo's functions
	$(PY) demo/package_functions.py

# Terraform: the module validated and tested at plan, without an account.
FURTHER_ACCOUNT := modules/investigation-role

terraform-test: $(READY) ## Terraform: validate, and test every input, rule and output
	$(terraform_config) terraform init -backend=false -input=false >/dev/null
	$(terraform_config) terraform validate
	$(terraform_config) terraform test -test-directory=tests/terraform
	$(terraform_config) terraform -chdir=$(FURTHER_ACCOUNT) init -backend=false -input=false >/dev/null
	$(terraform_config) terraform -chdir=$(FURTHER_ACCOUNT) validate
	$(terraform_config) terraform -chdir=$(FURTHER_ACCOUNT) test

policy: $(READY) ## Evaluate the roles of a plan against what must and must not be allowed
	$(PY) -m pytest tests/policy -q

iam-drift: $(READY) ## What a newer ReadOnlyAccess adds, and what of it would pass: FILE=policy.json
	$(PY) scripts/iam_drift.py $(if $(FILE),$(FILE),--help)

# checkov pins old versions of packages that the other tools need new, so it lives apart.
CHECKOV := .venv-checkov

$(CHECKOV)/.ready: requirements-checkov.txt
	python=$$(scripts/find-python); [ -x $(CHECKOV)/bin/python ] || "$$python" -m venv $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

checkov: $(CHECKOV)/.ready ## Static analysis of the module; each skip has its reason beside it
	$(CHECKOV)/bin/checkov --directory . --framework terraform --compact --quiet --skip-download \
	  $(addprefix --skip-path ,$(VENV) $(CHECKOV) .local demo examples tests)

lock-checkov: $(READY) ## Resolve requirements-checkov.in anew into its pinned file with hashes
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header requirements-checkov.in -o requirements-checkov.txt

investigate: $(READY) ## Investigate EVENT=alarm.json on this machine, with MODEL=<Bedrock id or openai:...>
	@[ -n "$(EVENT)" ] || { echo "investigate: say which event: make investigate EVENT=alarm.json" \
	  "(examples/alarm.json is one to fill in)" >&2; exit 2; }
	PYTHONPATH=lambda $(PY) scripts/investigate.py "$(EVENT)" $(if $(MODEL),--model "$(MODEL)") $(OPTIONS)

reports: $(READY) ## Fetch the reports of BUCKET=... of the last DAYS=7 and open a page that lists them
	@[ -n "$(BUCKET)" ] || { echo "reports: say which bucket: make reports BUCKET=<output reports_bucket_name>" >&2; exit 2; }
	$(PY) scripts/reports.py --bucket "$(BUCKET)" --days "$(or $(DAYS),7)" $(OPTIONS)

screenshot: $(READY) ## Take the README's picture of a report anew (needs Chromium)
	$(PY) scripts/screenshot.py
