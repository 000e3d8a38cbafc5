"""How long personal data are kept (domain.md §4.5): the table of the privacy page, in one place."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Period(NamedTuple):
    what: str
    how_long: str
    why: str


RETENTION = (
    Period(_("登录手机号、本人和家人资料、授权记录、站内通知"), _("到您注销为止"), _("您还在用")),
    Period(_("没有录取的报名"), _("开学后 30 天"), _("处理疑问和递补")),
    Period(
        _("录取后的学习记录：班级、出勤、学时、证书"),
        _("课程结束后 2 年；您同意长期保存的，到您撤回为止"),
        _("查学时、补打证书"),
    ),
    Period(_("抽签凭证：报名编号和名次，不含姓名、电话"), _("3 年"), _("任何人都能核对抽签结果")),
    Period(_("操作日志：谁在什么时候办了什么，不含姓名、电话"), _("12 个月"), _("查错、防止滥用")),
    Period(_("注销记录：日期和编号，不含姓名、电话"), _("长期"), _("证明资料确实删除了")),
)
