# `make demo` and `make test` do everything on a fresh machine; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup demo test contract check format bench lock

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

setup:  ## create .venv from the lock (a no-op when it is up to date)
	@scripts/setup

demo: setup  ## mock server + load run + summary, in about 30 seconds
	@.venv/bin/python scripts/demo.py $(ARGS)

test: setup  ## all tests, two at a time; ARGS="-n0 --pdb" and the like go to pytest
	@.venv/bin/python -m pytest --numprocesses=2 --dist=worksteal $(ARGS)

contract: setup  ## install the clients that the contract tests drive where they are there (LangChain, LiteLLM, Node's)
	@.venv/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r requirements-contract.lock
	@npm ci --prefix tests/contract/node --silent --ignore-scripts --no-audit --no-fund

check: setup  ## ruff and mypy strict
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

format: setup  ## ruff's formatter and its safe fixes
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: setup  ## measure speed on this machine
	@.venv/bin/python -m tests.bench $(ARGS)

lock:  ## compile requirements.lock anew
	@scripts/lock
