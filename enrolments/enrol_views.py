"""The way to a place: one question per screen, a page to confirm, a plain reason for every "no".

Every answer is kept in the resident's record at once, so that the way can be left and taken up
again; what is typed while the session is gone waits in the new one (``drafts``).
"""

import uuid

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.enums import ConsentPurpose
from accounts.models import Resident
from accounts.services.consents import give_consent, has_consent
from accounts.services.people import add_own_resident, update_resident
from core.errors import DomainError
from enrolments import forms
from enrolments.alternatives import alternatives
from enrolments.enums import Route, Status
from enrolments.models import Enrolment
from enrolments.rules import ASKS, Facts, in_the_window, offered_at_all, refusals
from enrolments.selectors import draw_stage, live_claims, load_facts
from enrolments.services import places
from enrolments.services.core import online, with_words
from timetable.enums import EnrolMode
from timetable.models import Audience, ClassRun

#: The question that answers what a rule asks for.
QUESTIONS = {
    "name": forms.NameForm,
    "birth": forms.BirthForm,
    "home": forms.HomeForm,
    "relative": forms.RelativeForm,
}
ASKED_BY = {"needs_birth_month": "birth", "needs_home": "home", "relative": "relative"}
#: The request was understood and cannot be done: the state of the class or the person stands against it.
REFUSED = 409
#: Characters of one answer that are kept while somebody signs in.
LONGEST_DRAFT = 100


@never_cache
def enrol(request, code):
    """/enrol/<code>/: the next question, or the page to confirm, or why not."""
    run = _run(code, posted=request.method == "POST")
    if not request.user.is_authenticated:
        closed = _closed_to_all(run)
        if closed and request.method != "POST":
            return _refusal_page(request, run, [closed])
        _keep_draft(request, run)
        return redirect_to_login(request.get_full_path())
    by = online(request.user)
    people = list(Resident.objects.of(request.user))
    person = _chosen(request, people)
    if request.method == "POST":
        return _answered(request, run, by, people, person)
    if not people:
        return _question(request, run, "name")
    if person is None:
        return _who(request, run, people)
    return _next(request, run, by, people, person)


def _run(code, posted):
    """The public run; an answer needs few words of its page, and they come in a rush when a class opens."""
    if "\0" in code:  # PostgreSQL refuses such text with an error, not with an empty answer
        raise Http404
    wide = ClassRun.objects.select_related("learning", "centre", "room", "term", "prerequisite")
    runs = with_words() if posted else wide
    run = runs.public().filter(code=code).first()
    if run is None:
        raise Http404
    return run


def _closed_to_all(run):
    """What keeps everybody out, before anybody has said who they are."""
    facts = Facts(resident=Resident(), run=run, route=Route.ONLINE, now=timezone.now(), draw_stage=draw_stage(run))
    return offered_at_all(facts) or in_the_window(facts)


def _chosen(request, people):
    wanted = request.POST.get("person") or request.GET.get("person") or ""
    if wanted:
        return next((person for person in people if str(person.pk) == wanted), None)
    return people[0] if len(people) == 1 else None


def _here(run, person=None):
    address = reverse("enrolments:enrol", args=[run.code])
    return f"{address}?person={person.pk}" if person else address


# ------------------------------------------------------------------ drafts


def _draft_name(run):
    return f"enrol-draft-{run.pk}"


def _keep_draft(request, run):
    """Keep what somebody sent while signed out, until it is saved; the sign-in takes the session's content along."""
    if request.method == "POST":
        names = {name for form_class in (*QUESTIONS.values(), forms.ConfirmForm) for name in form_class.base_fields}
        typed = {name: request.POST[name][:LONGEST_DRAFT] for name in names - {"key"} if name in request.POST}
        request.session[_draft_name(run)] = typed


def _drop_draft(request, run):
    request.session.pop(_draft_name(run), None)


def _initial(request, run, form_class):
    draft = request.session.get(_draft_name(run), {})
    return {name: draft[name] for name in form_class.base_fields if name in draft}


# ------------------------------------------------------------------ pages


def _who(request, run, people):
    return render(request, "enrolments/enrol_who.html", {"run": run, "people": people})


def _question(request, run, question, person=None, form=None, status=200):
    form_class = QUESTIONS[question]
    form = form or form_class(initial=_initial(request, run, form_class))
    context = {"run": run, "question": question, "form": form, "person": person, "title": form_class.title}
    return render(request, "enrolments/enrol_question.html", context, status=status)


