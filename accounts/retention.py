"""How long personal data are kept (domain.md §4.5): the table of the privacy page and the lengths that the nightly job uses.

Every row with an end is carried out by `manage.py apply_retention`, under the same key; a test compares them.
"""

from datetime import timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

#: Days after the start of a class for a claim without a place, and before somebody known to the counter alone goes.
UNPLACED_DAYS = 30
#: A claim of somebody who entered a draw: the next term may favour those who lost.
DRAWN_YEARS = 1
RECORD_YEARS = 2
UNUSED_LOGIN_YEARS = 2
DRAW_EVIDENCE_YEARS = 3
NOTICE_YEARS = LOG_YEARS = 1
#: Days for counts of searches and for wishes: this term can be compared with the same one a year ago.
ASKED_DAYS = 400
#: Days after a survey has closed, for the fact that somebody answered; years for what was written in it.
INVITED_DAYS = 30
SURVEY_YEARS = QUESTION_YEARS = 2


def years_before(moment, years):
    """Return the date or moment ``years`` calendar years earlier; the 29th of February becomes the 28th."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def years_after(moment, years):
    return years_before(moment, -years)


def days_before(moment, days):
    return moment - timedelta(days=days)


class Period(NamedTuple):
    """One row. ``ends``: a nightly step of the same key carries it out."""

    key: str
    what: str
    how_long: str
    why: str
    ends: bool = True


RETENTION = (
    Period(
        "logins",
        _("登录手机号、本人和家人资料、授权记录"),
        _("到您注销为止；2 年没有登录、也没有要留的报名和学习记录的，自动注销"),
        _("您还在用"),
    ),
    Period(
        "people",
        _("只在窗口登记、没有账号的人"),
        _("没有要留的报名和学习记录，就在登记 30 天后删除"),
        _("只为办这次报名"),
    ),
    Period(
        "unplaced",
        _("没有录取或者退出的报名"),
        _("开课（晚于开课退出的，从退出算起）30 天后不再连着您这个人；参加过抽签的，满 1 年"),
        _("处理疑问和递补；下学期可能照顾这学期没抽中的人"),
    ),
    Period(
        "records",
        _("录取后的学习记录：班级、出勤、学时、证书"),
        _("课程结束后 2 年，以后只留不连着人的人次；您同意长期保存的，到您撤回为止"),
        _("查学时、补打证书"),
    ),
    Period("draws", _("抽签凭证：报名编号和名次，不含姓名、电话"), _("封存名单后 3 年"), _("任何人都能核对抽签结果")),
    Period("notices", _("站内通知"), _("12 个月"), _("方便您回头看")),
    Period(
        "survey",
        _("结课问卷：谁答过（不记答了什么）；不记名的那句话"),
        _("谁答过：问卷截止 30 天后删除；那句话 2 年，以后只留分数"),
        _("一人只答一次；把课办得更好"),
    ),
    Period("questions", _("您提的问题和答复"), _("答复后 2 年"), _("方便您回头看，答错了能查")),
    Period("logs", _("后台操作日志：谁在什么时候办了什么"), _("12 个月；抽签的 3 年"), _("查错、防止滥用")),
    Period(
        "access",
        _("谁打开过谁的资料、谁被拒：账号、学员号、时间、页面，不含姓名、电话"),
        _("12 个月，半年内删不掉"),
        _("未成年人资料每次打开都要有记录"),
    ),
    Period(
        "asked",
        _("搜索的词、打开的结果、写下的“想学什么”：按天计数，不记是谁；带号码、邮箱的和长句不记"),
        _("400 天"),
        _("知道大家想学什么，和去年同期比"),
    ),
    Period(
        "events",
        _("报名变动日志：时间、原因、经办账号的编号，不含姓名、电话"),
        _("长期，不能改动；账号注销后，编号对不上任何人"),
        _("证明名额没有重复给出"),
        ends=False,
    ),
    Period("erasures", _("注销记录：日期和编号，不含姓名、电话"), _("长期"), _("证明资料确实删除了"), ends=False),
)
