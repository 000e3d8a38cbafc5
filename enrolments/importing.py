"""Import of the lists of paper that a counter kept: a row is a person who enrolled in a class there.

What the counter's form asks is asked here, by the same form; places are given by the services of this room.
Names are never kept beside an import: its record has the class and the row of the file.
"""

from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Resident
from accounts.resident_forms import place_choices
from core.errors import DomainError
from core.importing.photographs import Part, add_objection, add_part, keep
from core.importing.registry import PROBLEM, Column, Importer, RowError, register
from core.importing.report import Change
from core.importing.values import as_yes, line
from enrolments.counter_claims import served
from enrolments.counter_forms import CounterForm
from enrolments.models import Enrolment, Seat
from enrolments.permissions import counter_scope, may_use_counter
from enrolments.services.core import lock_runs
from enrolments.services.counter import enrol_listed, strike_off_list
from timetable.enums import ClassRunStatus
from timetable.importing.class_runs import as_run_code
from timetable.models import Audience, ClassRun

#: column → box of the counter's form
BOXES = {
    "name": "name",
    "phone": "phone",
    "born": "born",
    "home": "home",
    "adult": "adult",
    "audience": "audience",
    "health": "health",
    "guardian": "contact_name",
    "relation": "relation",
    "guardian_phone": "contact_phone",
    "child_consent": "child_consent",
}
#: Sentences for a table where those for a screen would send people to a box that is not there.
SENTENCES = {
    "full": gettext_lazy("名额报满了，没有录取。愿意排候补的，在“满了排候补”写“是”。"),
    "health": gettext_lazy("这个班有健康提醒：念给本人听过、说可以参加，再在“健康提醒已念”写“是”。"),
    "needs_audience": gettext_lazy("这个班只收特定的人群：本人属于的，在“属于所收人群”写“是”。"),
    "child_consent": gettext_lazy("未满 14 周岁，监护人另外同意登记的，在“监护人同意”写“是”。"),
}
#: Where the sentence of a rule is shown.
AT = {
    "needs_birth_month": "born",
    "birth_month": "born",
    "too_little": "born",
    "age": "born",
    "needs_home": "home",
    "residence": "home",
    "relative": "guardian",
    "needs_audience": "audience",
    "health": "health",
    "child_consent": "child_consent",
    "full": "wait",
    "same_course": "run",
    "clash": "run",
}


def _enrolled_runs(pks):
    """Whoever has enrolled was told of the class: it is changed or cancelled on its page, where they are told again."""
    counted = Enrolment.objects.filter(class_run__in=pks).values("class_run").annotate(claims=Count("pk")).order_by()
    return {
        each["class_run"]: _("已经有 %(count)d 个报名，请到班的页面里修改或取消") % {"count": each["claims"]}
        for each in counted
    }


add_part(ClassRun, Part(Seat, "class_run"))
add_objection(ClassRun, _enrolled_runs)


def _take_back(enrolment, user):
    if not ClassRun.objects.filter(counter_scope(user), pk=enrolment.class_run_id).exists():
        raise DomainError("not_yours", _("这个班的窗口不归您管。"))
    strike_off_list(user, enrolment)


keep(Enrolment, take_back=_take_back, is_compared=False)


