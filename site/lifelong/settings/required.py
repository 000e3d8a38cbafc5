"""One sentence instead of a traceback when a production setting is missing."""

import os
import sys


def required(name, meaning):
    """Return environment variable ``name``, or end the process with a sentence that says what it is for."""
    value = os.environ.get(name, "").strip()
    if not value:
        sys.exit(f"不能启动：缺少环境变量 {name}（{meaning}）。说明见 docs/operations.md。")
    return value
