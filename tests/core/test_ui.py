"""Words, badges and components of the interface."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from accounts.models import User
from core.templatetags import ui
from supportdesk.navigation import FIELD_MENU, PORTAL_MENU, STAFF_MENU, Entry, menu_for
from tickets.models import Priority, Status

NOW = datetime(2026, 11, 17, 10, 42, tzinfo=UTC)  # a Tuesday
ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=18), "18 m"),
        (timedelta(hours=3, minutes=10), "3 h 10"),
        (timedelta(hours=1, minutes=5), "1 h 05"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=-42), "in 42 m"),
        (timedelta(days=2), "Sun 10:42"),
        (timedelta(days=-2), "Thu 10:42"),
        (timedelta(days=30), "18 Oct"),
        (timedelta(days=400), "13 Oct 2025"),
    ],
)
def test_a_moment_is_told_as_people_say_it(before: timedelta, words: str) -> None:
    with timezone.override("UTC"):
        assert ui.moment_words(NOW - before, NOW).replace("Oct 2026", "Oct") == words


def test_a_time_is_the_readers_with_the_full_date_on_hover() -> None:
    with timezone.override("Asia/Tokyo"):
        text = ui.human_time(datetime(2026, 11, 14, 20, 0, tzinfo=UTC), NOW)
    assert 'datetime="2026-11-14T20:00:00+00:00"' in text
    assert 'title="Sunday 15 November 2026, 05:00 JST"' in text
    assert ">Sun 05:00<" in text


def test_no_time_is_no_words() -> None:
    assert ui.human_time(None) == ui.clock_time(None) == ui.minutes(None) == ""


@pytest.mark.parametrize("status", [*Status.values, "new", "visit"])
def test_every_status_has_an_icon_a_word_and_a_colour(status: str) -> None:
    badge = ui.status_badge(status, pill=True)
    sheet = (ROOT / "static/css/app.css").read_text()
    assert f"st st--{status} st--pill" in badge
    assert f".st--{status}" in sheet
    assert icon_names(badge) <= sprite()


@pytest.mark.parametrize("priority", Priority.values)
def test_every_priority_has_an_icon_and_the_models_word(priority: int) -> None:
    badge = ui.priority_badge(priority)
    assert str(Priority(priority).label) in badge
    assert icon_names(badge) <= sprite()


def test_calm_priorities_can_be_left_out() -> None:
    assert ui.priority_badge(3, urgent_only=True) == ""
    assert ui.priority_badge(1, urgent_only=True) != ""


def test_customers_read_their_own_words() -> None:
    ticket = SimpleNamespace(shown_status="waiting")
    assert ui.status_word(ticket) == "Waiting on customer"
    assert ui.status_word(ticket, portal=True) == "Your reply needed"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "No warranty known"),
        (-1, "Warranty ended"),
        (9, "Warranty ends"),
        (400, "Warranty to"),
    ],
)
def test_a_warranty_says_how_long(days: int | None, words: str) -> None:
    today = date(2026, 11, 17)
    until = None if days is None else today + timedelta(days=days)
    assert words in ui.warranty_badge(SimpleNamespace(warranty_until_on=until), today=today)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Elena Kovács", "EK"),
        ("Amara de la Okafor", "AO"),
        ("李 小龙", "李小"),
        ("cher", "C"),
        ("", "?"),
        (None, "?"),
        ("🙂 !!", "?"),
        ("<b> x", "BX"),
    ],
)
def test_initials(name: str | None, letters: str) -> None:
    assert ui.initials(name) == letters


def test_an_avatar_keeps_its_colour_and_escapes_the_name() -> None:
    assert ui.tint("Elena Kovács") == ui.tint("elena kova\u0301cs")
    assert "<script>" not in ui.avatar("<script> x", label=True)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (2048, "2 KB"), (1258291, "1.2 MB"), (None, "0 bytes")],
)
def test_sizes(size: int | None, words: str) -> None:
    assert ui.byte_words(size) == words


def test_sizes_use_the_readers_decimal_mark() -> None:
    with translation.override("de"):
        assert ui.byte_words(1258291).startswith("1,2")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+441174960142", "0117 496 0142"),
        ("+493012345678", "+49 30 12345678"),
        ("not a number", "not a number"),
        ("", ""),
    ],
)
def test_phone_numbers(number: str, words: str) -> None:
    assert ui.phone(number) == words


def test_a_phone_link_dials() -> None:
    assert ui.phone_link("+441174960142") == '<a href="tel:+441174960142">0117 496 0142</a>'


@pytest.mark.parametrize(("value", "words"), [(25, "25 min"), (70, "1 h 10"), (1500, "25 h 00")])
def test_minutes_of_work(value: int, words: str) -> None:
    assert ui.minutes(value) == words


def sprite() -> set[str]:
    text = (ROOT / "static/vendor/icons.svg").read_text()
    return {part.split('"')[0] for part in text.split('id="i-')[1:]}


def icon_names(text: str) -> set[str]:
    return {part.split('"')[0] for part in text.split("icons.svg#i-")[1:]}


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    known = sprite()
    for file in (ROOT / "templates").rglob("*.html"):
        for part in file.read_text().split('{% icon "')[1:]:
            assert part.split('"')[0] in known, f"{file.name}: {part[:40]}"


def test_every_icon_of_the_menu_is_in_the_sprite() -> None:
    assert {entry.icon for entry in STAFF_MENU} <= sprite()


@pytest.mark.parametrize("entry", [*STAFF_MENU, *PORTAL_MENU, *FIELD_MENU])
def test_every_line_of_the_menus_leads_somewhere(entry: Entry) -> None:
    assert reverse(entry.page)
    assert not entry.badge or reverse(entry.badge)


def test_no_two_lines_of_the_menu_share_a_key() -> None:
    keys = [entry.key for entry in STAFF_MENU if entry.key]
    assert len(keys) == len(set(keys))


def test_every_component_says_what_it_accepts() -> None:
    for file in (ROOT / "templates/components").glob("*.html"):
        assert file.read_text().startswith("{# Accepts:"), file.name


def test_no_template_holds_a_script_or_a_style() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        if "emails" in file.parts:
            continue
        text = file.read_text().lower()
        assert " style=" not in text, file
        assert "<style" not in text, file
        assert "<script>" not in text, file
        assert not [part for part in text.split()[1:] if part.startswith(("onclick=", "onload="))]


class Everything(forms.Form):
    name = forms.CharField(help_text="As on the door.")
    password = forms.CharField(widget=forms.PasswordInput, required=False)
    agreed = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)
    file = forms.FileField(required=False)


def field(form: forms.Form, name: str) -> str:
    return render_to_string("components/field.html", {"field": form[name]})


def test_a_field_has_label_hint_error_and_their_links() -> None:
    text = field(Everything({}), "name")
    assert 'for="id_name"' in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_name_helptext id_name_error"' in text
    assert 'id="id_name_helptext"' in text
    assert 'id="id_name_error"' in text


def test_what_may_stay_empty_says_optional() -> None:
    assert "(optional)" in field(Everything(), "password")
    assert "(optional)" not in field(Everything(), "name")


def test_each_kind_of_field_gets_its_control() -> None:
    form = Everything()
    assert 'data-show-password="id_password"' in field(form, "password")
    assert "form-check-input" in field(form, "agreed")
    assert "<legend" in field(form, "kind")
    assert "data-drop" in field(form, "file")


def test_what_was_typed_is_escaped() -> None:
    text = field(Everything({"name": '"><script>x</script>'}), "name")
    assert "<script>" not in text


def test_the_error_summary_links_to_the_field() -> None:
    form = Everything({})
    text = render_to_string("components/form_errors.html", {"form": form})
    assert 'href="#id_name"' in text
    assert "data-focus" in text


def test_a_message_of_the_timeline_is_text() -> None:
    context = {"author": "A", "kind": "customer", "at": NOW, "body": "<b hx-get=/x>hi</b>\n\nbye"}
    text = render_to_string("components/timeline_message.html", context)
    assert "&lt;b hx-get" in text
    assert "hx-disable" in text


def test_the_csrf_field_works_inside_an_isolated_include() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    context = {"id": "x", "title": "Go?", "text": "", "url": "/", "action": "Go"}
    text = render_to_string("components/confirm.html", context, request=request)
    assert 'name="csrfmiddlewaretoken" value="' in text
    assert 'value=""' not in text


def request_of(user: Any, path: str = "/") -> Any:
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.mark.usefixtures("demo")
def test_the_menu_shows_what_the_role_may_open_and_where_one_is() -> None:
    entries = (
        Entry("Devices", "devices", "demo:index", frozenset({"agent"})),
        Entry("Home", "home", "core:home", frozenset({"agent", "sales"})),
        Entry("Gone", "x", "no:such", frozenset({"agent"})),
    )
    agent = SimpleNamespace(role_names=frozenset({"agent"}))
    sales = SimpleNamespace(role_names=frozenset({"sales"}))
    items = menu_for(request_of(agent, "/demo/devices/3/"), entries)
    assert [(item.entry.label, item.current) for item in items] == [
        ("Devices", True),
        ("Home", False),
    ]
    assert len(menu_for(request_of(sales), entries)) == 1
    assert menu_for(request_of(AnonymousUser()), entries) == []


@pytest.mark.parametrize(
    "name", ["400", "403", "403_csrf", "404", "410", "413", "422", "429", "500", "503"]
)
def test_an_error_page_needs_nothing_to_be_shown(name: str) -> None:
    text = Template((ROOT / f"templates/{name}.html").read_text()).render(Context({}))
    assert "<h1" in text
    assert "{{" not in text


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("base", ["", "base_portal/", "base_field/", "base_auth/"])
def test_every_base_page_shows_every_component(client_of: Any, agent: User, base: str) -> None:
    client: Client = client_of(agent)
    response = client.get(f"/demo/components/{base}")
    text = response.content.decode()
    assert response.status_code == 200
    assert text.count('id="main"') == 1
    assert 'hx-headers=\'{"X-CSRFToken"' in text
    assert icon_names(text) <= sprite()


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
def test_the_theme_of_the_account_is_in_the_page(client_of: Any, agent: User) -> None:
    agent.theme = "dark"
    agent.save(update_fields=["theme"])
    text = client_of(agent).get("/demo/components/").content.decode()
    assert 'data-bs-theme="dark"' in text


def test_kept_words_of_a_moment_go_on_with_the_clock_the_zone_and_the_day() -> None:
    moment = NOW - timedelta(hours=23, minutes=59)
    told = []
    for later in (timedelta(0), timedelta(minutes=1), timedelta(days=7)):
        for zone in ("UTC", "Asia/Tokyo"):
            with timezone.override(zone):
                told.append(strip_tags(ui.human_time(moment, NOW + later)))
    assert told == ["23 h 59", "23 h 59", "Mon 10:43", "Mon 19:43", "16 Nov", "16 Nov"]
