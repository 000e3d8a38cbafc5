"""Public pages about personal data: the rules, the children's rules (PIPL art. 31), and the word after erasing."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.consents import TEXTS, VERSION
from accounts.enums import ConsentPurpose
from accounts.retention import RETENTION


@require_safe
def rules(request):
    return render(
        request, "accounts/privacy.html", {"texts": TEXTS.values(), "retention": RETENTION, "version": VERSION}
    )


@require_safe
def children(request):
    context = {"text": TEXTS[ConsentPurpose.CHILD], "retention": RETENTION, "version": VERSION}
    return render(request, "accounts/privacy_children.html", context)


@require_safe
def erased(request):
    return render(request, "accounts/erased.html")
