"""Sign in as a resident does: through the two forms, with the code from the telephone."""

from django.urls import reverse

from accounts import sms


def last_code():
    """Return the code of the newest text message."""
    _phone, _template, params = sms.outbox[-1]
    return params["code"]


def ask(client, phone, **data):
    """Post the number and return the response."""
    return client.post(reverse("account_login"), {"phone": phone, **data})


def answer(client, code, **data):
    """Post the code and return the response."""
    return client.post(reverse("sign_in_code"), {"code": code, **data})


def sign_in(client, phone="138 0013 8000", next_url=""):
    """Sign ``client`` in and return the response that leads on."""
    asked = ask(client, phone, next=next_url)
    assert asked.status_code == 302, asked.content.decode()
    return answer(client, last_code(), next=next_url)
