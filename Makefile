# 县域食品安全满意度知晓率调查 — make help lists what can be done.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run test test-r torture check check-style bench format catalogue clean

help: ## 列出可用的命令 / list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

run: $(VENV)/.installed ## 安装并运行示例 / set up, then run the demo
	$(BIN)/survey demo

test: $(VENV)/.installed-dev ## 安装并运行全部测试 / set up, then run every test
	$(PYTEST) tests

torture: $(VENV)/.installed-dev ## 反复强杀服务，再加压 / kill the server 200 times under load, then overload it, on each database
	SURVEY_TORTURE_KILLS=200 SURVEY_TORTURE_ANSWERS=20000 SURVEY_TORTURE_SECONDS=7200 \
		$(BIN)/python -m pytest -s tests/attacks/test_kill_server.py
	SURVEY_RACE_SLIPS=1000 SURVEY_ORACLE_CODES=1000 \
		$(BIN)/python -m pytest tests/attacks/test_slip_race.py tests/attacks/test_slip_oracle.py
	SURVEY_OVERLOAD_PHONES=400 SURVEY_OVERLOAD_SECONDS=10 $(BIN)/python -m pytest -s tests/attacks/test_overload.py

test-r: $(VENV)/.installed-dev ## 与 R 的 survey 包核对抽样设计 / compare 200 random designs with R's survey package
	@Rscript -e 'library(survey); library(MASS)' >/dev/null 2>&1 || { $(AS_ROOT) apt-get update -q && \
		$(AS_ROOT) apt-get install -y -q --no-install-recommends r-cran-survey r-cran-mass; }
	$(BIN)/python tests/r/compare_designs.py

check-style: $(VENV)/.installed-dev ## 代码风格和类型 / style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: check-style ## 一分钟内的检查 / style, types and the fast tests
	$(PYTEST) tests -m "not slow and not browser"

bench: $(VENV)/.installed-dev ## 性能对比 / speed as ratios against named peers
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

format: $(VENV)/.installed-dev ## 整理代码格式 / format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

catalogue: $(VENV)/.installed-dev ## 更新英文翻译目录 / update the English catalogue
	$(BIN)/python tools/catalogues.py

clean: ## 删除安装环境和缓存 / remove the environment and caches
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "请先安装 python3-venv / please install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.made setup.cfg constraints.txt
	$(PIP) install -c constraints.txt -e '.[server]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.made setup.cfg constraints.txt
	$(PIP) install -c constraints.txt -e '.[server,dev]'
	@touch $(VENV)/.installed $@
