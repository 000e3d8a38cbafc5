"""Text messages out of the house: one function, four ways to send. Never logs a number, a code or a text.

``settings.SMS_BACKEND`` names the way, a function ``(phone, template, params)``:
``console`` (development) prints the sentence, ``memory`` (tests) keeps it, ``webhook`` (production) posts it to
the district's gateway, ``not_connected`` refuses with a sentence. Operators send approved templates only, so
a gateway gets a template's name and its values, not a text. docs/mechanisms/sign-in.md has the contract.
"""

import hashlib
import hmac
import json
import logging
import sys
import time
import uuid
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.phones import normalise
from core.errors import DomainError

logger = logging.getLogger(__name__)

CODE, NOTICE = "code", "notice"
#: What the approved template of that name reads like; the console and the tests show it.
TEMPLATES = {
    CODE: "登录验证码 {code}，{minutes} 分钟内有效。工作人员不会向您要验证码，请不要告诉别人。",
    NOTICE: "{text}",
}
TIMEOUT = 5  # seconds; the resident waits for the answer

#: What the memory backend took: (phone, template, params).
outbox = []


@sensitive_variables()
def send(phone, template, params):
    """Send ``template`` with ``params`` to ``phone`` (E.164 or 11 digits; the backend gets E.164).

    Raises DomainError ``sms_off`` where no gateway is connected, ``sms_failed`` where it did not take the message,
    ``not_mobile`` for a number that receives none.
    """
    if template not in TEMPLATES:
        raise LookupError(template)
    try:
        number = normalise(phone)
    except ValidationError:
        raise DomainError("not_mobile", _("这个号码收不到短信。")) from None
    import_string(settings.SMS_BACKEND)(number, template, params)


def sentence(template, params):
    """Return the text a telephone would show."""
    return f"【{settings.WAGTAIL_SITE_NAME}】{TEMPLATES[template].format(**params)}"


def console(phone, template, params):
    """Development: the terminal is the telephone."""
    sys.stdout.write(f"\n短信 → {phone}\n{sentence(template, params)}\n\n")
    sys.stdout.flush()


def memory(phone, template, params):
    """Tests."""
    outbox.append((phone, template, params))


def not_connected(phone, template, params):
    """Production without a gateway: a true sentence instead of a code that never comes."""
    raise DomainError("sms_off", _("短信还没有接通，请到窗口办理。"))


@sensitive_variables()
def webhook(phone, template, params):
    """Production: one signed POST to the district's gateway. No redirects, no retry: the resident asks again."""
    address = urlsplit(settings.SMS_WEBHOOK_URL)
    body = json.dumps({"id": uuid.uuid4().hex, "phone": phone, "template": template, "params": params}).encode()
    at = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Timestamp": at,
        "X-Signature": signature(settings.SMS_WEBHOOK_SECRET, at, body),
    }
    connect = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = connect(address.hostname, address.port, timeout=TIMEOUT)
    try:
        path = f"{address.path or '/'}{'?' + address.query if address.query else ''}"
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        logger.error("SMS gateway: %s", type(error).__name__)
        raise _failed() from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        logger.error("SMS gateway answered %s", status)
        raise _failed()


def signature(secret, at, body):
    """Return the hex HMAC-SHA256 of ``at``, a full stop and ``body``: what the gateway computes to trust a request."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def _failed():
    return DomainError("sms_failed", _("短信没有发出去。请过一会儿再试，或者到窗口办理。"))