def _next(request, run, by, people, person, form=None, error=None):
    """The question still open for ``person``, the refusals, or the page to confirm."""
    claims = live_claims(person)
    mine = next((claim for claim in claims if claim.class_run_id == run.pk), None)
    if mine is not None and not (mine.status == Status.WAITING and run.places_left):
        return redirect("enrolments:enrolment", mine.receipt)
    facts = load_facts(person, run, by, timezone.now(), claims)
    found = list(refusals(facts))
    final = [refusal for refusal in found if refusal.code not in ASKS]
    if final:
        return _refusal_page(request, run, final, people, person, by)
    for refusal in found:
        if refusal.code in ASKED_BY:
            return _question(request, run, ASKED_BY[refusal.code], person)
    return _confirm(request, run, by, people, person, form, error)


def _confirm(request, run, by, people, person, form=None, error=None):
    family = _family_entry(run, people)
    initial = {"key": uuid.uuid4(), "wait": True, **_initial(request, run, forms.ConfirmForm)}
    form = form or forms.ConfirmForm(initial=initial, family=family)
    context = {
        "run": run,
        "person": person,
        "people": people,
        "form": form,
        "error": error,
        "others": alternatives(run, person, by) if error or run.places_left == 0 else [],
        "family": family,
        "ask_texting": not has_consent(ConsentPurpose.TEXTING, resident=person),
        "audiences": Audience.objects.filter(learning_pages=run.learning_id) if run.audience_only else [],
    }
    return render(request, "enrolments/enrol_confirm.html", context, status=REFUSED if error else 200)


def _family_entry(run, people):
    """An entry of the same family in this run's draw, to draw together with."""
    if run.mode != EnrolMode.DRAW:
        return None
    entries = Enrolment.objects.filter(class_run=run, resident__in=people, status=Status.ENTERED)
    return entries.select_related("resident").order_by("pk").first()


def _refusal_page(request, run, found, people=(), person=None, by=None, status=200):
    context = {
        "run": run,
        "refusals": found,
        "person": person,
        "people": [other for other in people if person is None or other.pk != person.pk],
        "others": alternatives(run, person, by),
    }
    return render(request, "enrolments/enrol_refused.html", context, status=status)


# ------------------------------------------------------------------ answers


def _answered(request, run, by, people, person):
    question = request.POST.get("question", "")
    if question == "confirm" and person is not None:
        return _confirmed(request, run, by, people, person)
    if question not in QUESTIONS or (person is None and question != "name"):
        return redirect(_here(run))
    form = QUESTIONS[question](request.POST)
    if form.is_valid():
        try:
            person = _save_answer(request.user, question, person, form.cleaned_data)
            _drop_draft(request, run)
            return redirect(_here(run, person))
        except DomainError as error:
            if error.code == "already":  # a second click on the same screen
                return redirect(_here(run))
            form.add_error(error.code if error.code in form.fields else None, error.message)
    return _question(request, run, question, person, form, status=422)


def _save_answer(user, question, person, answer):
    if question == "name":
        return add_own_resident(user, name=answer["name"], consent=answer["consent"])
    fields = {
        "birth": ("birth_month",),
        "home": ("street", "neighbourhood", "outside_district"),
        "relative": ("contact_name", "contact_phone"),
    }[question]
    return update_resident(user, person, **{name: answer[name] for name in fields})


def _confirmed(request, run, by, people, person):
    family = _family_entry(run, people)
    form = forms.ConfirmForm(request.POST, family=family)
    if not form.is_valid():
        return redirect(_here(run, person))
    answer = form.cleaned_data
    if answer["texting"]:
        give_consent(ConsentPurpose.TEXTING, resident=person)
    try:
        enrolment = places.enrol(
            person,
            run,
            by,
            wait=answer["wait"],
            health=answer["health"],
            audience=answer["audience"],
            request_key=answer["key"],
            together_with=family if answer["together"] else None,
        )
    except DomainError as error:
        run.refresh_from_db()
        if error.code in ASKED_BY:
            return redirect(_here(run, person))
        return _confirm(request, run, by, people, person, form, error)
    _drop_draft(request, run)
    return redirect("enrolments:enrolment", enrolment.receipt)
