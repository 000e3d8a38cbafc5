"""Text messages: what leaves the house, signed, and what never appears in a log."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from accounts import sms
from core.errors import DomainError

PHONE = "+8613800138000"
PARAMS = {"code": "482913", "minutes": 5}


class Gateway(HTTPServer):
    """A district's gateway that answers ``status`` and remembers what it was asked."""

    status = 200

    def __init__(self):
        super().__init__(("127.0.0.1", 0), GatewayHandler)
        self.requests = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/send?account=7"


class GatewayHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers, body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway(settings):
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.SMS_BACKEND = "accounts.sms.webhook"
    settings.SMS_WEBHOOK_URL = server.url
    settings.SMS_WEBHOOK_SECRET = "shared"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_one_signed_post_with_template_and_values(gateway):
    sms.send(PHONE, sms.CODE, PARAMS)
    [(path, headers, body)] = gateway.requests
    assert path == "/send?account=7"
    sent = json.loads(body)
    assert sent.pop("id")
    assert sent == {"phone": PHONE, "template": "code", "params": PARAMS}
    assert headers["X-Signature"] == sms.signature("shared", headers["X-Timestamp"], body)
    assert headers["X-Signature"] != sms.signature("other", headers["X-Timestamp"], body)
    assert headers["X-Signature"] != sms.signature("shared", headers["X-Timestamp"], body + b" ")


def test_each_message_has_a_number_of_its_own(gateway):
    """The gateway can tell a repetition from a second message."""
    for _time in range(2):
        sms.send(PHONE, sms.CODE, PARAMS)
    assert len({json.loads(body)["id"] for _path, _headers, body in gateway.requests}) == 2


@pytest.mark.parametrize("status", [302, 400, 403, 500])
def test_a_gateway_that_refuses_is_reported_without_the_number(gateway, status, caplog):
    gateway.status = status
    with pytest.raises(DomainError, match="窗口") as caught:
        sms.send(PHONE, sms.CODE, PARAMS)
    assert caught.value.code == "sms_failed"
    assert len(gateway.requests) == 1, "no redirect is followed"
    assert str(status) in caplog.text
    assert "13800138000" not in caplog.text
    assert "482913" not in caplog.text


def test_a_gateway_that_is_gone_is_reported_without_the_number(settings, caplog):
    settings.SMS_BACKEND = "accounts.sms.webhook"
    settings.SMS_WEBHOOK_URL = "http://127.0.0.1:1/"
    settings.SMS_WEBHOOK_SECRET = "shared"
    with pytest.raises(DomainError, match="没有发出去") as caught:
        sms.send(PHONE, sms.CODE, PARAMS)
    assert caught.value.__suppress_context__, "a traceback would show the request"
    assert "ConnectionRefusedError" in caplog.text
    assert "13800138000" not in caplog.text


def test_the_console_prints_the_sentence_and_logs_nothing(settings, capsys, caplog):
    caplog.set_level(logging.DEBUG)
    settings.SMS_BACKEND = "accounts.sms.console"
    sms.send(PHONE, sms.CODE, PARAMS)
    printed = capsys.readouterr().out
    assert PHONE in printed
    assert "验证码 482913，5 分钟内有效" in printed
    assert caplog.text == ""


def test_a_notice_and_eleven_digits(settings):
    sms.send("138 0013 8000", sms.NOTICE, {"text": "书法班改到周三。"})
    assert sms.outbox == [(PHONE, "notice", {"text": "书法班改到周三。"})]
    assert sms.sentence(sms.NOTICE, {"text": "书法班改到周三。"}).endswith("书法班改到周三。")


@pytest.mark.parametrize("phone", ["0510-82700000", "", "abc"])
def test_a_number_that_takes_no_messages(phone):
    with pytest.raises(DomainError) as caught:
        sms.send(phone, sms.NOTICE, {"text": "…"})
    assert caught.value.code == "not_mobile"
    assert sms.outbox == []


def test_an_unknown_template_is_a_mistake_of_ours():
    with pytest.raises(LookupError):
        sms.send(PHONE, "greeting", {})


def test_without_a_gateway_the_truth_is_said(settings):
    settings.SMS_BACKEND = "accounts.sms.not_connected"
    with pytest.raises(DomainError, match="短信还没有接通，请到窗口办理"):
        sms.send(PHONE, sms.CODE, PARAMS)


class TestProduction:
    """Started as it would be, without and with a gateway."""

    def backend(self, **variables):
        from tests.test_house import PRODUCTION, ROOT, python

        code = "from django.conf import settings; print(settings.SMS_BACKEND, settings.STAFF_MFA_REQUIRED)"
        return python("-c", code, PYTHONPATH=f"{ROOT}:{ROOT / 'site'}", **PRODUCTION, **variables)

    def test_refuses_to_send_but_starts(self):
        assert self.backend().stdout.split() == ["accounts.sms.not_connected", "True"]

    def test_uses_the_gateway(self):
        found = self.backend(SMS_WEBHOOK_URL="https://sms.example.cn/send", SMS_WEBHOOK_SECRET="shared")
        assert found.stdout.split() == ["accounts.sms.webhook", "True"]

    @pytest.mark.parametrize(
        ("variables", "missing"),
        [
            ({"SMS_WEBHOOK_URL": "https://sms.example.cn/send"}, "SMS_WEBHOOK_SECRET"),
            ({"SMS_WEBHOOK_URL": "http://sms.example.cn/send", "SMS_WEBHOOK_SECRET": "shared"}, "SMS_WEBHOOK_URL"),
        ],
    )
    def test_does_not_start_half_connected(self, variables, missing):
        stopped = self.backend(**variables)
        assert stopped.returncode != 0
        assert missing in stopped.stderr
        assert "Traceback" not in stopped.stderr
