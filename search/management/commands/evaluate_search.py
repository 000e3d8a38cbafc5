"""manage.py evaluate_search QUERIES.csv [--json]: how good the search is, on questions with judged titles.

Columns as in search_queries.csv: ``query``, ``must_match`` and ``must_not`` (regular
expressions over titles); others are ignored. Relevant are the titles of live courses in the
database that match ``must_match`` and not ``must_not``; a question without a pattern or
without a relevant title counts for errors and zero results only.
recall@10 = relevant titles among the first ten results ÷ min(10, relevant titles).
"""

import csv
import json
import math
import re
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.models import CoursePage
from search.engine import Question, search
from search.enums import Kind

TOP = 10


class Command(BaseCommand):
    help = "用一份带判断的查询表量一量搜索好不好：recall@10、nDCG@10、MRR、没有结果和出错的次数。"

    def add_arguments(self, parser):
        parser.add_argument("queries", type=Path, metavar="查询表.csv")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args, queries, **options):
        try:
            with queries.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"读不了 {queries}：{error}") from error
        if not rows or "query" not in rows[0]:
            raise CommandError(f"{queries} 里没有 query 这一列。")
        titles = dict(CoursePage.objects.live().public().values_list("pk", "title"))
        judged = [evaluate(row, titles) for row in rows]
        summary = summarise(judged)
        if options["json"]:
            self.stdout.write(json.dumps({**summary, "queries": judged}, ensure_ascii=False, indent=1))
            return
        for row in judged:
            self.stdout.write(
                "\t".join(
                    [
                        row["id"],
                        row["query"],
                        f"relevant={row['relevant']}",
                        f"recall={_figure(row['recall_at_10'])}",
                        f"ndcg={_figure(row['ndcg_at_10'])}",
                        f"rr={_figure(row['rr'])}",
                        f"found={row['found']}",
                        row["error"] or " / ".join(row["top"][:4]),
                    ]
                )
            )
        for name, value in summary.items():
            self.stdout.write(f"{name}: {_figure(value)}")


def _figure(value):
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def relevant_titles(row, titles):
    """The set of titles that the row's patterns judge relevant; empty where it has no pattern."""
    wanted, unwanted = (row.get("must_match") or "").strip(), (row.get("must_not") or "").strip()
    if not wanted:
        return set()
    yes, no = re.compile(wanted, re.IGNORECASE), re.compile(unwanted, re.IGNORECASE) if unwanted else None
    return {title for title in titles if yes.search(title) and not (no and no.search(title))}


def evaluate(row, titles):
    """Ask one question of the finder and judge its first ten titles."""
    found, error = [], ""
    try:
        answer = search(Question(text=row["query"], kinds=(Kind.COURSE,)))
        found = [*answer.found[: TOP * 3], *answer.looser]
    except Exception as problem:  # what is counted here is that there is none
        error = f"{type(problem).__name__}: {problem}"
    ranked = list(dict.fromkeys(titles[pk] for pk in found if pk in titles))
    relevant = relevant_titles(row, set(titles.values()))
    hits = [title in relevant for title in ranked[:TOP]]
    best = min(TOP, len(relevant))
    judged = bool(relevant)
    return {
        "id": row.get("id") or "",
        "query": row["query"],
        "relevant": len(relevant),
        "found": len(ranked),
        "recall_at_10": sum(hits) / best if judged else None,
        "ndcg_at_10": _dcg(hits) / _dcg([True] * best) if judged else None,
        "rr": next((1 / (at + 1) for at, hit in enumerate(hits) if hit), 0.0) if judged else None,
        "error": error,
        "top": ranked[:TOP],
    }


def _dcg(hits):
    return sum(1 / math.log2(at + 2) for at, hit in enumerate(hits) if hit)


def summarise(judged):
    """Means over the judged questions; zero results and errors over all of them."""

    def mean(name):
        values = [row[name] for row in judged if row[name] is not None]
        return sum(values) / len(values) if values else 0.0

    return {
        "queries_judged": sum(row["recall_at_10"] is not None for row in judged),
        "recall_at_10": mean("recall_at_10"),
        "ndcg_at_10": mean("ndcg_at_10"),
        "mrr": mean("rr"),
        "zero_results": sum(not row["found"] for row in judged),
        "errors": sum(bool(row["error"]) for row in judged),
    }
