"""A second class for those who wait: free rooms and teachers at its hours, one form that makes it as a draft."""

from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import log

from core.errors import DomainError
from core.scoping import choosable
from core.viewsets import put_errors
from network.models import Room
from teachers.models import Teacher
from timetable import services
from timetable.admin_views.decisions import DecisionView
from timetable.forms_whole import SecondChoiceForm, SecondHoursForm
from timetable.models import ClassRun


class SecondRunView(DecisionView):
    """Hours → what is free then → a draft. ``look`` only looks again; what is chosen is checked against what is free now."""

    permission_required = instance_permission = "add"
    template_name = "timetable/admin/second.html"
    page_title = gettext_lazy("加开一个班")
    header_icon = "plus"
    log_action = "wagtail.create"
    form_class = SecondHoursForm

    def get_form_kwargs(self):
        run = ClassRun.objects.get(pk=self.object.pk)
        draft = services.second_run(run)
        hours = {name: getattr(draft, name) for name in SecondHoursForm.Meta.fields}
        return {**super().get_form_kwargs(), "instance": run, "initial": hours}

    def question(self):
        if self.object.places_left == 0:
            sentence = _("已报满，%(waiting)d 人候补；开一个班最少要 %(least)d 人。")
        else:
            sentence = _("这个班还没有报满，%(waiting)d 人候补；开一个班最少要 %(least)d 人。")
        return sentence % {
            "waiting": self.object.waiting,
            "least": self.object.second_minimum,
        }

    def get(self, request, *args, **kwargs):
        form = self.get_form()
        return self._show(form, form.initial, None)

    def form_valid(self, form):
        return self._show(form, form.cleaned_data, None if "look" in self.request.POST else self.request.POST)

    def _show(self, form, hours, chosen):
        """Show what is free at ``hours``; where ``chosen`` holds (posted), make the draft."""
        draft = services.second_run(self.object, **hours)
        try:
            foreseen = services.foresee(draft, [])
        except DomainError as error:
            messages.error(self.request, error.message)
            return self.form_invalid(form)
        rooms, teachers = services.candidates(self.object, foreseen.sessions, *self._usable())
        free = {
            "room": [one.thing for one in rooms if not one.why],
            "teachers": [one.thing for one in teachers if not one.why],
        }
        choice = SecondChoiceForm(chosen, instance=draft, free=free)
        if chosen and choice.is_valid():
            try:
                made = services.open_second(choice.instance, choice.cleaned_data["teachers"])
            except (DomainError, ValidationError) as error:
                put_errors(choice, error)
            else:
                return self._made(made)
        return self.render_to_response(
            self.get_context_data(
                form=form,
                choice=choice,
                foreseen=foreseen,
                taken=[one for one in [*rooms, *teachers] if one.why],
                seconds=self.object.second_runs.select_related("learning").order_by("pk"),
            )
        )

    def _usable(self):
        return tuple(choosable(self.request.user, model.objects.all()) for model in (Room, Teacher))

    def _made(self, run):
        log(instance=run, action=self.log_action, user=self.request.user)
        messages.success(
            self.request,
            _("“%(run)s”建好了，排了 %(count)d 次课，还没有公布。看一遍再公布；公布时按候补次序通知。")
            % {"run": run, "count": run.sessions.taking_place().count()},
        )
        return redirect(reverse(self.edit_url_name, args=(quote(run.pk),)))
