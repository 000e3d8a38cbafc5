"""Demo accounts, one per role, in development only; the door of the admin speaks Chinese."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from accounts.services import DEMO_PASSWORD, create_demo_accounts
from core.errors import DomainError
from core.roles import ROLES
from tests.factories.network import TeachingPointPageFactory

pytestmark = pytest.mark.django_db


def test_refused_outside_development(district, capsys):
    with pytest.raises(CommandError, match="只能在开发环境"):
        call_command("create_demo_accounts")
    with pytest.raises(DomainError):
        create_demo_accounts()
    assert not User.objects.exists()


def test_one_account_per_role_and_street(district, settings, capsys, client):
    settings.DEBUG = True
    for _point in range(2):
        TeachingPointPageFactory(parent=district.street, title="示例教学点")
    call_command("create_demo_accounts")
    printed = capsys.readouterr().out
    usernames = set(User.objects.values_list("username", flat=True))
    assert usernames == {
        "guanliyuan", "qubangongshi", "xueyuan", "shenji", "jiaoshi", "pingshen",
        "qingmingqiao-fuzeren", "qingmingqiao-bianji", "qingmingqiao-chuangkou",
        "qingmingqiao-jiaoxuedian", "qingmingqiao-lianluoren",
        "nanchansi-fuzeren", "nanchansi-bianji", "nanchansi-chuangkou",
    }  # fmt: skip
    assert DEMO_PASSWORD in printed
    assert sum(line.startswith("  ") and "示例" in line for line in printed.splitlines()) == len(ROLES)
    editor = User.objects.get(username="qingmingqiao-bianji")
    assert [group.name for group in editor.groups.all()] == ["清名桥街道·编辑"]
    assert editor.get_full_name() == "示例·清名桥街道编辑"
    assert User.objects.filter(is_superuser=True).get().username == "guanliyuan"
    for username in usernames:
        assert client.login(username=username, password=DEMO_PASSWORD)
        assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_repeating_keeps_a_changed_password_and_restores_the_groups(district, settings):
    settings.DEBUG = True
    create_demo_accounts()
    editor = User.objects.get(username="qingmingqiao-bianji")
    editor.set_password("my own password")
    editor.save()
    editor.groups.clear()
    assert not any(account.created for account in create_demo_accounts())
    editor.refresh_from_db()
    assert editor.check_password("my own password")
    assert editor.groups.count() == 1


def test_without_streets_the_districts_accounts_are_made(db, settings):
    settings.DEBUG = True
    assert {account.role for account in create_demo_accounts()} == {entry.key for entry in ROLES if not entry.per}


def test_the_door_speaks_chinese(db, client):
    html = client.get(reverse("wagtailadmin_login")).content.decode()
    assert 'lang="zh-hans"' in html
    for word in ("登录管理后台", "用户名", "密码", "记住我"):
        assert word in html
    for word in ("Password", "Sign in", "- Wagtail<"):
        assert word not in html
