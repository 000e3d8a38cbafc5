"""Changes of a whole class run: shown with the very notice that everybody will get before they are done."""

from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import log

from core.errors import DomainError
from core.scoping import narrow_form
from core.viewsets import put_errors
from timetable import services
from timetable.admin_views.decisions import DecisionView
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.forms_whole import MergeRunForm, MoveRunForm, SplitRunForm
from timetable.models import ClassRun
from timetable.services.rehearsal import perform, rehearse


class WholeRunView(DecisionView):
    """Form → what it would do and tell, by doing it and taking it back → the same once more, for good.

    What is done is what was shown: where somebody joined or left in between, it is shown anew. Subclasses say what
    in ``change``; its answer, sentences about what becomes of the class, is drawn above the notices.
    """

    instance_permission = "publish"
    own_url_names = {}
    template_name = "timetable/admin/whole.html"
    look_label = gettext_lazy("看看会通知什么")

    def change(self, form):
        """Do it through a service and return sentences that say what came of it."""
        raise NotImplementedError

    def done_words(self):
        """The sentence of success."""
        raise NotImplementedError

    def get_success_url(self):
        return reverse(self.edit_url_name, args=(quote(self.object.pk),))

    def form_valid(self, form):
        if "back" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        try:
            rehearsal = self._go(form)
        except (DomainError, ValidationError) as error:
            put_errors(form, error)
            return self.form_invalid(form)
        if rehearsal is None:
            log(instance=self.object, action=self.log_action, user=self.request.user)
            messages.success(self.request, self.done_words())
            return redirect(self.get_success_url())
        return self.render_to_response(self.get_context_data(form=form, rehearsal=rehearsal))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if "rehearsal" in kwargs:
            context["question"] = _("还什么都没有做。下面是会发生的事和会发出的通知，看过再按。")
        return context

    def _go(self, form):
        """Return what is to be shown first, or None when it is done."""
        seen = self.request.POST.get("seen")
        if not seen:
            return rehearse(lambda: self.change(form))
        done, rehearsal = perform(lambda: self.change(form), seen)
        if done:
            return None
        messages.warning(self.request, _("刚才名单或课表又有变化，还没有改。请再看一遍通知。"))
        return rehearsal


class PublishRunView(WholeRunView):
    """Publishing tells nobody, except those who wait where it is a second class: that is shown first."""

    instance_permission = "publish"
    page_title = gettext_lazy("公布")
    header_icon = "view"
    yes_label = gettext_lazy("公布，让居民看到")
    log_action = "timetable.publish"

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        del form.fields["note"]
        return form

    @property
    def look_label(self):
        return _("看看会通知谁") if self.object.second_of_id else self.yes_label

    def question(self):
        sentence = _("公布以后，居民会在网站上看到这个班和它的 %(count)d 次课。公布过的班不能删除，只能取消。")
        if self.object.second_of_id:
            sentence += _("这是加开的班：先按原来候补名单的次序一个一个问过，再给大家报；原来的候补位置不变。")
        return sentence % {"count": self.object.sessions.taking_place().count()}

    def form_valid(self, form):
        return super().form_valid(form) if self.object.second_of_id else DecisionView.form_valid(self, form)

    def decide(self, note):
        self.change(None)
        return self.done_words()

    def change(self, form):
        services.publish_class_run(ClassRun.objects.get(pk=self.object.pk))
        return []

    def done_words(self):
        if self.object.learning.live:
            return _("“%(run)s”已公布。") % {"run": self.object}
        return _("“%(run)s”已公布，但“%(page)s”的页面还没发布，居民暂时看不到。") % {
            "run": self.object,
            "page": self.object.learning.title,
        }

    def get_success_url(self):
        return reverse(self.index_url_name)


