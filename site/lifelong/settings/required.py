"""One sentence instead of a traceback when a production setting is missing or cannot be read."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

WHERE = "说明见 docs/operations.md。"


def required(name, meaning, read=str):
    """Return ``read(value)`` of environment variable ``name``, or end the process with one sentence.

    ``meaning`` says in Chinese what the variable is for; ``read`` may raise ValueError,
    KeyError or ImproperlyConfigured for a value that makes no sense. The value itself is
    never printed: it may hold a password.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        sys.exit(f"不能启动：缺少环境变量 {name}（{meaning}）。{WHERE}")
    try:
        return read(value)
    except (ValueError, KeyError, ImproperlyConfigured):
        sys.exit(f"不能启动：环境变量 {name} 的内容看不懂（{meaning}）。{WHERE}")
