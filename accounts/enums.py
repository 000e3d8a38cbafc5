"""Fixed lists of the people's floor."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    """Asked only where a rule needs it (domain.md §4.5)."""

    FEMALE = "female", _("女")
    MALE = "male", _("男")


class Relation(models.TextChoices):
    """What the resident is to the person who signs in."""

    CHILD = "child", _("子女")
    GRANDCHILD = "grandchild", _("孙子女、外孙子女")
    PARENT = "parent", _("父母")
    GRANDPARENT = "grandparent", _("祖父母、外祖父母")
    SPOUSE = "spouse", _("配偶")
    OTHER = "other", _("其他亲属")


class ConsentPurpose(models.TextChoices):
    """What somebody agreed to, one purpose each (PIPL art. 14, 28, 31)."""

    ACCOUNT = "account", _("用手机号登录和接收验证码")
    ENROLMENT = "enrolment", _("报名所需的个人信息")
    CHILD = "child", _("未满 14 周岁儿童的个人信息")
    TEXTING = "texting", _("用短信通知开课、改期和候补")
    LONG_RECORD = "long_record", _("长期保存学习记录")


#: Without these a place cannot be given; the others may be refused freely (PIPL art. 16).
NECESSARY = (ConsentPurpose.ACCOUNT, ConsentPurpose.ENROLMENT, ConsentPurpose.CHILD)


class AccessKind(models.TextChoices):
    """What came of it when somebody at the desk asked for a record."""

    OPENED = "opened", _("打开")
    REFUSED = "refused", _("被拒")


class NoticeKind(models.TextChoices):
    ENROLLED = "enrolled", _("报名成功")
    WAITING = "waiting", _("候补")
    OFFERED = "offered", _("候补录取，等您确认")
    OFFER_MISSED = "offer_missed", _("候补录取已过期")
    DRAWN = "drawn", _("抽签结果")
    MOVED = "moved", _("改期或换教室")
    CANCELLED = "cancelled", _("停课或取消")
    TOMORROW = "tomorrow", _("明天上课")
    REMOVED = "removed", _("报名变动")
    CERTIFICATE = "certificate", _("结业证书")
    MESSAGE = "message", _("班级通知")
    SURVEY = "survey", _("说说这个班")
    ANSWER = "answer", _("提问的答复")


class Channel(models.TextChoices):
    SMS = "sms", _("短信")
    EMAIL = "email", _("电子邮件")


class DeliveryState(models.TextChoices):
    SENT = "sent", _("已发出")
    FAILED = "failed", _("没发出去")
