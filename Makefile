# Every target sets up what it needs by itself: Python 3.11 to 3.13 and make are enough.
.PHONY: help run test check bench lock clean
.DEFAULT_GOAL := help

export PYTHON CHROMIUM
bin := .venv/bin

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' Makefile

run: ## start the bot with a demo group on this machine (more: make run ARGS="--port 9000")
	@.ci/setup run
	@exec $(bin)/roundtable demo $(ARGS)

test: ## run every test (some of them: make test ARGS="tests/handlers --no-cov")
	@.ci/setup dev
	@$(bin)/python -m tests.browser
	@$(bin)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal --cov $(ARGS)

check: ## style, types and who may import whom
	@.ci/setup dev
	@$(bin)/ruff check --quiet
	@$(bin)/ruff format --check --quiet
	@$(bin)/mypy --no-error-summary
	@$(bin)/lint-imports --no-logo

bench: ## how fast it is beside others on this machine, about 9 minutes (a look: ARGS=--quick)
	@.ci/setup dev
	@$(bin)/python -m tests.bench $(ARGS)

lock: ## write the lock files again after a change of pyproject.toml (newest: make lock ARGS=--upgrade)
	@.ci/setup run
	@test -x .lock/bin/uv || { $(bin)/python -m venv .lock && .lock/bin/pip install --quiet uv; }
	@for kind in dev run; do \
		out=requirements-dev.txt; more="--group dev"; \
		if [ $$kind = run ]; then out=requirements.txt; more="-c requirements-dev.txt"; fi; \
		.lock/bin/uv pip compile pyproject.toml --group build $$more -o $$out $(ARGS) --quiet \
			--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header; \
	done

clean: ## remove what was built; data stays
	@rm -rf .venv .lock build dist *.egg-info .coverage .coverage.* htmlcov
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
