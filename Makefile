# Everything from nothing but Python ≥ 3.11, git and make. The virtual environment is made in .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test fast faults lint bench docs pictures fuzz chromium clean

demo: $(STAMP)-server
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh seeds/demo.sh

# A worker a core; each has a Label Studio of its own, hence no more than four.
test: $(STAMP)-dev $(STAMP)-outside chromium
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# What takes no server and no process of its own: under a minute on two cores.
fast: $(STAMP)-check
	$(BIN)/pytest -q -n auto --maxprocesses 4 --dist loadfile -m "not live and not slow"

# Every fault at every moment of every command, an hour or two: it writes docs/reliability.md. With FAULTS="--each 2" two
# moments of each are drawn, and the page says so. Hostile input first, for minutes.
faults: fuzz
	PYTHONPATH=. $(BIN)/python -m tests.faults $(FAULTS)

lint: $(STAMP)-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

# Times, into RESULTS.md and the README; then simulations, into VERDICTS.md and onto the screen.
SIMULATIONS := verdicts coverage annotators annotator_groups consensus dawid_skene known_answers adjudicated
bench: $(STAMP)-dev
	$(BIN)/python -m benchmarks
	@for each in $(SIMULATIONS); do echo; echo "$$each"; $(BIN)/python -m benchmarks.$$each || exit 1; done

# The docs as a site, in .cache/site: a link that leads nowhere fails it. The box about a successor of mkdocs is left out.
docs: $(STAMP)-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build
	@echo "file://$(CURDIR)/.cache/site/index.html"

# The pictures of the report in README and docs, made by the tests that look at them.
pictures: $(STAMP)-dev chromium
	INTERCODER_SCREENSHOTS=1 $(BIN)/pytest -q tests/report/study_page/test_screenshots.py

# Minutes of spoiled inputs for everything that reads what others wrote. atheris, where it installs (Linux), then looks for
# inputs that reach new lines; where it does not, that part is left out with a word.
FUZZ_EXAMPLES ?= 500
FUZZ_SECONDS ?= 240
fuzz: $(STAMP)-dev
	INTERCODER_FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/pytest tests/fuzz
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[fuzz]' 2>/dev/null \
	  || $(BIN)/pip install --quiet --disable-pip-version-check -e '.[fuzz]' 2>/dev/null || true
	@$(BIN)/python -c 'import atheris' 2>/dev/null \
	  || echo "atheris does not install here: coverage-guided fuzzing is left out" >&2
	@! $(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m tests.fuzz.coverage_guided $(FUZZ_SECONDS)

# The browser test drives Debian's Chromium; where it cannot be installed, say plainly what is missing.
chromium:
	@command -v chromium >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	  && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "Chromium is missing: the browser test will be skipped. Install it (on Debian: apt-get install chromium)." >&2

comma := ,
# uv installs the same wheels several times faster than pip; where it cannot be had, pip does it.
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[$(1)]' 2>/dev/null \
  || $(BIN)/pip install --quiet --disable-pip-version-check -e '.[$(1)]'

$(STAMP)-venv:
	@test -x $(BIN)/pip || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or later is needed, and $(PYTHON) is not that. Name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check uv || true
	@touch $@

$(STAMP)-check: pyproject.toml toolkit/__init__.py | $(STAMP)-venv
	@$(call INSTALL,check)
	@touch $@

$(STAMP)-server: pyproject.toml toolkit/__init__.py | $(STAMP)-venv
	@echo "Installing intercoder and Label Studio (about 1 GB) …"
	@$(call INSTALL,server$(comma)report)
	@touch $@

# In two steps: see [project.optional-dependencies] on what pip makes of the extras html and server together.
$(STAMP)-dev: $(STAMP)-server $(STAMP)-check
	@$(call INSTALL,dev)
	@touch $@

# What consumers of the exports run, in an environment of its own that knows nothing of intercoder.
OUTSIDE := tests/export/consumers/outside/requirements.txt
$(STAMP)-outside: $(OUTSIDE) | $(STAMP)-venv
	@test -x .venv/outside/bin/pip || $(PYTHON) -m venv .venv/outside
	@$(BIN)/uv pip install --quiet --python .venv/outside/bin/python -r $(OUTSIDE) 2>/dev/null \
	  || .venv/outside/bin/pip install --quiet --disable-pip-version-check -r $(OUTSIDE)
	@touch $@

clean:
	rm -rf .venv .cache dist build
