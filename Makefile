# Two commands: `make demo` and `make test`. Needs Python 3.11+ and make; uses uv when it is there.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 8000
SERVE ?= 1
STAMP = $(VENV)/.installed

.PHONY: demo test install check lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo            install, build the demo ecosystem, load it, serve it on 127.0.0.1:$(PORT)"
	@echo "make demo SERVE=0    the same, without serving"
	@echo "make test            install and run all tests"
	@echo "make check           ruff, mypy and the import contracts"
	@echo "make lock            resolve the dependencies again"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $@

demo: install
	@$(BIN)/grappe demo --port $(PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve)

test: install
	$(BIN)/python -m pytest -n auto --maxprocesses 8 -m "not e2e and not postgres and not slow"

check: install
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-header \
	  --no-emit-index-url --no-annotate -o requirements.lock

clean:
	rm -rf $(VENV) var
