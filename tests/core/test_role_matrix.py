"""Role by address: every page of the admin is asked for as everybody; it opens to those of the table and to nobody else."""

import gc

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

# Wagtail leaves its temporary files to the collector.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:[Uu]nclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

LETTERS = {
    "administrator": "A",
    "district_office": "O",
    "college": "C",
    "street_lead": "L",
    "street_editor": "E",
    "counter_clerk": "K",
    "teacher": "T",
    "point_editor": "P",
    "host_coordinator": "H",
    "reviewer": "R",
    "auditor": "D",
}

#: Who opens which address about their own street: letters of the roles, then lines of "names' beginnings: endings".
TABLE = """
AOCLEKTPHRD
    bulk: core/customdocument/add_tags core/customdocument/add_to_collection core/customdocument/delete
        core/customimage/add_tags core/customimage/add_to_collection core/customimage/delete wagtailcore/page/delete
        wagtailcore/page/move wagtailcore/page/publish wagtailcore/page/unpublish
    course_chooser learning_chooser: choose choose_results
    course_list event_list: choose_parent
    -: editor_guide editor_guide_page wagtailadmin_account wagtailadmin_choose_page wagtailadmin_choose_page_anchor_link
        wagtailadmin_choose_page_child wagtailadmin_choose_page_chosen_multiple wagtailadmin_choose_page_email_link
        wagtailadmin_choose_page_external_link wagtailadmin_choose_page_phone_link wagtailadmin_choose_page_search
        wagtailadmin_dismissibles wagtailadmin_home wagtailadmin_javascript_catalog wagtailadmin_password_reset
        wagtailadmin_password_reset_complete wagtailadmin_password_reset_confirm wagtailadmin_password_reset_done
        wagtailadmin_sprite wagtailadmin_tag_autocomplete wagtailadmin_tag_model_autocomplete
    wagtailadmin_api:documents wagtailadmin_api:images: detail listing
    wagtailadmin_api:pages: listing
    wagtailadmin_editing_sessions: release
    wagtailadmin_pages: choose_parent confirm_workflow_cancellation revisions_index
    wagtailadmin_reports: site_history site_history_results
    wagtailadmin_workflows: task_chooser task_chooser_create task_chooser_results task_chosen
    wagtaildocs_chooser wagtailimages_chooser: choose choose_results chosen_multiple
    wagtailembeds: chooser chooser_upload
AOCLEKD
    runs: index index_results inspect
    feedback_reports: satisfaction satisfaction_results
    desk_reports: fill-rate fill-rate_results waiting waiting_results hours hours_results no-shows no-shows_results
        newcomers newcomers_results
AOCLEK
    -: district_import district_import_preview district_import_runs
AOCLEPH
    course_list event_list: index index_results
    -: wagtailadmin_explore wagtailadmin_explore_results wagtailadmin_explore_root
    wagtailadmin_pages: search search_results type_use type_use_results
    wagtailadmin_reports: aging_pages aging_pages_results page_types_usage page_types_usage_results workflow
        workflow_results workflow_tasks workflow_tasks_results
AOCLEHD
    calendar_days: index index_results inspect
    resources rooms: index index_results
AOCLEH
    rooms: add
AOCLED
    audiences course_awards course_projects landmarks neighbourhoods sessions subjects teachers terms: index
        index_results inspect
    course_board demand: index
    resources rooms: inspect
AOCLE
    course_chooser learning_chooser: chosen
    -: district_import_template
    course_projects: add back edit forward history history_results usage
    resources: add copy edit history history_results usage
    rooms: edit history history_results usage
    runs: add copy copy_term history history_results preview second
    teachers: add edit history history_results usage
    wagtailadmin_api:pages: detail
    wagtailadmin_editing_sessions: ping
    wagtailadmin_pages: copy delete edit history history_results move move_confirm preview_on_edit
        revisions_compare revisions_revert revisions_view usage view_draft workflow_history workflow_history_detail
    wagtaildocs: add add_multiple delete delete_multiple document_usage edit edit_multiple index index_results
    wagtaildocs_chooser: chosen create
    wagtailimages: add add_multiple delete delete_multiple edit edit_multiple image_usage index index_results
        preview
    wagtailimages_chooser: chosen create select_format
AOCLD
    asked search_trial: index
    learning_wishes pinned_results stop_words synonym_groups: index index_results inspect
AOLHD
    closures: index index_results
AOCL
    course_awards: add delete edit history history_results usage
    course_projects resources rooms teachers: delete
    sessions: history history_results
    wagtailadmin_pages: collect_workflow_action_data workflow_action
AOLE
    wagtailadmin_pages: add add_subpage preview_on_add
AOLH
    closures: add
AOLD
    closures: inspect
OLKT
    roster: export index list message notes papers phone run session
AOC
    audiences calendar_days subjects terms: add edit history history_results usage
    pinned_results stop_words synonym_groups: add delete edit history history_results usage
AOL
    closures: delete edit history history_results usage
    draw_desk: index run
    landmarks neighbourhoods: add delete edit history history_results usage
    questions: public
    runs: cancel delete edit merge move preview_change publish split usage
    sessions: cancel edit usage
    wagtailadmin_pages: revisions_unschedule set_page_position set_privacy
AOD
    data_openings record_access: index index_results
OCLE
    questions: index question
    survey_results: index run
OLK
    counter: claim find index person slip
    roster: certificate certificates
AO
    audiences calendar_days subjects terms: delete
    -: district_import_undo
    learning_wishes: delete history history_results
    wagtailsettings: edit edit+
A
    bulk: accounts/user/assign_role accounts/user/delete accounts/user/set_active_state
    learning_wishes: usage
    wagtailadmin_collections: add delete edit index set_privacy
    wagtailadmin_pages: lock unlock
    wagtailadmin_reports: locked_pages locked_pages_results
    wagtailadmin_workflows: add add_task disable disable_task edit edit_task enable enable_task index
        index_results remove remove+ select_task_type task_index task_index_results usage usage_results
    wagtailredirects: add delete edit index index_results start_import
    wagtailsites wagtailusers_users: add copy delete edit history history_results index index_results usage
    wagtailusers_groups: add delete edit history history_results index index_results usage
O
    data_openings: add
R
    course_reviews: index score
nobody
    wagtailadmin_api:documents wagtailadmin_api:images: find
    wagtailadmin_api:pages: action find
    -: district_import_faulty wagtailadmin_block_preview wagtailadmin_login
    wagtailadmin_pages: convert_alias unpublish workflow_preview
    wagtaildocs: create_multiple_from_uploaded_document delete_upload_multiple
    wagtailimages: create_multiple_from_uploaded_image delete_upload_multiple url_generator url_generator_output
    wagtailsettings: preview_on_edit
    wagtailsnippets: index
"""
#: In these, people's names are read, so the opening is logged.
PEOPLE = {
    "roster:session",
    "roster:run",
    "roster:list",
    "roster:papers",
    "roster:phone",
    "roster:notes",
    "roster:certificates",
    "roster:certificate",
    "counter:person",
    "counter:claim",
    "counter:slip",
}
#: What a bulk action is asked for: the row of this address.
SELECTED = {
    "wagtailcore/page": "wagtailadmin_pages",
    "core/customimage": "wagtailimages_chooser",
    "core/customdocument": "wagtaildocs_chooser",
    "accounts/user": "wagtailusers_users",
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
#: The roles that are given for one place.
OF_A_STREET = ("street_lead", "street_editor", "counter_clerk", "teacher", "point_editor", "host_coordinator")
#: What answers anybody at the desk and shows no other street's work: the way back to one's own, the tree of published pages
#: to link to, files that are public, a question without a name. A resident at the counter (counter:person) is of no street.
EMPTY_HANDED = {
    "wagtailadmin_api:documents:detail",
    "wagtailadmin_api:images:detail",
    "wagtailadmin_choose_page_child",
    "wagtailadmin_explore",
    "wagtailadmin_explore_results",
    "wagtailadmin_pages:confirm_workflow_cancellation",
    "wagtailadmin_pages:revisions_index",
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


def addresses(street, user):
    """Yield (name, address): what belongs to a street is ``street``'s."""
    for name, (_route, arguments) in routes().items():
        if name == "wagtail_bulk_action":
            continue
        yield name, _address(name.rstrip("+"), arguments, street, user)
    for model, actions in BULK.items():
        for action in actions:
            yield f"bulk:{model}/{action}", f"/admin/bulk/{model}/{action}/?id={street.rows[SELECTED[model]].pk}"


def _address(name, arguments, street, user):
    values = {argument: street.argument(name, argument) for argument in arguments}
    if name == "counter:person":
        values = {"token": signing.dumps([values["token"].pk, user.pk], salt=SALT)}
    assert None not in values.values(), f"{name} has a new argument: give it a value in admin_addresses.py {values}"
    return reverse(name, kwargs={key: getattr(value, "pk", value) for key, value in values.items()})


def ask(client, address):
    """Get ``address``, or post to it where it takes nothing else; what that changes is taken back.

    Return the answer and what it left in the log: {(kind, resident's number)}.
    """
    with transaction.atomic():
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address)
        logged = set(RecordAccess.objects.values_list("kind", "resident_number"))
        transaction.set_rollback(True)
    return response, logged


def is_refused(response):
    home, login = reverse("wagtailadmin_home"), reverse("wagtailadmin_login")
    away = response.status_code == 302 and (response.url == home or response.url.startswith(login))
    return away or response.status_code in (403, 404)


@pytest.fixture
def unpainted(monkeypatch):
    """What is asked here is who may open a page, not how it looks: drawing it is nine tenths of the time."""
    monkeypatch.setattr("django.template.response.SimpleTemplateResponse.rendered_content", "")
    yield
    gc.collect()  # here, not in another test


def test_every_role_and_every_address_is_in_the_table():
    assert set(LETTERS) == {entry.key for entry in ROLES}
    bulk = {f"bulk:{model}/{action}" for model, actions in BULK.items() for action in actions}
    assert set(expected()) == (set(routes()) - {"wagtail_bulk_action"}) | bulk


@pytest.mark.parametrize("key", LETTERS)
def test_these_addresses_and_no_more(district, client, unpainted, key):
    world, letter, table = furnish(district), LETTERS[key], expected()
    user = user_of(key, district, world)
    client.force_login(user)
    wrong = []
    for name, address in addresses(world.own, user):
        response, logged = ask(client, address)
        opened = not is_refused(response)
        may = letter in table[name]
        if opened is not may or response.status_code >= 500:
            wrong.append((name, response.status_code, "may" if may else "may not"))
        if name in PEOPLE and opened:
            assert AccessKind.OPENED in dict(logged), f"{name} was opened and not logged"
    assert not wrong


@pytest.mark.parametrize("key", OF_A_STREET)
def test_with_another_streets_number_none_of_them_opens(district, client, unpainted, key):
    """The same addresses with the numbers of the other street: refused, and the attempt is in the log."""
    world = furnish(district)
    user = user_of(key, district, world)
    client.force_login(user)
    own = dict(addresses(world.own, user))
    opened, silent = set(), set()
    for name, address in addresses(world.other, user):
        if address == own[name] or name in EMPTY_HANDED or name.startswith("bulk:"):
            continue
        response, logged = ask(client, address)
        if not is_refused(response):
            opened.add(name)
        elif AccessKind.REFUSED not in dict(logged):
            silent.add(name)
    assert opened == ({"counter:person"} if key in {"street_lead", "counter_clerk"} else set())
    assert silent == set()


@pytest.mark.parametrize("key", OF_A_STREET)
def test_a_bulk_action_on_another_streets_rows_does_nothing(district, client, unpainted, key):
    world = furnish(district)
    client.force_login(user_of(key, district, world))
    rows = {name: world.other.rows[name] for name in SELECTED.values() if name != "wagtailusers_users"}
    before = {name: type(row).objects.filter(pk=row.pk).values().get() for name, row in rows.items()}
    wish = {"chooser": world.own.page.pk, "collection": world.own.rows["wagtailadmin_collections"].pk, "tags": "x"}
    for model, actions in BULK.items():
        for action in actions:
            client.post(f"/admin/bulk/{model}/{action}/?id={world.other.rows[SELECTED[model]].pk}", wish)
    assert {name: type(row).objects.filter(pk=row.pk).values().get() for name, row in rows.items()} == before


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
    for name, address in addresses(world.own, user):
        response, _logged = ask(client, address)
        if not is_refused(response):
            opened.add(name)
    assert opened <= OPEN_DOORS
