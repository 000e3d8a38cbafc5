"""search.language can be used without Django, a database or a request."""

import subprocess
import sys

PROBE = """
import importlib, pkgutil, sys
sys.modules["django"] = sys.modules["wagtail"] = None  # importing them now fails
import search.language
names = [module.name for module in pkgutil.iter_modules(search.language.__path__)]
for name in names:
    importlib.import_module(f"search.language.{name}")
print(len(names))
"""


def test_every_module_of_language_loads_without_django():
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 10
