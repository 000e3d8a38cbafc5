"""manage.py seed_demo: a plausible current term over the loaded district, for benchmarks and for showing the site.

Samples only, every one marked 示例; `--remove` takes away what it made and nothing else.
"""

import argparse
import sys

from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings
from tqdm import tqdm

from core.errors import DomainError
from courses.enums import Level
from courses.models import CoursePage
from events.models import EventPage
from home import seeding

COURSES = seeding.Kind(
    CoursePage,
    titles=[
        "太极拳",
        "书法",
        "国画",
        "合唱",
        "广场舞",
        "智能手机",
        "摄影",
        "面点",
        "英语口语",
        "二胡",
        "编织",
        "养生保健",
    ],
    variants=[
        ("入门", {"level": Level.BEGINNER}),
        ("基础", {"level": Level.BASIC}),
        ("提高", {"level": Level.INTERMEDIATE}),
        ("研修", {"level": Level.ADVANCED}),
    ],
)
EVENTS = seeding.Kind(
    EventPage,
    titles=["健康讲座", "人文行走", "书画展", "亲子阅读会", "反诈知识讲座", "合唱展演", "手机答疑日", "手作体验"],
    again="第{number}期",
)


class Command(BaseCommand):
    help = "生成一个像样的演示学期（全部标明示例），或用 --remove 清除。"

    def add_arguments(self, parser):
        parser.add_argument("--size", type=int, default=600, help="班的数量，1 到 100000")
        parser.add_argument("--seed", type=int, default=1, help="同一个种子、同一天，生成同样的数据")
        parser.add_argument(
            "--people",
            action=argparse.BooleanOptionalAction,
            default=None,
            help="给每个班排上座位和示例学员（默认：不超过 6000 个班时）",
        )
        parser.add_argument("--remove", action="store_true", help="清除演示数据，不生成新的")

    def handle(self, *, size, seed, people, remove, verbosity, **options):
        quiet = verbosity == 0 or not sys.stderr.isatty()

        def progress(label, total):
            return tqdm(total=total, desc=label, disable=quiet or not total, unit="", leave=verbosity > 0)

        try:
            # With DEBUG, Django would keep the text of every one of these statements.
            with override_settings(DEBUG=False):
                if remove:
                    said = self.said_of_removal(seeding.remove(progress)) or "没有演示数据，什么也没有删。"
                else:
                    said = self.said_of(seeding.build(size, seed, COURSES, EVENTS, progress, people))
        except DomainError as error:
            raise CommandError(error.message) from error
        if verbosity:
            self.stdout.write(said)

    def said_of(self, made):
        lines = [self.said_of_removal(made.removed, "先清除了旧的演示数据：")]
        lines.append(
            f"已生成{made.term}：{made.runs} 个班（场），{made.sessions} 次课，新页面 {made.pages} 个，全部标明示例。"
        )
        if said := made.said:
            lines.append(
                f"示例居民说的：{said.questions} 个提问，{said.wishes} 个“我想学”，{said.answers} 份问卷，"
                f"{said.offers} 个快到期的候补录取。"
            )
        if made.work and made.work.accounts:
            lines.append(f"演示账号桌上的草稿、待审和该更新的页面：{made.work.pages} 个。")
        elif made.work:
            lines.append("还没有演示账号，所以没有草稿和待审的页面：先运行 create_demo_accounts，再运行一次。")
        lines.append("后台搜索要找到新页面，请运行 manage.py update_index。清除：manage.py seed_demo --remove。")
        return "\n".join(line for line in lines if line)

    def said_of_removal(self, removed, lead="已清除演示数据："):
        parts = [
            f"{number} {words}"
            for number, words in [
                (removed.runs, "个班（场）"),
                (removed.pages, "个页面"),
                (removed.rooms, "间教室"),
                (removed.teachers, "位示例教师"),
            ]
            if number
        ]
        kept = f"另有 {removed.kept} 项被别处使用，没有删。" if removed.kept else ""
        return f"{lead}{'、'.join(parts)}。{kept}" if parts else kept
