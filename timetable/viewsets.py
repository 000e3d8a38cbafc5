"""The timetable's tables in the admin: class runs, sessions, terms, the calendar, subjects and audiences."""

from django import forms
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn
from wagtail.admin.viewsets.base import ViewSetGroup

from core.scoping import ScopedPageChooserViewSet, StreetScopedViewSet
from core.viewsets import DistrictViewSet, PageListViewSet
from timetable.admin_views import closures, days, decisions, preview, runs, second, sessions, terms, whole
from timetable.forms import ClassRunForm, ClosureForm, SessionForm
from timetable.models import Audience, CalendarDay, CentreClosure, ClassRun, LearningPage, Session, Subject, Term


class LearningChooserViewSet(ScopedPageChooserViewSet):
    model = LearningPage
    icon = "openquote"
    choose_one_text = _("选一门课程或一个活动")
    choose_another_text = _("换一个")
    edit_item_text = _("编辑这个页面")
    page_title = _("选课程或活动")


class LearningListViewSet(PageListViewSet):
    """The flat list of courses or of events in the menu; the apps that own them name the type and its filters."""

    list_prefetch_related = ["subject", "street", "audiences"]
    list_export = [
        *("code", "title", "street", "subject", "audiences", "summary", "live", "latest_revision_created_at"),
        *("is_sample", "source_note"),
    ]
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("标题"), sort_key="title", classname="title"),
        ParentPageColumn("parent", label=_("开设单位")),
        Column("subject", label=_("类别")),
        DateColumn("latest_revision_created_at", label=_("更新"), sort_key="latest_revision_created_at", width="12%"),
        PageStatusColumn("status", label=_("状态"), sort_key="live", width="12%"),
    ]


learning_chooser = LearningChooserViewSet("learning_chooser")


