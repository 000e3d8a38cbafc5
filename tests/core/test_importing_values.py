"""Cells as people type them."""

import datetime

import pytest
from django.utils import timezone

from core.importing import values
from core.importing.values import CellError
from courses.enums import Level


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.as_fen, "200", 20_000),
        (values.as_fen, "￥12.5元", 1_250),
        (values.as_fen, "１，２００元", 120_000),
        (values.as_fen, "免费", 0),
        (values.as_date, "2027年3月1日", datetime.date(2027, 3, 1)),
        (values.as_date, "２０２７/3/1", datetime.date(2027, 3, 1)),
        (values.as_time, "9:05", datetime.time(9, 5)),
        (values.as_time, "14：30", datetime.time(14, 30)),
        (values.as_time, "14点30分", datetime.time(14, 30)),
        (values.as_weekday_groups, "2|3|4", [[2], [3], [4]]),
        (values.as_weekday_groups, "周二、周四", [[2, 4]]),
        (values.as_weekday_groups, "星期天｜周六", [[7], [6]]),
        (values.as_yes, "是", True),
        (values.as_yes, "N", False),
        (values.choice(Level), "零基础 / 入门", "beginner"),
        (values.choice(Level), "advanced", "advanced"),
        (values.names, "长辈、人人，上班族", ["长辈", "人人", "上班族"]),
        (values.whole(1, 10), "１０", 10),
        (values.as_code, "320203001-F", "320203001-F"),
    ],
)
def test_cells_are_read(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.as_fen, "-5"),
        (values.as_fen, "12.345"),
        (values.as_fen, "两百"),
        (values.as_date, "2027-02-29"),
        (values.as_date, "明天"),
        (values.as_date, "27-3-1"),
        (values.as_time, "24:00"),
        (values.as_time, "下午"),
        (values.as_weekday_groups, "0"),
        (values.as_weekday_groups, "1-5"),
        (values.as_weekday_groups, "2|"),
        (values.as_dates, "2026-12-05|2026-12-05"),
        (values.as_yes, "也许"),
        (values.choice(Level), "很难"),
        (values.whole(1, 10), "11"),
        (values.whole(1, 10), "3.5"),
        (values.decimal(3, 54), "nan"),
        (values.as_code, "书法1"),
        (values.as_slug, "Gu Yunhe"),
        (values.line(5), "一二三四五六"),
        (values.line(), "两\n行"),
        (values.as_text, "<script>"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(read, text):
    with pytest.raises(CellError) as error:
        read(text)
    assert str(error.value).endswith("。")


def test_a_closing_day_lasts_until_its_last_minute():
    closes = timezone.localtime(values.moment(last=True)("2027-02-25"))
    assert (closes.hour, closes.minute) == (23, 59)
    assert timezone.localtime(values.moment()("2026-11-20 9:00")).hour == 9
