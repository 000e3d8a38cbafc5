"""The house stands: source root, floors, checks, production settings. Broken house rules fail here first."""

import fnmatch
import gzip
import json
import os
import site
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import brotli
import pytest
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from wagtail.models import get_page_models

import core.checks
from core.models import BasePage

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "lifelong.settings.production",
    "SECRET_KEY": "k3Zr8vQm1xT6bN9wLs4Yh7Jd2Fg5PaUcEoRiVtXyBnMq0KzW6uHs",
    "ALLOWED_HOSTS": "xuexi.example.cn, www.xuexi.example.cn",
    "DATABASE_URL": "postgres://user:secret-word@127.0.0.1/nowhere",
    "CACHE_URL": "redis://127.0.0.1:6379/15",
}


def python(*arguments, cwd=ROOT, **variables):
    """Run this Python on ``arguments`` with nothing of our environment but the search path."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONUTF8": "1", **variables}
    return subprocess.run(  # noqa: S603  our own arguments
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def own_apps():
    return {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}


class TestSourceRoot:
    """ADR-0001: ``site/`` is a source root; the name ``site`` stays the standard library's."""

    def test_site_is_still_the_standard_module(self):
        assert Path(site.__file__).parent == Path(sysconfig.get_path("stdlib"))
        assert not (ROOT / "site" / "__init__.py").exists()

    def test_a_fresh_python_in_the_project_finds_the_standard_module(self):
        found = python("-c", "import site; print(site.__file__)", PYTHONPATH="site")
        assert Path(found.stdout.strip()).parent == Path(sysconfig.get_path("stdlib"))

    @pytest.mark.parametrize("cwd", [ROOT, ROOT.parent])
    def test_manage_py_checks_from_anywhere(self, cwd):
        result = python(str(ROOT / "manage.py"), "check", cwd=cwd)
        assert result.returncode == 0, result.stderr

    def test_django_checks_with_site_on_the_path(self):
        result = python("-m", "django", "check", PYTHONPATH="site", DJANGO_SETTINGS_MODULE="lifelong.settings.dev")
        assert result.returncode == 0, result.stderr

    def test_git_does_not_ignore_the_source_root(self):
        """A stock Python .gitignore carries ``/site`` and would silently drop the project."""
        lines = (ROOT / ".gitignore").read_text().splitlines()
        patterns = [line.strip().strip("/") for line in lines if line.strip() and not line.startswith(("#", "!"))]
        assert patterns
        assert not [pattern for pattern in patterns if fnmatch.fnmatch("site", pattern)]


class TestFloors:
    """docs/architecture.md: imports go down only."""

    def test_the_contract_holds(self):
        result = python(
            "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", PYTHONPATH=f"{ROOT}:site"
        )
        assert result.returncode == 0, result.stdout
        assert "1 kept" in result.stdout

    def test_an_import_that_goes_up_breaks_it(self, tmp_path):
        """The linter sees function-level imports too: it fails on a lower floor that reaches for a higher one."""
        for name, text in {"low": "def reach():\n    import high\n", "high": ""}.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text(text)
        (tmp_path / ".importlinter").write_text(
            "[importlinter]\nroot_packages =\n  low\n  high\n"
            "[importlinter:contract:floors]\nname = floors\ntype = layers\nlayers =\n  high\n  low\n"
        )
        command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
        result = python("-c", command, cwd=tmp_path, PYTHONPATH=str(tmp_path))
        assert result.returncode == 1, result.stdout
        assert "low is not allowed to import high" in result.stdout

    def test_every_app_has_its_floor(self):
        """A new app that nobody put on a floor would escape the contract."""
        linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
        floors = {app.strip() for layer in linter["contracts"][0]["layers"] for app in layer.split("|")}
        assert floors == set(linter["root_packages"]) == own_apps() | {"lifelong"}


class TestChecks:
    @pytest.mark.django_db
    def test_models_and_migrations_agree(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    def test_all_page_types_keep_the_rules(self):
        ours = [model for model in get_page_models() if issubclass(model, BasePage)]
        assert len(ours) > 10
        assert checks.run_checks(tags=["pages"]) == []

    def test_a_page_type_that_forgets_everything_is_stopped(self, monkeypatch):
        class ForgetfulPage(BasePage):  # abstract: Django and Wagtail do not remember it
            class Meta:
                abstract = True

        monkeypatch.setattr(core.checks, "get_page_models", lambda: [ForgetfulPage])
        errors = checks.run_checks(tags=["pages"])
        assert [error.id for error in errors] == ["core.E001", "core.E002", "core.E003", "core.E004"]
        assert all(error.hint and error.is_serious() and "ForgetfulPage" in error.msg for error in errors)

    def test_nothing_calls_out(self):
        """Wagtail's own calls to other hosts, all off."""
        assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
        assert settings.WAGTAIL_ENABLE_WHATS_NEW_BANNER is False
        assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
        assert settings.WAGTAILEMBEDS_FINDERS == []


class TestProduction:
    @pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "CACHE_URL"])
    @pytest.mark.parametrize("value", [None, "  "])
    def test_a_missing_variable_stops_with_one_sentence(self, name, value):
        variables = {**PRODUCTION, name: value}
        result = python("manage.py", "check", **{key: text for key, text in variables.items() if text is not None})
        assert result.returncode == 1
        assert result.stdout == ""
        assert result.stderr.startswith(f"不能启动：缺少环境变量 {name}")
        assert result.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("ALLOWED_HOSTS", " , "),
            ("DATABASE_URL", "mysql://user:secret-word@127.0.0.1/nowhere"),
            ("DATABASE_URL", "secret-word"),
            ("CACHE_URL", "secret-word"),
            ("CACHE_URL", "locmemcache://secret-word"),
        ],
    )
    def test_an_unreadable_variable_stops_with_one_sentence_and_is_not_repeated(self, name, value):
        result = python("manage.py", "check", **{**PRODUCTION, name: value})
        assert result.returncode == 1
        assert result.stderr.startswith(f"不能启动：环境变量 {name} 的内容看不懂")
        assert result.stderr.count("\n") == 1
        assert "secret-word" not in result.stderr

    def test_the_server_stops_with_the_same_sentence(self):
        variables = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
        result = python("-m", "gunicorn", "-c", "site/lifelong/server.py", "--bind", "127.0.0.1:0", **variables)
        assert result.returncode != 0
        assert result.stderr.count("不能启动：缺少环境变量 SECRET_KEY") == 1
        assert "Traceback" not in result.stderr

    def test_check_deploy_is_clean(self):
        result = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
        assert result.returncode == 0, result.stderr
        assert "no issues" in result.stdout

    def test_check_deploy_can_fail(self):
        result = python(
            "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, SECURE_SSL_REDIRECT="0"
        )
        assert result.returncode == 1
        assert "security.W008" in result.stderr

    def test_static_files_are_hashed_and_compressed(self, tmp_path):
        result = python("manage.py", "collectstatic", "--noinput", **PRODUCTION, STATIC_ROOT=str(tmp_path))
        assert result.returncode == 0, result.stderr
        paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
        ours = [path for path in paths if path.endswith(".css") and not path.startswith("wagtail")]
        assert ours
        for path in ours:
            hashed = tmp_path / paths[path]
            assert paths[path] != path
            assert gzip.decompress(hashed.with_name(hashed.name + ".gz").read_bytes()) == hashed.read_bytes()
            assert brotli.decompress(hashed.with_name(hashed.name + ".br").read_bytes()) == hashed.read_bytes()
