"""The residents' door on screen: a page for the number, a page for the code, a page to leave by."""

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms import CodeForm, PhoneForm
from accounts.phones import shown
from accounts.services import sign_in
from core.errors import DomainError

#: After these the code on the telephone is worth nothing: the page offers a new one first.
SPENT = {"expired", "tries"}
TOO_MANY, UNAVAILABLE = 429, 503


def safe_next(request):
    """Return where the visitor wanted to go, if it is on this site; else an empty string."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here else ""


def with_next(name, address):
    """Return the address of view ``name`` that carries ``address`` along."""
    return f"{reverse(name)}?{urlencode({'next': address})}" if address else reverse(name)


def address_of(request):
    return get_adapter().get_client_ip(request)


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class PhoneView(View):
    """手机号."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            return redirect(safe_next(request) or get_adapter().get_login_redirect_url(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        state = sign_in.pending(request.session)
        initial = {"phone": shown(state["phone"])} if state else {}
        return self.page(request, PhoneForm(initial=initial))

    def post(self, request):
        form = PhoneForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        phone, onward = form.cleaned_data["phone"], safe_next(request)
        state = sign_in.pending(request.session)
        just_sent = state and state["phone"] == phone and sign_in.wait_before_resend(request.session)
        if just_sent:  # a double click, or the back button: the code is on its way already
            request.session[sign_in.STATE] = {**state, "next": onward or state["next"]}
        else:
            try:
                sign_in.send_code(request.session, phone, address_of(request), onward)
            except DomainError as error:
                return refused(request, error) or self.page(request, form, error)
        return redirect(with_next("sign_in_code", onward))

    def page(self, request, form, error=None):
        if error:
            form.add_error("phone", error.message)
        context = {"form": form, "next": safe_next(request), "door": True}
        return render(request, "account/sign_in.html", context, status=status_of(error))


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class CodeView(View):
    """验证码. The number stands in the form, not in the address: a lost session goes back with it filled in."""

    def get(self, request):
        if request.user.is_authenticated or not sign_in.pending(request.session):
            return redirect(with_next("account_login", safe_next(request)))
        return self.page(request, CodeForm())

    def post(self, request):
        if request.user.is_authenticated:
            return redirect(with_next("account_login", safe_next(request)))
        if not sign_in.pending(request.session):
            return self.start_again(request)
        if request.POST.get("action") == "resend":
            return self.resend(request)
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        try:
            phone = sign_in.check_code(request.session, form.cleaned_data["code"], address_of(request))
            return sign_in.admit(request, phone)
        except DomainError as error:
            return self.page(request, form, error)

    def resend(self, request):
        state = sign_in.pending(request.session)
        try:
            sign_in.send_code(request.session, state["phone"], address_of(request), state["next"])
        except DomainError as error:
            return refused(request, error) or self.page(request, CodeForm(), error)
        return redirect(with_next("sign_in_code", state["next"]))

    def start_again(self, request):
        data = {"phone": request.POST.get("phone", "")}
        form = PhoneForm(data if data["phone"] else None)
        context = {"form": form, "next": safe_next(request), "lost": True, "door": True}
        return render(request, "account/sign_in.html", context)

    def page(self, request, form, error=None):
        state = sign_in.pending(request.session)
        if error and form.is_bound:
            form.add_error("code", error.message)
        context = {
            "form": form,
            "door": True,
            "phone": shown(state["phone"]),
            "next": state["next"],
            "wait": sign_in.wait_before_resend(request.session),
            "error": error if not form.is_bound else None,
            "spent": bool(error) and error.code in SPENT,
        }
        return render(request, "account/sign_in_code.html", context, status=status_of(error))


@never_cache
def leave(request):
    """退出. The browser is told to throw away what the site has put by: drafts, the kept timetable (paper-and-offline.md)."""
    response = account.logout(request)
    return forgotten(response) if request.method == "POST" else response


def forgotten(response):
    """Let ``response`` clear the site's stores on this phone. Old browsers ignore it: js/drafts.js and sw.js do it there."""
    response["Clear-Site-Data"] = '"storage"'
    return response


def refused(request, error):
    """Return a page of its own for a refusal that lasts; None for a pause of a minute, which belongs to the form."""
    if not isinstance(error, sign_in.TooOftenError) or error.code == "pause":
        return None
    response = render(request, "429.html", {"message": error.message}, status=TOO_MANY)
    response["Retry-After"] = str(error.wait)
    return response


def status_of(error):
    """What was typed wrong is answered with 200; a limit with 429, a gateway that is off with 503."""
    if isinstance(error, sign_in.TooOftenError):
        return TOO_MANY
    return UNAVAILABLE if error and error.code in {"sms_off", "sms_failed"} else 200
