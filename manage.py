#!/usr/bin/env python
"""Django's command line for the project.

``site/`` is a source root, not a package (docs/adr/0001): it is put on the path
here, so that ``lifelong`` can be imported while ``site`` stays the standard
library's module.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main():
    sys.path.insert(1, str(ROOT / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifelong.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
