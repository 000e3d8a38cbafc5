"""Counts what was searched, opened and wished for, by day and without the person (docs/mechanisms/search-words.md).

Counting is never worth a failed page: what cannot be written at once is not counted.
"""

import logging
import re
import unicodedata
from contextlib import contextmanager

from django.db import Error, connection, transaction
from django.utils import timezone

from search.language.text import normalise
from search.models import ClickedResult, LearningWish, SearchedWords, SearchEntry

logger = logging.getLogger(__name__)

LONGEST_WORDS = 40
#: Longer is a sentence, and sentences tell of people.
MOST_HAN = 20
#: How long a page may wait for SQLite's other writer before it goes on without counting, in ms.
PATIENCE = 50
_NUMERALS = "0-9零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
#: What may lead to somebody: a row of digits however it is spaced or written, an address, a login, a door, a name that is told.
_PERSONAL = re.compile(
    rf"[{_NUMERALS}](?:[\s\-–—_.·]*[{_NUMERALS}]){{4}}"
    r"|@|://|www\."
    r"|(?=[a-z_]*[0-9])(?=[0-9_]*[a-z])[a-z0-9_]{8}"
    r"|wxid|微信号|[0-9一二三四五六七八九十]+\s*(?:室|幢|栋|单元)|[0-9]+\s*号\s*[0-9]+"
    r"|我叫|名叫|我姓|姓名"
)
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def kept_form(words):
    """Return ``words`` as they are counted, or "" where they may not be kept.

    >>> kept_form("  太極拳　初級"), kept_form("13812345678"), kept_form("我叫王小明")
    ('太极拳 初级', '', '')
    """
    words = " ".join(normalise(words).split())
    if len(words) > LONGEST_WORDS or len(_HAN.findall(words)) > MOST_HAN or is_personal(words):
        return ""
    return words


def is_personal(text):
    """Whether ``text`` holds what may lead to a person: five digits in a row, an e-mail or web address, an identity."""
    return bool(_PERSONAL.search(normalise(text)))


def note_search(words, found):
    """Count one search for ``words`` today with ``found`` results. One statement; never raises."""
    if words := kept_form(words):
        table = SearchedWords._meta.db_table
        _write(
            f"INSERT INTO {table} (day, words, searches, empty) VALUES (%s, %s, 1, %s) "  # noqa: S608  our own table
            f"ON CONFLICT (day, words) DO UPDATE SET searches = {table}.searches + 1, empty = {table}.empty + excluded.empty",
            [timezone.localdate(), words, 0 if found else 1],
        )


def note_click(words, page_pk):
    """Count that the page was opened from the results for ``words`` today. One statement; never raises.

    Only a page that search knows, so one that is public, can have been a result.
    """
    if words := kept_form(words):
        table, entries = ClickedResult._meta.db_table, SearchEntry._meta.db_table
        _write(
            f"INSERT INTO {table} (day, words, page_id, clicks) "  # noqa: S608  our own tables
            f"SELECT %s, %s, id, 1 FROM {entries} WHERE id = %s AND id > 0 "
            f"ON CONFLICT (day, words, page_id) DO UPDATE SET clicks = {table}.clicks + 1",
            [timezone.localdate(), words, page_pk],
        )


def note_wish(wish, street=None, searched="", time_of_day="", audience=None):
    """Keep what somebody would like to learn; return whether it is kept. Never raises.

    ``street``: a StreetPage or None; ``time_of_day``: a TimeOfDay or ""; ``audience``: an Audience or None.

    The form has asked for other words before, if these may lead to a person; they are not kept here either.
    """
    # Its own letters, unlike the words that are counted; without what no form can send and no database can keep.
    wish = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in wish)
    wish = " ".join(wish.split())
    if not wish or len(wish) > LearningWish._meta.get_field("wish").max_length or is_personal(wish):
        return False
    table = LearningWish._meta.db_table
    return _write(
        f"INSERT INTO {table} (day, wish, street_id, searched, time_of_day, audience_id) "  # noqa: S608  our own table
        "VALUES (%s, %s, %s, %s, %s, %s)",
        [timezone.localdate(), wish, _key(street), kept_form(searched), time_of_day, _key(audience)],
    )


def _key(row):
    return row.pk if row else None


def _write(statement, values):
    """Run one statement; return whether it went well. A failure stays here, and so does the transaction around."""
    try:
        with _little_patience(), _cheap_commit(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except Error as error:
        logger.warning("not counted: %s", error)
        return False
    return True


@contextmanager
def _cheap_commit():
    """A count is not worth waiting for PostgreSQL's disk (4 ms of a search): after a crash a second of counts may be gone.

    Inside somebody's transaction, whose commit is theirs, only a savepoint.
    """
    alone = not connection.in_atomic_block
    if alone and connection.vendor == "sqlite":  # autocommit is all it needs: WAL does not wait for the disk
        yield
        return
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
        yield


@contextmanager
def _little_patience():
    """SQLite has one writer at a time: wait a blink for it, not the 20 s of a person's own act (settings/databases.py)."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    usual = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    raw.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {usual}")
