"""Role by address: every page of the admin is asked for as everybody; it opens to those of the table and to nobody else."""

import pytest
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.enums import AccessKind
from accounts.models import RecordAccess, User
from core.roles import OUTSIDERS, ROLES
from enrolments.counter_claims import SALT
from tests.core.admin_addresses import BULK, furnish, routes
from tests.factories.accounts import member, place_of
from tests.factories.people import GuardianshipFactory, UserFactory

pytestmark = pytest.mark.django_db

LETTERS = {
    "administrator": "A",
    "district_office": "O",
    "college": "C",
    "street_lead": "L",
    "street_editor": "E",
    "counter_clerk": "K",
    "teacher": "T",
    "point_editor": "P",
}

#: Their permissions are compared in test_roles.py; their walk is still to be written into the table.
NOT_YET = {"host_coordinator", "reviewer", "auditor"}

#: Who opens which address about their own street: letters of the roles, then lines of "names' beginnings: endings".
TABLE = """
AOCLEKTP
    -: wagtailadmin_home wagtailadmin_choose_page wagtailadmin_choose_page_child wagtailadmin_choose_page_search
        wagtailadmin_choose_page_chosen_multiple wagtailadmin_choose_page_external_link
        wagtailadmin_choose_page_email_link wagtailadmin_choose_page_phone_link
        wagtailadmin_choose_page_anchor_link wagtailadmin_tag_autocomplete wagtailadmin_tag_model_autocomplete
        wagtailadmin_account wagtailadmin_dismissibles wagtailadmin_sprite wagtailadmin_password_reset
        wagtailadmin_password_reset_done wagtailadmin_password_reset_confirm
        wagtailadmin_password_reset_complete wagtailadmin_javascript_catalog
    wagtailadmin_api:pages: listing
    wagtailadmin_api:documents wagtailadmin_api:images: listing detail
    wagtailadmin_pages: choose_parent move_confirm confirm_workflow_cancellation revisions_index
    wagtailadmin_workflows: task_chooser task_chooser_results task_chooser_create task_chosen
    wagtailadmin_reports: site_history site_history_results
    wagtailadmin_editing_sessions: release
    wagtailembeds: chooser chooser_upload
    course_list event_list: choose_parent
    learning_chooser: choose choose_results
    wagtaildocs_chooser wagtailimages_chooser: choose choose_results chosen_multiple
    bulk: wagtailcore/page/delete wagtailcore/page/move wagtailcore/page/publish wagtailcore/page/unpublish
AOCLEK
    runs: index index_results inspect
AOCLEP
    -: wagtailadmin_explore_root wagtailadmin_explore wagtailadmin_explore_results
    wagtailadmin_pages: type_use type_use_results search search_results
    wagtailadmin_reports: workflow workflow_results workflow_tasks workflow_tasks_results aging_pages
        aging_pages_results page_types_usage page_types_usage_results
    course_list event_list: index index_results
AOCLE
    wagtailadmin_api:pages: detail
    wagtailadmin_pages: usage edit preview_on_edit view_draft delete move copy revisions_view revisions_revert
        revisions_compare workflow_history workflow_history_detail history history_results
    wagtailadmin_editing_sessions: ping
    wagtaildocs: index index_results add edit delete add_multiple edit_multiple delete_multiple document_usage
    wagtailimages: index index_results edit delete preview add image_usage add_multiple edit_multiple
        delete_multiple
    runs: add history history_results copy
    sessions terms calendar_days subjects audiences neighbourhoods landmarks: index index_results inspect
    learning_chooser: chosen
    teachers rooms: index index_results add edit history history_results usage inspect
    resources: index index_results add edit history history_results usage inspect copy
    wagtaildocs_chooser: chosen create
    wagtailimages_chooser: chosen create select_format
AOCL
    synonym_groups stop_words pinned_results learning_wishes: index index_results inspect
    asked search_trial: index
    sessions: history history_results
    teachers rooms resources: delete
AOLE
    wagtailadmin_pages: add preview_on_add add_subpage
OLKT
    roster: index session run list
AOC
    synonym_groups stop_words pinned_results: add edit delete history history_results usage
    terms calendar_days subjects audiences: add edit history history_results usage
AOL
    wagtailadmin_pages: set_page_position workflow_action collect_workflow_action_data set_privacy
        revisions_unschedule
    draw_desk: index run
    runs: edit delete usage publish cancel
    sessions: edit usage cancel
    neighbourhoods landmarks: add edit delete history history_results usage
OLK
    roster: certificate
    counter: index find person claim slip
AO
    -: district_import district_import_preview
    wagtailsettings: edit edit+
    learning_wishes: delete history history_results
    terms calendar_days subjects audiences: delete
    record_access data_openings: index index_results
A
    wagtailadmin_pages: lock unlock
    wagtailadmin_collections: index add edit delete set_privacy
    wagtailadmin_workflows: index index_results add enable disable edit usage usage_results remove remove+
        add_task select_task_type task_index task_index_results edit_task disable_task enable_task
    wagtailadmin_reports: locked_pages locked_pages_results
    wagtailredirects: index index_results add edit delete start_import
    learning_wishes: usage
    wagtailsites wagtailusers_users: index index_results add edit delete history history_results usage copy
    wagtailusers_groups: index index_results add edit delete history history_results usage
O
    data_openings: add
nobody
    wagtailadmin_api:pages: find action
    wagtailadmin_api:documents wagtailadmin_api:images: find
    wagtailadmin_pages: unpublish convert_alias workflow_preview
    -: wagtailadmin_block_preview wagtailadmin_login
    wagtailsettings: preview_on_edit
    wagtailsnippets: index
    wagtaildocs: create_multiple_from_uploaded_document delete_upload_multiple
    wagtailimages: url_generator url_generator_output create_multiple_from_uploaded_image delete_upload_multiple
    bulk: core/customimage/add_tags core/customimage/add_to_collection core/customimage/delete
        core/customdocument/add_tags core/customdocument/add_to_collection core/customdocument/delete
        accounts/user/assign_role accounts/user/delete accounts/user/set_active_state
"""
#: In these, people's names are read, so the opening is logged.
PEOPLE = {
    "roster:session",
    "roster:run",
    "roster:list",
    "roster:certificate",
    "counter:person",
    "counter:claim",
    "counter:slip",
}
#: What has to open before anybody is known.
OPEN_DOORS = {
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
}