class ClassRunViewSet(StreetScopedViewSet):
    model = ClassRun
    icon = "calendar-alt"
    menu_label = _("班")
    index_view_class = runs.ClassRunIndexView
    add_view_class = runs.ClassRunCreateView
    copy_view_class = runs.ClassRunCopyView
    edit_view_class = runs.ClassRunEditView
    delete_view_class = runs.ClassRunDeleteView
    copy_view_enabled = True
    list_display = [
        "__str__",
        Column("code", label=_("班号"), sort_key="code", classname="desk-whole"),
        "centre",
        Column("pattern_words", label=_("时间")),
        "starts_on",
        Column("places_words", label=_("名额"), classname="desk-whole"),
        "status",
        "is_sample",
    ]
    filterset_class = runs.ClassRunFilterSet
    list_select_related = ["learning", "centre", "term", "room__centre"]
    list_prefetch_related = ["teachers"]
    list_export = [
        "code",
        "learning",
        "name",
        "status",
        "term",
        "centre",
        "room",
        "teachers",
        "delivery",
        "pattern_words",
        "starts_on",
        "ends_on",
        "session_count",
        "capacity",
        "places_left",
        "waiting",
        "min_to_open",
        "fee_fen",
        "mode",
        "enrol_opens_at",
        "enrol_closes_at",
        "counter_quota",
        "counter_until",
        "join_until",
        "residence",
        "who_may_enrol",
        "age_min",
        "age_max",
        "audience_only",
        "prerequisite",
        "health_notice",
        "relative_from_age",
        "pass_percent",
        "is_sample",
    ]
    export_headings = {"pattern_words": _("时间"), "fee_fen": _("费用（元）")}
    export_filename = "ban"
    search_fields = ["code", "name", "learning__title", "centre__title"]
    inspect_view_fields_exclude = ["id", "created_at", "updated_at"]
    edit_handler = ObjectList(
        [
            HelpPanel(template="timetable/admin/second_panel.html"),
            MultiFieldPanel(
                [
                    FieldPanel("learning", widget=learning_chooser.widget_class),
                    FieldRowPanel(["name", "code"]),
                    FieldRowPanel([FieldPanel("term", widget=forms.Select), "delivery"]),
                ],
                heading=_("开什么"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("centre", widget=forms.Select), FieldPanel("room", widget=forms.Select)]),
                    FieldPanel("teachers", widget=forms.CheckboxSelectMultiple),
                ],
                heading=_("在哪里、谁来教"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel(["starts_on", "ends_on"]),
                    "weekdays",
                    FieldRowPanel(["starts_at", "ends_at"]),
                    FieldRowPanel(["session_count", "every_weeks"]),
                    HelpPanel(template="timetable/admin/preview_panel.html", heading=_("会排出这些课")),
                ],
                heading=_("什么时候"),
                help_text=_("保存时按放假与调休安排好每一次课；已经上过的课和单独改过时间的课不会动。"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel(["capacity", "min_to_open"]),
                    FieldRowPanel(["mode", FieldPanel("fee_yuan", heading=_("费用（元）"))]),
                    FieldRowPanel(["enrol_opens_at", "enrol_closes_at"]),
                    FieldRowPanel(["counter_quota", "counter_until"]),
                    "join_until",
                ],
                heading=_("名额、报名与费用"),
                help_text=_(
                    "名额改多了，先给候补的人；改少了，只能减掉空着的。抽签的班公布时就定下抽签办法，报名开始要在那以后。"
                ),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel(["residence", "who_may_enrol"]),
                    FieldRowPanel(["age_min", "age_max"]),
                    "audience_only",
                    FieldPanel("prerequisite", widget=learning_chooser.widget_class),
                    "health_notice",
                    "relative_from_age",
                ],
                heading=_("谁能报"),
                help_text=_("填了的，网上和窗口都照此核对，不符合的人会看到原因。"),
            ),
            MultiFieldPanel(["pass_percent"], heading=_("结业")),
            "is_sample",
        ],
        base_form_class=ClassRunForm,
    )

    #: Addresses besides those of every table.
    _OWN = ("publish", "cancel", "move", "merge", "split", "second", "copy_term")

    def get_common_view_kwargs(self, **kwargs):
        own = {name: self.get_url_name(name) for name in self._OWN}
        return super().get_common_view_kwargs(own_url_names=own, **kwargs)

    def _preview(self):
        return self.construct_view(preview.PreviewSessionsView, form_class=self.get_form_class(for_update=True))

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("copy-term/", self.construct_view(terms.CopyTermView), name="copy_term"),
            path("preview/", self._preview(), name="preview"),
            path("preview/<int:pk>/", self._preview(), name="preview_change"),
            path("publish/<int:pk>/", self.construct_view(whole.PublishRunView), name="publish"),
            path("cancel/<int:pk>/", self.construct_view(whole.CancelRunView), name="cancel"),
            path("second/<int:pk>/", self.construct_view(second.SecondRunView), name="second"),
            path("move/<int:pk>/", self.construct_view(whole.MoveRunView), name="move"),
            path("merge/<int:pk>/", self.construct_view(whole.MergeRunView), name="merge"),
            path("split/<int:pk>/", self.construct_view(whole.SplitRunView), name="split"),
        ]


class SessionViewSet(StreetScopedViewSet):
    """Sessions are made by their class run: nothing is created or deleted here, only moved or cancelled."""

    model = Session
    icon = "time"
    menu_label = _("课次")
    index_view_class = sessions.SessionIndexView
    edit_view_class = sessions.SessionEditView
    add_to_reference_index = False  # a row per session and relation would be millions
    list_display = [
        "span_words",
        Column("class_run", label=_("班")),
        "number",
        Column("class_run.centre", label=_("地点")),
        Column("room.name", label=_("教室")),
        "status",
    ]
    list_labels = {"span_words": _("时间")}
    filterset_class = sessions.SessionFilterSet
    list_select_related = ["class_run__learning", "class_run__centre", "room__centre", "substitute"]
    list_export = ["class_run", "number", "starts_at", "ends_at", "room", "substitute", "status", "note"]
    export_filename = "keci"
    search_fields = ["class_run__learning__title", "class_run__code"]
    inspect_view_fields = [
        "class_run",
        "number",
        "planned_on",
        "starts_at",
        "ends_at",
        "room",
        "substitute",
        "status",
        "note",
    ]
    _ABSENT = frozenset({"add", "delete"})

    def get_form_class(self, for_update=False):
        return SessionForm

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(
            **{f"{name}_url_name": None for name in self._ABSENT},
            cancel_url_name=self.get_url_name("cancel"),
            **kwargs,
        )

    def get_urlpatterns(self):
        return [
            *(route for route in super().get_urlpatterns() if route.name not in self._ABSENT),
            path("cancel/<int:pk>/", self.construct_view(decisions.CancelSessionView), name="cancel"),
        ]


