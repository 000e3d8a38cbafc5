"""Columns that tables of courses, events and class runs share."""

from core.importing.registry import Column
from core.importing.values import (
    as_code,
    as_date,
    as_dates,
    as_fen,
    as_text,
    as_time,
    as_weekday_groups,
    as_yes,
    choice,
    line,
    moment,
    whole,
)
from timetable.enums import Delivery, Residence

#: Columns that place a class in time; a row without them is a page without class runs.
RUN_COLUMNS = (
    Column("term", "学期", line(40)),
    Column("centre", "地点", line(80)),
    Column("starts_at", "上课时间", as_time, aliases=("上课",)),
    Column("ends_at", "下课时间", as_time, aliases=("下课",)),
    Column("capacity", "名额", whole(1, 10_000)),
    Column("fee_yuan", "费用（元）", as_fen, aliases=("费用",)),
    Column("enrol_opens", "报名开始", moment()),
    Column("enrol_closes", "报名截止", moment(last=True)),
    Column("residence", "居住要求", choice(Residence), default=Residence.ANYONE),
    Column("who_may_enrol", "报名对象说明", line(120), default=""),
    Column("delivery", "方式", choice(Delivery), default=Delivery.ONSITE),
)
WEEKLY_COLUMNS = (
    Column("weekdays", "星期", as_weekday_groups),
    Column("every_weeks", "每几周一次", whole(1, 12), default=1),
    Column("sessions", "课次数", whole(1, 400), aliases=("课次",)),
    Column("starts_on", "开课日期", as_date),
    Column("ends_on", "结课日期", as_date),
)
DATE_COLUMNS = (Column("dates", "日期", as_dates),)

LEARNING_COLUMNS = (
    Column("code", "编号", as_code, required=True, blank=False),
    Column("title", "标题", line(255), required=True, blank=False, aliases=("名称", "课程", "活动")),
    Column("street", "街道", line(40), required=True, blank=False),
    Column("summary", "简介", line(200), default=""),
    Column("subject", "类别", line(40)),
    Column("audience", "人群", line(200), default="", aliases=("适合谁",)),
    Column("body", "正文", as_text, default="", longest=10_000),
    Column("is_sample", "示例", as_yes, default=False),
    Column("source_note", "资料来源", line(300), default=""),
)