class CancelRunView(WholeRunView):
    page_title = gettext_lazy("取消这个班")
    header_icon = "cross"
    yes_label = gettext_lazy("取消这个班")
    is_serious = True
    log_action = "timetable.cancel"

    def question(self):
        return _("取消以后不能再公布。下一步先看每个人会收到的通知，看过才真的取消。")

    def change(self, form):
        run = ClassRun.objects.get(pk=self.object.pk)
        if run.status == ClassRunStatus.CANCELLED:
            raise DomainError("cancelled", _("这个班已经取消了，不用再取消。"))
        ahead = run.sessions.taking_place().filter(starts_at__gt=timezone.now()).count()
        services.cancel_class_run(run, form.cleaned_data["note"])
        return [_("还没上的 %(count)d 次课会一起取消，网站上写明“已取消”。") % {"count": ahead}]

    def done_words(self):
        return _("“%(run)s”已取消。") % {"run": self.object}

    def get_success_url(self):
        return reverse(self.index_url_name)


class MoveRunView(WholeRunView):
    page_title = gettext_lazy("整个班改时间地点")
    header_icon = "date"
    yes_label = gettext_lazy("就这样改，发通知")
    log_action = "timetable.move"
    form_class = MoveRunForm

    def get_form(self, form_class=None):
        return narrow_form(super().get_form(form_class), self.request.user)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": ClassRun.objects.get(pk=self.object.pk)}

    def question(self):
        return _("从写的那天起，还没上的课都照新的时间地点；那天以前的课不动。")

    def change(self, form):
        run = services.move_class_run(self.object, **form.change())
        coming = run.sessions.filter(starts_at__gt=timezone.now(), planned_on__gte=form.cleaned_data["since"])
        coming = list(coming.select_related("room").order_by("starts_at"))
        lines = [
            _("第 %(number)d 次：%(when)s%(room)s")
            % {"number": one.number, "when": one.span_words, "room": f"，{one.room.name}" if one.room else ""}
            for one in coming
            if not one.is_cancelled
        ]
        gone = [one.span_words for one in coming if one.status == SessionStatus.DROPPED]
        return [*lines, *(_("不再有：%(when)s") % {"when": when} for when in gone)]

    def done_words(self):
        return _("“%(run)s”改好了，每人一条通知；几分钟里再改，会并成一条。") % {"run": self.object}


class JoinView(WholeRunView):
    """People go from this class to another one of those this user may publish."""

    template_name = "timetable/admin/join.html"
    statuses = (ClassRunStatus.PUBLISHED,)

    @cached_property
    def others(self):
        mine = self.permission_policy.instances_user_has_permission_for(self.request.user, "publish")
        return mine.close_to(self.object).filter(status__in=self.statuses)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "others": self.others}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            others=self.others,
            second_url=reverse(self.own_url_names["second"], args=(quote(self.object.pk),)),
            **kwargs,
        )


class MergeRunView(JoinView):
    page_title = gettext_lazy("并到别的班")
    header_icon = "arrow-right"
    yes_label = gettext_lazy("并过去，取消这个班，发通知")
    is_serious = True
    log_action = "timetable.merge"
    form_class = MergeRunForm

    def question(self):
        return _(
            "有座位的人都到那个班有座位；候补的人排到那里候补的人后面，先后次序不变。座位不够就一个也不动。这个班随后取消，原因写“并到……”。"
        )

    def change(self, form):
        return services.merge_class_runs(
            self.object, form.cleaned_data["into"], note=form.cleaned_data["note"], user=self.request.user
        )

    def done_words(self):
        return _("“%(run)s”并过去了，每人一条通知。") % {"run": self.object}

    def get_success_url(self):
        return reverse(self.index_url_name)


class SplitRunView(JoinView):
    page_title = gettext_lazy("分成两个班")
    header_icon = "resubmit"
    yes_label = gettext_lazy("就这样分，发通知")
    log_action = "timetable.split"
    form_class = SplitRunForm
    statuses = (ClassRunStatus.PUBLISHED, ClassRunStatus.DRAFT)

    def question(self):
        return _(
            "一部分人到另一个班，座位都留好：按报名先后，或者指定哪些人。座位不够就一个也不动。原来的候补名单不动。"
        )

    def change(self, form):
        values = {name: form.cleaned_data[name] for name in ("into", "keep", "receipts", "note")}
        return services.split_class_run(self.object, **values, user=self.request.user)

    def done_words(self):
        return _("“%(run)s”分好了，过去的人每人一条通知。") % {"run": self.object}
