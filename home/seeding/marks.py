"""How demo rows are recognised: written by build, read by remove."""

TERM_CODE = "demo-"
PAGE_CODE = "demo-"
RUN_CODE = "DEMO-"
ROOM_NAME = "演示教室"
HALL_NAME = "演示报告厅"
TEACHER_NOTE = "演示数据里的示例教师，不是真人。"
PAGE_SUMMARY = "演示内容，用来试网站，不是真实招生。"
PAGE_SOURCE = "演示数据（seed_demo 生成）"
#: Pages that somebody at the desk has begun: a PAGE_CODE of their own.
WORK_CODE = "demo-w-"
#: Words that people wrote say themselves that they are samples: before a sentence, behind a name.
SAID = "示例："
NAMED = "（示例）"


class NoProgress:
    """Stands in for a progress bar: ``progress(label, total)`` gives something with ``update(n)``."""

    def __init__(self, label, total):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def update(self, number):
        pass
