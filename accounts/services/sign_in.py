"""The residents' door, as a service: a code goes to a telephone, comes back, and opens a login.

Nothing is written to the database until a code was right, so that known and unknown numbers
walk the same path and a mistyped number leaves no trace. The code waits in the visitor's own
session, as a hash; tries and sends are counted in the cache, where one session cannot reset them.
"""

import math
import secrets
import time
import unicodedata
from datetime import timedelta
from importlib import import_module

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts import sms
from accounts.enums import ConsentPurpose
from accounts.limits import DAY, Cap, Pause, count
from accounts.models import User
from accounts.services.consents import give_consent
from core.errors import DomainError

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
STATE = "sign_in"
DIGITS = 6
LIFETIME = 5 * 60  # seconds a code is good for
TRIES = 5
BETWEEN_SENDS = Pause("code-pause", 60)
PER_PHONE = Cap("code-phone", 10, DAY)
#: A class of forty and their neighbours sign in through one Wi-Fi; a robot does not get far.
PER_ADDRESS = Cap("code-address", 200, 3600)
TRIES_PER_ADDRESS = Cap("code-tries", 600, 3600)
SESSION = 30 * DAY


class TooOftenError(DomainError):
    """Asked for too often. ``wait`` is in seconds."""

    def __init__(self, code, message, wait):
        super().__init__(code, message)
        self.wait = wait


def pending(session):
    """Return what this visitor's session waits for: phone, at, id, code (a hash), next; or None."""
    return session.get(STATE)


def wait_before_resend(session):
    """Return the seconds until this visitor may ask for another code."""
    state = pending(session)
    return max(0, math.ceil(state["at"] + BETWEEN_SENDS.seconds - time.time())) if state else 0


@sensitive_variables()
def send_code(session, phone, address, next_url=""):
    """Send a fresh code to ``phone`` (E.164) and remember it in ``session``; the one before is void.

    ``address`` is the visitor's IP address. Raises TooOftenError (``pause``, ``phone_cap``, ``address_cap``) and
    what sms.send raises; then an earlier code stays good.
    """
    _take_turn(phone, address)
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    try:
        sms.send(phone, sms.CODE, {"code": code, "minutes": LIFETIME // 60})
    except DomainError:
        BETWEEN_SENDS.release(phone)
        raise
    number = secrets.token_hex(8)
    session[STATE] = {"phone": phone, "id": number, "code": _hash(number, code), "at": time.time(), "next": next_url}


def _take_turn(phone, address):
    if wait := BETWEEN_SENDS.take(phone):
        raise TooOftenError("pause", _("验证码刚刚发过。请等 %(wait)s 秒再要新的。") % {"wait": wait}, wait)
    if wait := PER_ADDRESS.take(address):
        BETWEEN_SENDS.release(phone)
        minutes = math.ceil(wait / 60)
        text = _("您这里的网络要验证码的人太多了。请过 %(minutes)s 分钟再试。") % {"minutes": minutes}
        raise TooOftenError("address_cap", text, wait)
    if wait := PER_PHONE.take(phone):
        BETWEEN_SENDS.release(phone)
        text = _("这个号码今天已经要了 %(count)s 次验证码，明天才能再要。") % {"count": PER_PHONE.amount}
        raise TooOftenError("phone_cap", text, wait)


@sensitive_variables()
def check_code(session, typed, address):
    """Return the phone whose code was ``typed``. Raises DomainError ``lost``, ``expired``, ``tries`` or ``wrong``.

    A code is good once: the caller admits the visitor, which ends the wait.
    """
    state = pending(session)
    if state is None:
        raise DomainError("lost", _("等得太久，刚才的步骤没有了。请再要一次验证码。"))
    if time.time() - state["at"] > LIFETIME:
        raise DomainError("expired", _("这个验证码已经过了 5 分钟，不能用了。请点“重新发送”要一个新的。"))
    if wait := TRIES_PER_ADDRESS.take(address):
        minutes = math.ceil(wait / 60)
        text = _("您这里的网络试错太多次了。请过 %(minutes)s 分钟再试。") % {"minutes": minutes}
        raise TooOftenError("address_tries", text, wait)
    tried = count(f"code-tries:{state['id']}", LIFETIME + 60)  # before looking: two at once are two tries
    right = constant_time_compare(state["code"], _hash(state["id"], digits_of(typed)))
    if tried > TRIES or (tried == TRIES and not right):
        raise DomainError("tries", _("试了 5 次都不对，这个验证码作废了。请点“重新发送”要一个新的。"))
    if not right:
        text = _("验证码不对，还可以试 %(left)s 次。请对照短信再看一遍。") % {"left": TRIES - tried}
        raise DomainError("wrong", text)
    return state["phone"]


def admit(request, phone):
    """Sign in the login of ``phone`` on ``request``, made if it is new; return the response that leads on.

    What the visitor's session holds stays (Django changes its key only). Raises DomainError ``staff`` or ``closed``.
    """
    state = pending(request.session) or {}
    user = open_login(phone)
    request.session.pop(STATE, None)
    response = perform_login(request, user, redirect_url=state.get("next") or None)
    request.session.set_expiry(SESSION)
    return response


@transaction.atomic
def open_login(phone):
    """Return the verified login of ``phone`` with its consent on record. Call it only after the code was right."""
    user, created = User.objects.get_or_create(phone=phone, defaults={"username": random_username()})
    if user.has_perm("wagtailadmin.access_admin"):
        raise DomainError("staff", _("这个号码属于工作人员，请从工作人员入口用密码登录。"))
    if not user.is_active:
        raise DomainError("closed", _("这个账号已经停用。请到窗口办理，或打咨询电话问一问。"))
    if created:
        user.set_unusable_password()
    if not user.phone_verified:
        user.phone_verified = True
        user.save(update_fields=["password", "phone_verified"])
    give_consent(ConsentPurpose.ACCOUNT, user=user)
    return user


def purge_unverified(now=None):
    """Delete logins whose phone was never proved, older than a day, that nobody uses; return how many."""
    now = now or timezone.now()
    stale = User.objects.filter(
        phone__isnull=False,
        phone_verified=False,
        last_login=None,
        date_joined__lt=now - timedelta(days=1),
        resident=None,
        guardianships=None,
        groups=None,
        is_superuser=False,
    )
    return stale.delete()[1].get(User._meta.label, 0)


@transaction.atomic
def reset_second_factor(user):
    """Take every factor and recovery code of ``user`` away, and end the sessions in which they were shown."""
    Authenticator.objects.filter(user=user).delete()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            SessionStore(session.session_key).delete()  # from the cache too, where sessions live in one


def random_username():
    """Return a username that says nothing about the person."""
    return f"r-{secrets.token_hex(10)}"


def digits_of(typed):
    """Return the digits in ``typed``: full-width ones, spaces and dashes come with copying."""
    return "".join(character for character in unicodedata.normalize("NFKC", typed) if character in "0123456789")


def _hash(number, code):
    return salted_hmac(f"accounts.sign_in:{number}", code).hexdigest()
