# Every target sets up what it needs; a second run sets nothing up again.
BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.ready-dev
TOOLS := .venv/.ready-test-tools
# Wheels only, as they are installed: a version that has none is not chosen.
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --only-binary :all: --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup pdf epub html all copies send status refresh preview check test soak lint format bench fonts pictures specimen comparison wheel lock clean

help: ## say what each target does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): requirements.txt scripts/setup
	@scripts/setup requirements.txt $@

$(DEV): requirements-dev.txt scripts/setup
	@scripts/setup requirements-dev.txt $@
	@touch $(READY)

$(TOOLS): $(DEV) tests/npm/package-lock.json tests/s3/requirements.txt scripts/setup-test-tools
	@scripts/setup-test-tools $@

setup: $(READY) ## make .venv and find the system libraries
	@$(BIN)/report doctor

pdf: $(READY) ## build every briefing as PDF into output/
	@$(BIN)/report build -f pdf

epub: $(READY) ## build every briefing as EPUB, and the PDF whose page numbers it carries
	@$(BIN)/report build -f epub

html: $(READY) ## build every briefing as a web page
	@$(BIN)/report build -f html

all: $(READY) ## build every briefing in every format, prove that they carry the same, and say which edition is the latest
	@$(BIN)/report build -f pdf,epub,html
	@$(BIN)/report verify
	@$(BIN)/report status --site

copies: $(READY) ## make every clinic's copy of the last release
	@$(BIN)/report copies

send: $(READY) ## say what would be sent to whom; `report send --yes` sends it
	@$(BIN)/report send

status: $(READY) ## say who holds which edition, and what is due
	@$(BIN)/report status

refresh: $(READY) ## look whether sources, DOIs and feeds changed; what they say otherwise is proposed
	@$(BIN)/report refresh

preview: $(READY) ## open the editor's desk: pages, facts, proposals and deliveries, while files are edited
	@$(BIN)/report preview

check: $(READY) ## report all findings, build nothing
	@$(BIN)/report check

test: $(TOOLS) ## run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal -q

soak: $(TOOLS) ## run the tests that take many minutes as well
	@JIANBAO_SOAK=1 $(BIN)/python -m pytest -n auto --dist worksteal -q

lint: $(DEV) ## run what keeps the code in shape
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(DEV) ## write the code as the formatter would
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) .venv-bench/.ready ## measure this product and its peers in one run
	@$(BIN)/python -m benchmarks.run
	@$(BIN)/python -m benchmarks.outputs
	@$(BIN)/python -m benchmarks.copies
	@$(BIN)/python -m benchmarks.typesetting
	@$(BIN)/python -m benchmarks.preview
	@$(BIN)/python -m benchmarks.unattended

.venv-bench/.ready: benchmarks/requirements.txt $(READY)
	@rm -rf .venv-bench && $(BIN)/python -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r benchmarks/requirements.txt
	@touch $@

fonts: $(READY) ## make the bundled fonts again from their packages
	@$(BIN)/report fonts make fonts

pictures: all $(TOOLS) ## make the pictures of the README
	@$(BIN)/python scripts/pictures.py
	@$(BIN)/python scripts/web_pictures.py
	@$(BIN)/python -m scripts.copy_pictures
	@$(BIN)/python -m scripts.desk_pictures

specimen: $(READY) ## make docs/specimen.pdf, each rule of Chinese typesetting with an example
	@$(BIN)/python -m scripts.specimen

comparison: $(READY) ## make the pictures and figures of docs/typography.md from the last `make bench`
	@$(BIN)/python -m scripts.comparison

wheel: $(DEV) ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation

lock: $(DEV) ## resolve the requirements anew
	@$(COMPILE) pyproject.toml -o requirements.txt
	@$(COMPILE) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(COMPILE) benchmarks/requirements.in -o benchmarks/requirements.txt
	@$(COMPILE) tests/s3/requirements.in -o tests/s3/requirements.txt

clean: ## remove what was built, and the environments
	@rm -rf output dist .venv .venv-bench .venv-moto .cache tests/npm/node_modules