def expected():
    """Return {name of an address: letters} as written in TABLE."""
    found, letters, line = {}, "", ""
    for text in [*TABLE.strip().splitlines(), "end"]:
        if text.startswith("        "):
            line += " " + text.strip()
            continue
        if line:
            beginnings, endings = line.split(": ")
            for beginning in beginnings.split():
                for ending in endings.split():
                    found[ending if beginning == "-" else f"{beginning}:{ending}"] = letters
        line = text.strip() if text.startswith("    ") else ""
        letters = letters if line else text.strip().replace("nobody", "")
    return found


def user_of(key, district, world):
    entry = next(entry for entry in ROLES if entry.key == key)
    if entry.is_superuser:
        return User.objects.create_superuser("guanli", password="x")
    user = member(key, place_of(entry, district))
    if key == "teacher":
        world.own.rows["teachers"].user = user
        world.own.rows["teachers"].save()
    return user


def addresses(world, user):
    """Yield (name, address): of what belongs to a street, the first one's. The other's are in tests/accounts/test_access.py."""
    for name, (_route, arguments) in routes().items():
        if name == "wagtail_bulk_action":
            continue
        yield name, _address(name.rstrip("+"), arguments, world.own, user)
    for model, actions in BULK.items():
        for action in actions:
            yield f"bulk:{model}/{action}", f"/admin/bulk/{model}/{action}/?id=1"


def _address(name, arguments, street, user):
    values = {argument: street.argument(name, argument) for argument in arguments}
    if name == "counter:person":
        values = {"token": signing.dumps([values["token"].pk, user.pk], salt=SALT)}
    assert None not in values.values(), f"{name} has a new argument: give it a value in admin_addresses.py {values}"
    return reverse(name, kwargs={key: getattr(value, "pk", value) for key, value in values.items()})


def ask(client, address):
    """Get ``address``, or post to it where it takes nothing else; what that changes is taken back."""
    with transaction.atomic():
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address)
        seen = set(RecordAccess.objects.filter(kind=AccessKind.OPENED).values_list("resident_number", flat=True))
        transaction.set_rollback(True)
    return response, seen


def is_refused(response):
    home, login = reverse("wagtailadmin_home"), reverse("wagtailadmin_login")
    away = response.status_code == 302 and (response.url == home or response.url.startswith(login))
    return away or response.status_code in (403, 404)


@pytest.fixture
def unpainted(monkeypatch):
    """What is asked here is who may open a page, not how it looks: drawing it is nine tenths of the time."""
    monkeypatch.setattr("django.template.response.SimpleTemplateResponse.rendered_content", "")


def test_every_role_and_every_address_is_in_the_table():
    assert set(LETTERS) | NOT_YET == {entry.key for entry in ROLES}
    bulk = {f"bulk:{model}/{action}" for model, actions in BULK.items() for action in actions}
    assert set(expected()) == (set(routes()) - {"wagtail_bulk_action"}) | bulk


@pytest.mark.parametrize("key", LETTERS)
def test_these_addresses_and_no_more(district, client, unpainted, key):
    world, letter, table = furnish(district), LETTERS[key], expected()
    user = user_of(key, district, world)
    client.force_login(user)
    wrong = []
    for name, address in addresses(world, user):
        response, seen = ask(client, address)
        opened = not is_refused(response)
        may = letter in table[name]
        if opened is not may or response.status_code >= 500:
            wrong.append((name, response.status_code, "may" if may else "may not"))
        if name in PEOPLE and opened:
            assert seen, f"{name} was opened and not logged"
    assert not wrong


@pytest.mark.parametrize("key", [None, *(one.key for one in OUTSIDERS if one.key != "visitor")])
def test_outsiders_open_nothing(district, client, unpainted, key):
    world = furnish(district)
    user = UserFactory()
    if key:
        world.people[0].user = user
        world.people[0].save()
        client.force_login(user)
    if key == "proxy":
        GuardianshipFactory(guardian=user, resident=world.minors[0])
    opened = set()
    for name, address in addresses(world, user):
        response, _seen = ask(client, address)
        if not is_refused(response):
            opened.add(name)
    assert opened <= OPEN_DOORS