@register
class CounterListImporter(Importer):
    stem, title, order = "counter_list", "窗口名单", 60
    key = ("run", "name", "phone", "born")
    says = gettext_lazy(
        "确认以后马上占名额，照窗口的规矩核对；报不上的每一行都说原因。撤销就是把这些人移出名单，并通知他们。"
    )
    columns = (
        Column("run", "班号", as_run_code, required=True, blank=False, example="QM-2703-01", help=gettext_lazy("已经公布的班。")),
        Column("name", "姓名", line(60), required=True, blank=False, example="张示例"),
        Column("phone", "电话", line(30), default="", example="13800000000", help=gettext_lazy("没有电话就空着，要写出生年月。")),
        Column("born", "出生年月", line(20), default="", example="195403", help=gettext_lazy("例如 195403。未满 18 周岁的、班有年龄要求的，必须写。")),
        Column("adult", "已满18周岁", as_yes, default=False, aliases=("已满 18 周岁",), example="是", help=gettext_lazy("不写出生年月的，要写“是”。")),
        Column("home", "住在哪个社区", line(60), default="", help=gettext_lazy("班有居住要求的要写：社区名、街道名，或“不住在本区”。")),
        Column("consent", "同意", as_yes, required=True, blank=False, example="是",
               help=gettext_lazy("说明过姓名、电话等只用来办理报名、通知和点名，本人（未成年人由监护人）同意。")),
        Column("guardian", "家属或监护人姓名", line(60), default="", aliases=("监护人", "监护人姓名"), help=gettext_lazy("未满 18 周岁必须写。")),
        Column("relation", "监护人是孩子的", line(20), default="", aliases=("关系",), help=gettext_lazy("父母；祖父母、外祖父母；其他监护人。")),
        Column("guardian_phone", "家属或监护人电话", line(30), default="", aliases=("监护人电话",), help=gettext_lazy("未满 18 周岁必须写。")),
        Column("child_consent", "监护人同意", as_yes, default=False, help=gettext_lazy("未满 14 周岁：监护人另外同意登记孩子。")),
        Column("health", "健康提醒已念", as_yes, default=False, help=gettext_lazy("班有健康提醒的：念过，本人说可以参加。")),
        Column("audience", "属于所收人群", as_yes, default=False, help=gettext_lazy("班只收特定人群的：本人属于其中一类。")),
        Column("wait", "满了排候补", as_yes, default=False, example="否"),
        Column("note", "备注"),
        PROBLEM,
    )  # fmt: skip

    @classmethod
    def open_to(cls, user):
        return may_use_counter(user)

    def prepare(self, rows):
        """People before classes, in the order of the house: this transaction holds what it has locked to its end."""
        if self.user is None:
            return
        names = {row["name"] for row in rows}
        list(Resident.objects.select_for_update().filter(name__in=names).order_by("pk").values_list("pk"))
        lock_runs(*[run.pk for code, run in self._runs.items() if code in {row["run"] for row in rows}])

    def failed(self, row):
        """Nothing that rows refer to is written here."""

    def save(self, row):
        if self.user is None:
            raise RowError(_("名单要由窗口的人登录以后在“导入数据”里导入，每一次都记下是谁。"))
        run = self._run(row["run"])
        if not row["consent"]:
            raise RowError(_("没有本人（未成年人由监护人）同意，不能登记。"), "consent")
        form = CounterForm(self._typed(row), run=run, audiences=run.audiences)
        if not form.is_valid():
            name, problems = next(iter(form.errors.items()))
            raise RowError(problems[0], next((column for column, box in BOXES.items() if box == name), ""))
        said = form.cleaned_data
        ticked = {name: bool(said.get(name)) for name in ("health", "audience")}
        try:
            enrolment, is_new = enrol_listed(
                self.user, run, form.person(), child_consent=said["child_consent"], wait=bool(row.get("wait")), **ticked
            )
        except DomainError as error:
            raise RowError(SENTENCES.get(error.code, error.message), AT.get(error.code, "")) from error
        kind = _("报名（%(status)s）") % {"status": enrolment.get_status_display()}
        return [Change(kind, run.code, Change.CREATED if is_new else Change.UNCHANGED, record=enrolment)]

    def _run(self, code):
        if run := self._runs.get(code):
            return run
        if ClassRun.objects.filter(code=code, status=ClassRunStatus.DRAFT).exists():
            raise RowError(_("“%(code)s”还在筹备，公布以后才能报名。") % {"code": code}, "run")
        raise RowError(_("没有班号是“%(code)s”的班，或者不归您的街道。") % {"code": code}, "run")

    def _typed(self, row):
        """The row as the form's boxes. ``home`` is a place by its name."""
        typed = {box: row.get(column) or "" for column, box in BOXES.items()}
        word = typed["home"]
        if word and word not in self._homes:
            raise RowError(_("不认识“%(word)s”。请写社区名、街道名，或“不住在本区”。") % {"word": word[:20]}, "home")
        return typed | {"home": self._homes.get(word, ""), "consent": True, "key": self._key}

    @cached_property
    def _runs(self):
        """Every class that the user's counter serves and that is not over, by its code."""
        runs = {run.code: run for run in served(self.user).current()}
        narrow = [run for run in runs.values() if run.audience_only]
        for run in runs.values():
            run.audiences = []
        for run in narrow:
            audiences = Audience.objects.filter(learning_pages=run.learning_id)
            run.audiences = [one for one in audiences if one.age_min is None and one.age_max is None]
        return runs

    @cached_property
    def _homes(self):
        """What people write for where they live → the form's value."""
        (_empty, _label), *groups, (outside, outside_label) = place_choices()
        homes = {str(outside_label): outside}
        for street, choices in groups:
            for value, name in choices:
                homes.setdefault(str(name) if value.startswith("n-") else str(street), value)
        return homes

    @cached_property
    def _key(self):
        """The form wants one; the table needs none, since its key is the person."""
        return "00000000-0000-0000-0000-000000000000"
