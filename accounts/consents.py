"""What people agree to: one text per purpose, and the version of the texts. No writes (services/consents.py).

Change a text so that it means something else, and ``VERSION`` changes with it: each consent
stores the version that was shown (PIPL art. 14, 17).
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.enums import NECESSARY, ConsentPurpose

VERSION = "2026-11"


@dataclass(frozen=True)
class ConsentText:
    """One purpose in plain words. ``by_erasing``: to take it back is to erase the account or the person."""

    purpose: ConsentPurpose
    title: str
    what: str  # which data
    why: str  # what for
    without: str  # what no longer works
    by_erasing: bool = False

    @property
    def is_necessary(self):
        return self.purpose in NECESSARY


#: In the order of the page. Every purpose has exactly one (a test says so).
TEXTS = {
    text.purpose: text
    for text in (
        ConsentText(
            ConsentPurpose.ACCOUNT,
            _("用手机号登录"),
            _("您的手机号。"),
            _("收登录验证码，确认是您本人在操作。"),
            _("没有手机号就不能在网上登录，撤回等于注销账号。注销后仍可以到窗口报名。"),
            by_erasing=True,
        ),
        ConsentText(
            ConsentPurpose.ENROLMENT,
            _("报名所需的信息"),
            _(
                "姓名、联系电话；班级有年龄、街道要求时，还有出生年月、性别、居住街道和社区；运动类的班，还有紧急联系人。"
            ),
            _("报名、排候补、抽签、点名、发结业证书。"),
            _("撤回后不能再报新的班。已经报上的班照常上；要退班请先退班，要全部停用请注销。"),
        ),
        ConsentText(
            ConsentPurpose.CHILD,
            _("未满 14 周岁儿童的信息"),
            _("孩子的姓名、出生年月、居住街道和社区，以及您和孩子的关系。"),
            _("孩子报名要由监护人同意，老师要知道联系谁。"),
            _("没有监护人同意，我们不能保存孩子的信息，撤回等于注销孩子的资料。"),
            by_erasing=True,
        ),
        ConsentText(
            ConsentPurpose.TEXTING,
            _("短信通知"),
            _("您的手机号。"),
            _("报名成功、候补录取、改期、停课时发短信提醒。早上 8 点前、晚上 9 点后不发。"),
            _("不再发通知短信。通知仍在网站“我的通知”里，请常来看看。登录验证码不受影响。"),
        ),
        ConsentText(
            ConsentPurpose.LONG_RECORD,
            _("长期保存学习记录"),
            _("上过哪些班、学时和结业证书。"),
            _("以后还能查学时、补打证书。"),
            _("课程结束 2 年后，学习记录不再连着您这个人，只留人次，证书也查不到姓名。"),
        ),
    )
}
