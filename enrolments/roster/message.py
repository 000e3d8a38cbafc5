"""通知全班: write, look at it as the residents will, send once."""

import uuid

from django import forms
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from accounts.services.access import note_opened
from accounts.services.notices import sms_words, ways
from core.errors import DomainError
from core.waking import awake, next_waking
from enrolments.models import ClassMessage
from enrolments.notices import message_title
from enrolments.reach import reach_of
from enrolments.roster.frame import REFUSED, WRONG, OneRunView, by_name
from enrolments.services.core import counter
from enrolments.services.messages import MOST_A_DAY, checked_words, receivers, send_message


class MessageForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("标题"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("最多 30 个字。短信里只有课名和标题，例如：下次带剪刀、周五交作品。"),
    )
    text = forms.CharField(
        label=gettext_lazy("内容"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("最多 500 个字，全班看到的一样。不写任何学员的姓名、电话和身体情况。"),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean(self):
        data = super().clean()
        try:
            data["title"], data["text"] = checked_words(data.get("title", ""), data.get("text", ""))
        except DomainError as error:
            self.add_error(error.code, error.message)
        return data


class MessageView(OneRunView):
    template_name = "enrolments/admin/roster_message.html"
    page_title = gettext_lazy("通知全班")

    def get(self, request, pk):
        return self.written(MessageForm(initial={"key": uuid.uuid4()}))

    def post(self, request, pk):
        form = MessageForm(request.POST)
        if not form.is_valid():
            return self.written(form, status=WRONG)
        if request.POST.get("do") == "edit":
            return self.written(form)
        if request.POST.get("do") != "send" or not form.cleaned_data["key"]:
            return self.preview(form)
        data = form.cleaned_data
        try:
            sent, is_new = send_message(self.run, data["title"], data["text"], counter(request.user), data["key"])
        except DomainError as error:
            return self.written(form, status=REFUSED, error=error.message)
        if is_new:
            messages.success(
                request, _("已通知 %(people)d 人：%(title)s") % {"people": sent.people, "title": sent.title}
            )
        else:
            messages.info(request, _("这一条刚才已经发过，没有再发一次。"))
        return redirect("roster:message", pk)

    def written(self, form, status=200, error=""):
        return self.page(
            status=status,
            form=form,
            error=error,
            count=receivers(self.run).count(),
            most=MOST_A_DAY,
            sent=ClassMessage.objects.filter(class_run=self.run).select_related("sent_by")[:20],
        )

    def preview(self, form):
        people = [claim.resident for claim in by_name(receivers(self.run).select_related("resident__user"))]
        readable, texted, mailed = ways(people)
        missed = [person for person in people if person.pk not in readable | texted | mailed]
        note_opened(self.request, missed, minors_only=True)
        title, now = message_title(self.run, form.cleaned_data["title"]), timezone.now()
        return self.page(
            form=form,
            preview=title,
            text=form.cleaned_data["text"],
            key=form.cleaned_data["key"] or uuid.uuid4(),
            sms=sms_words(title),
            count=len(people),
            readable=len(readable),
            texted=len(texted),
            missed=missed,
            reveals=_reveals(form.cleaned_data["title"] + form.cleaned_data["text"], people),
            leaves_at=None if awake(now) else next_waking(now),
        )


def _reveals(words, people):
    """Return the names of those in the class whose name or number stands in ``words``: everybody would read it."""
    reach = reach_of(people)
    found = []
    for person in people:
        number = reach[person.pk].number
        if (len(person.name) > 1 and person.name in words) or (number and number in words):
            found.append(person.name)
    return found
