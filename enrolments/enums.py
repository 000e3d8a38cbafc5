"""States of an enrolment with the table of allowed transitions, and the other fixed lists of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a resident's claim on a class run stands."""

    ENTERED = "entered", _("已报名，等抽签")
    WAITING = "waiting", _("候补中")
    PAUSED = "paused", _("候补暂停")
    OFFERED = "offered", _("候补录取，等确认")
    ENROLLED = "enrolled", _("已录取")
    WITHDRAWN = "withdrawn", _("已退出")
    DECLINED = "declined", _("已放弃名额")
    LAPSED = "lapsed", _("候补已结束")
    REMOVED = "removed", _("已移出名单")
    TRANSFERRED = "transferred", _("已换班")
    COMPLETED = "completed", _("已结业")
    NOT_COMPLETED = "not_completed", _("未结业")
    CLASS_CANCELLED = "class_cancelled", _("班已取消")


S = Status
#: At most one of these per resident and class run.
LIVE = (S.ENTERED, S.WAITING, S.PAUSED, S.OFFERED, S.ENROLLED)
#: Exactly these hold a seat (architecture, invariant 1).
SEAT_HOLDING = (S.OFFERED, S.ENROLLED)
#: Shown as taking part, now or in the past.
TAKEN_PART = (S.ENROLLED, S.COMPLETED, S.NOT_COMPLETED)
#: In the waiting list, with a number in it.
LISTED = (S.WAITING, S.PAUSED, S.OFFERED)
#: Takes time in the resident's week or may do so without being asked again: counts for the limit per term.
CLAIMING = (S.ENTERED, S.OFFERED, S.ENROLLED)

#: from → to. None = new. What is not here is refused; tests go through the whole matrix.
TRANSITIONS = {
    None: {S.ENTERED, S.WAITING, S.ENROLLED},
    S.ENTERED: {S.ENROLLED, S.WAITING, S.WITHDRAWN, S.REMOVED, S.LAPSED, S.CLASS_CANCELLED},
    S.WAITING: {S.OFFERED, S.ENROLLED, S.PAUSED, S.WITHDRAWN, S.REMOVED, S.LAPSED, S.CLASS_CANCELLED},
    S.PAUSED: {S.WAITING, S.WITHDRAWN, S.REMOVED, S.LAPSED, S.CLASS_CANCELLED},
    S.OFFERED: {
        S.ENROLLED,
        S.DECLINED,
        S.WAITING,
        S.PAUSED,
        S.WITHDRAWN,
        S.REMOVED,
        S.LAPSED,
        S.CLASS_CANCELLED,
    },
    S.ENROLLED: {S.WITHDRAWN, S.REMOVED, S.TRANSFERRED, S.COMPLETED, S.NOT_COMPLETED, S.CLASS_CANCELLED},
    # A mark of attendance may be put right after the end.
    S.COMPLETED: {S.NOT_COMPLETED},
    S.NOT_COMPLETED: {S.COMPLETED},
    S.WITHDRAWN: set(),
    S.DECLINED: set(),
    S.LAPSED: set(),
    S.REMOVED: set(),
    S.TRANSFERRED: set(),
    S.CLASS_CANCELLED: set(),
}


class Reason(models.TextChoices):
    """Why a transition happened: the reason code in the log."""

    CAME_FIRST = "came_first", _("先到先得")
    ENTERED_DRAW = "entered_draw", _("报名抽签")
    JOINED_LIST = "joined_list", _("排候补")
    SEAT_FREE = "seat_free", _("有空名额")
    WON = "won", _("抽中")
    NOT_DRAWN = "not_drawn", _("没抽中，转候补")
    OFFER_MADE = "offer_made", _("轮到候补")
    OFFER_ACCEPTED = "offer_accepted", _("接受名额")
    OFFER_DECLINED = "offer_declined", _("放弃名额")
    PLACE_KEPT = "place_kept", _("这次不要，保留排位")
    OFFER_MISSED = "offer_missed", _("没有按时确认")
    RESUMED = "resumed", _("恢复候补")
    PAUSED_SELF = "paused_self", _("自己暂停候补")
    WITHDREW = "withdrew", _("自己退出")
    CHOSE_OTHER = "chose_other", _("报上了同一门课的另一个班")
    STAFF = "staff", _("工作人员处理")
    MOVED_RUN = "moved_run", _("换班")
    SECOND_CLASS = "second_class", _("加开的班")
    MERGED = "merged", _("并班")
    SPLIT = "split", _("分班")
    TIME_OVER = "time_over", _("班已开课或结束")
    RUN_CANCELLED = "run_cancelled", _("班取消")
    ERASED = "erased", _("注销个人信息")
    ATTENDANCE = "attendance", _("按出勤判定")


class Route(models.TextChoices):
    """The door a claim came through; the rules behind it are the same."""

    ONLINE = "online", _("网上")
    COUNTER = "counter", _("窗口")
    IMPORT = "import", _("导入")
    SYSTEM = "system", _("系统")


#: The person stood at the counter, or on the list of paper that it kept: the counter's seats and rules.
AT_COUNTER = (Route.COUNTER, Route.IMPORT)


class SeatKind(models.TextChoices):
    OPEN = "open", _("公开")
    COUNTER = "counter", _("留给窗口")


class OfferOutcome(models.TextChoices):
    OPEN = "open", _("等确认")
    ACCEPTED = "accepted", _("已接受")
    DECLINED = "declined", _("已放弃")
    KEPT = "kept", _("保留排位")
    MISSED = "missed", _("没有按时确认")
    VOID = "void", _("作废")


class Mark(models.TextChoices):
    """Attendance of one person at one meeting."""

    UNMARKED = "unmarked", _("未点名")
    PRESENT = "present", _("到")
    PARTIAL = "partial", _("部分时间")
    EXCUSED = "excused", _("请假")
    ABSENT = "absent", _("缺席")


#: Counts as having come.
CAME = (Mark.PRESENT, Mark.PARTIAL)


class ShareKind(models.TextChoices):
    """Places of a draw kept for some, each drawn from the same order. The letter stands in the published list."""

    NEWCOMER = "N", _("新学员")
    LOST_LAST = "L", _("上学期没抽中")
    STREET = "S", _("本街道居民")
    ASSISTED = "A", _("窗口代报")


class DrawStage(models.TextChoices):
    """How far a draw has come: computed from its dates, never stored."""

    NONE = "", _("还没有公布办法")
    COMMITTED = "committed", _("已公布办法")
    FROZEN = "frozen", _("名单已封存")
    REVEALED = "revealed", _("公开数值已公布")
    DRAWN = "drawn", _("已抽签")


class DrawResult(models.TextChoices):
    SEATED = "seated", _("抽中")
    WAITING = "waiting", _("候补")
    LEFT = "left", _("抽签前退出")