class TermViewSet(DistrictViewSet):
    model = Term
    icon = "date"
    menu_label = _("学期")
    list_display = ["name", "starts_on", "ends_on", "is_sample"]
    list_export = ["code", "name", "starts_on", "ends_on", "max_per_person", "is_sample"]
    search_fields = ["name", "code"]
    inspect_view_fields = list_export
    export_filename = "xueqi"
    panels = [FieldRowPanel(["name", "code"]), FieldRowPanel(["starts_on", "ends_on"]), "max_per_person", "is_sample"]


class CalendarDayViewSet(DistrictViewSet):
    model = CalendarDay
    icon = "calendar"
    menu_label = _("放假与调休")
    list_display = ["date", "name", "kind", "follows"]
    filterset_class = days.CalendarDayFilterSet
    list_export = ["date", "kind", "name", "follows"]
    search_fields = ["name"]
    inspect_view_fields = list_export
    export_filename = "fangjia-tiaoxiu"
    panels = [
        FieldRowPanel(["date", "name"]),
        FieldRowPanel(
            [
                # The model's says “on the right”, where on a telephone nothing is.
                FieldPanel("kind", help_text=_("放假：这天不排课。调休上班：这天照“按周几上课”那一格上课。")),
                "follows",
            ]
        ),
    ]


class CentreClosureViewSet(StreetScopedViewSet):
    model = CentreClosure
    icon = "lock"
    menu_label = _("场所停用")
    add_view_class = closures.ClosureCreateView
    edit_view_class = closures.ClosureEditView
    list_display = ["centre", "span_words", "reason", "is_sample"]
    list_labels = {"span_words": _("时间")}
    list_filter = ["centre", "starts_on"]
    list_select_related = ["centre"]
    list_export = ["centre", "starts_on", "ends_on", "starts_at", "ends_at", "reason", "is_sample"]
    search_fields = ["reason", "centre__title"]
    inspect_view_fields = list_export
    export_filename = "changsuo-tingyong"
    edit_handler = ObjectList(
        [
            FieldPanel("centre", widget=forms.Select),
            "reason",
            FieldRowPanel(["starts_on", "ends_on"]),
            FieldRowPanel(["starts_at", "ends_at"]),
            "is_sample",
        ],
        base_form_class=ClosureForm,
    )


class SubjectViewSet(DistrictViewSet):
    model = Subject
    icon = "tag"
    menu_label = _("课程类别")
    list_display = ["name", "code", "sort_order"]
    list_export = ["code", "name", "sort_order"]
    search_fields = ["name", "code"]
    inspect_view_fields = list_export
    export_filename = "leibie"
    panels = [FieldRowPanel(["name", "code"]), "sort_order"]


class AudienceViewSet(DistrictViewSet):
    model = Audience
    icon = "group"
    menu_label = _("人群")
    list_display = ["name", "official_name", "is_everyone", "sort_order"]
    list_export = ["code", "name", "official_name", "age_min", "age_max", "is_everyone", "sort_order"]
    search_fields = ["name", "official_name"]
    inspect_view_fields = list_export
    export_filename = "renqun"
    panels = [
        FieldRowPanel(["name", "code"]),
        "official_name",
        FieldRowPanel(["age_min", "age_max"]),
        FieldRowPanel(["is_everyone", "sort_order"]),
    ]


class TimetableViewSetGroup(ViewSetGroup):
    menu_label = _("开班")
    menu_icon = "calendar-alt"
    menu_order = 130
    items = (
        ClassRunViewSet("runs"),
        SessionViewSet("sessions"),
        TermViewSet("terms"),
        CalendarDayViewSet("calendar_days"),
        CentreClosureViewSet("closures"),
        SubjectViewSet("subjects"),
        AudienceViewSet("audiences"),
    )
