# `make` alone lists the targets. Works with GNU make and any POSIX sh; needs no git, no uv, no root.

PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
PY := $(VENV)/bin/python
BIN := $(VENV)/bin

# site/ is a source root, the apps stand beside it (docs/adr/0001-base-page-and-site.md).
export PYTHONPATH := $(CURDIR):$(CURDIR)/site
export PYTHONUTF8 := 1

# What production needs, with values that are good for trying it on this machine only.
TRY_PRODUCTION = DJANGO_SETTINGS_MODULE=lifelong.settings.production \
	SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret-key)}" \
	ALLOWED_HOSTS="$${ALLOWED_HOSTS:-localhost,127.0.0.1}" \
	DATABASE_URL="$${DATABASE_URL:-sqlite:///$(CURDIR)/var/lifelong.sqlite3}" \
	CACHE_URL="$${CACHE_URL:-filecache://$(CURDIR)/var/cache}" \
	SECURE_SSL_REDIRECT="$${SECURE_SSL_REDIRECT:-0}"

.DEFAULT_GOAL := help
.PHONY: help run serve test check lighthouse format clean

help: ## 列出可用的命令
	@echo "用法：make 命令（端口用 PORT=8000 指定）"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

run: $(VENV)/.run ## 在本机启动网站（SQLite，含示例数据和演示账号）
	@$(PY) -m lifelong.prepare http://localhost:$(PORT)
	@exec env BASE_URL=http://localhost:$(PORT) $(PY) manage.py runserver $(HOST):$(PORT)

serve: $(VENV)/.run var/secret-key ## 用生产设置和生产服务器在本机试运行
	@$(TRY_PRODUCTION) $(PY) manage.py migrate --noinput -v 0
	@$(TRY_PRODUCTION) $(PY) manage.py collectstatic --noinput
	@echo "http://localhost:$(PORT)/"
	@exec env $(TRY_PRODUCTION) $(BIN)/gunicorn -c site/lifelong/server.py --bind $(HOST):$(PORT)

test: $(VENV)/.dev ## 在 SQLite 和 PostgreSQL 上跑全部测试（ARGS= 传给 pytest）
	@$(PY) tests/run.py $(ARGS)

check: $(VENV)/.dev var/secret-key ## 检查代码风格、楼层、迁移和生产设置
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet .
	$(BIN)/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	@echo "$(PY) manage.py check --deploy"
	@$(TRY_PRODUCTION) SECURE_SSL_REDIRECT=1 $(PY) manage.py check --deploy --fail-level WARNING

lighthouse: $(VENV)/.run var/secret-key ## 用 Lighthouse 量四个页面（要有 npm 和 Chromium）
	@$(PY) -m lifelong.prepare http://localhost:$(PORT) > /dev/null
	@$(TRY_PRODUCTION) $(PY) benchmarks/lighthouse.py

format: $(VENV)/.dev ## 按规矩排好代码
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## 删掉虚拟环境、数据库和生成的文件
	rm -rf $(VENV) var .pytest_cache .ruff_cache .import_linter_cache

# A stamp per list of packages: nothing is installed twice.
$(VENV)/.run: requirements.txt .ci/install
	@sh .ci/install $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt .ci/install
	@sh .ci/install $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.run

var/secret-key: | $(VENV)/.run
	@mkdir -p var
	@$(PY) -c "import secrets; print(secrets.token_urlsafe(60))" > $@
