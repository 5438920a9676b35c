# SPDX-License-Identifier: Apache-2.0
# The commands of NemoDesk. `make` alone lists them.

PYTHON := .venv/bin/python
BACKEND ?= cpu
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run setup test lint format translations bench screenshots bundle installer clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

run: ## install what is missing and open NemoDesk
	@tools/bootstrap.sh run
	@$(PYTHON) -m nemodesk $(ARGS)

setup: ## install what is missing for development
	@tools/bootstrap.sh test

test: setup ## run the whole test suite without a display, e.g. make test ARGS="-k stop"
	@$(PYTHON) -m pytest $(ARGS)

lint: setup ## check style, types and translations
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m pyright
	@$(PYTHON) -m tools.translations --check

format: setup ## rewrite the sources in the project's style
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

translations: setup ## collect the window's sentences for translators, and compile their work
	@$(PYTHON) -m tools.translations

bench: setup ## measure speed against llama.cpp's own tools
	@$(PYTHON) -m benchmarks $(ARGS)

screenshots: setup ## take the pictures in docs/screenshots anew
	@$(PYTHON) -m tools.screenshots

bundle: ## make a program folder in dist/, BACKEND=cpu, cuda, metal or vulkan
	@tools/bootstrap.sh bundle
	@tools/bundle.sh $(BACKEND)

installer: bundle ## make the installer of this platform in dist/
	@tools/installer.sh

clean: ## delete what was built, but not .venv
	@rm -rf build dist .pytest_cache .ruff_cache .hypothesis
