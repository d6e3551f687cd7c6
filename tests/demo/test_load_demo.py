"""The demo company: believable, complete, silent and the same each time."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.http import QueryDict

from accounts.models import User
from core.models import Delivery, EventRecord
from customers.models import Customer
from demo.company import ACCOUNTS
from demo.load import load_demo
from devices.models import Device
from notifications.models import Notification
from servicelogs.models import ServiceLog
from technicians.models import Booking, Technician
from tickets.actions.merging import undo_merge
from tickets.custom import clean_value
from tickets.filters import TicketFilter
from tickets.macros import plan_macro
from tickets.models import (
    AutomationRule,
    CannedReply,
    CustomField,
    DispatchDecision,
    Macro,
    Message,
    SavedView,
    SearchWord,
    Status,
    Ticket,
    TicketCopy,
    TicketLink,
    Trigger,
)
from tickets.placeholders import unknown_names
from tickets.rule_conditions import tickets_for
from tickets.rule_deeds import check_deeds

TOLD = ("subject", "description", "status", "opened_at", "technician__user__name")
SPOKEN = ("ticket.staff_replied", "ticket.customer_replied", "ticket.note_added")
NOW = datetime(2026, 6, 10, 9, 45, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def fingerprint() -> list[Any]:
    return [
        list(Device.objects.order_by("pk").values_list("serial", "label_code", "customer__name")),
        list(Ticket.objects.order_by("pk").values_list(*TOLD)),
        list(Message.objects.order_by("pk").values_list("body", "author_name", "created_at")),
        list(Ticket.objects.order_by("pk").values_list("custom", "wakes_at", "merged_at")),
    ]


def test_the_company_is_believable() -> None:
    """One load for everything that only looks: it takes seconds."""
    counts = load_demo(now=NOW)
    look_at_the_silence()
    look_at_the_events()
    look_at_the_decisions()
    look_at_the_habits()
    look_at_the_marks()
    assert counts == {"technicians": 12, "customers": 42, "devices": 120, "tickets": 400}
    states = Counter(ticket.shown_status for ticket in Ticket.objects.all())
    assert set(states) == {*Status.values, "new", "visit"}
    assert states["closed"] > 300
    assert Ticket.objects.unassigned().count() >= 5
    repeated = Ticket.objects.exclude(device=None).values("device").annotate(n=Count("pk"))
    assert repeated.filter(n__gte=4).count() >= 5, "some devices fail again and again"
    texts = Ticket.objects.values_list("description", flat=True)
    assert max(Counter(texts).values()) < 12, "people do not all write the same"
    assert not [text for text in texts if "{" in text]
    assert ServiceLog.objects.filter(parts__isnull=False).count() > 30
    assert SearchWord.objects.filter(word="printer").exists(), "typing errors are mended at once"
    assert (NOW - Ticket.objects.order_by("opened_at")[0].opened_at).days > 480


def look_at_the_silence() -> None:
    """Nothing lies in the future and nobody is told."""
    assert not EventRecord.objects.filter(occurred_at__gt=NOW).exists()
    assert not EventRecord.objects.filter(dispatched_at=None).exists()
    assert not Delivery.objects.exists()
    assert not Notification.objects.exists()
    late = [row for row in Message.objects.all() if row.created_at > NOW]
    assert late == []
    days = {booking.starts_at.date() for booking in Booking.objects.all()}
    assert {NOW.date(), NOW.date().replace(day=11)} <= days


def look_at_the_events() -> None:
    """Every state is told by events."""
    told: dict[int, list[str]] = {}
    rows = EventRecord.objects.filter(subject_type="tickets.ticket").order_by("id")
    for subject, name in rows.values_list("subject_id", "name"):
        told.setdefault(subject, []).append(name)
    for ticket in Ticket.objects.annotate(written=Count("messages")):
        names = told[ticket.pk]
        assert names[0] == "ticket.opened"
        if ticket.merged_into_id or "ticket.merge_received" in names:
            continue  # words moved
        if ticket.status == Status.CLOSED:
            assert [name for name in names if name != "ticket.link_added"][-1] == "ticket.closed"
        if ticket.technician_id:
            assert "ticket.assigned" in names
        assert sum(name in SPOKEN for name in names) == ticket.written


def look_at_the_decisions() -> None:
    """Recent choices are explained."""
    decision = DispatchDecision.objects.exclude(score=None).first()
    assert decision is not None
    assert decision.ranking[0]["components"]["skills"]["words"]
    assert decision.created_at <= NOW
    best = DispatchDecision.objects.filter(is_automatic=True).count()
    assert best > DispatchDecision.objects.count() / 2


def look_at_the_habits() -> None:
    """Everything the desk keeps could be used today."""
    elena = User.objects.get(email=ACCOUNTS["agent"])
    texts = CannedReply.objects.visible_to(elena)
    assert Counter(text.audience.split(":")[0] for text in texts) == {"all": 6, "team": 5, "me": 1}
    assert not [text.name for text in texts if unknown_names(text.body)]
    ticket = Ticket.objects.with_row().filter(status=Status.IN_PROGRESS).exclude(device=None)[0]
    plans = [plan_macro(macro, ticket, user=elena) for macro in Macro.objects.visible_to(elena)]
    assert [plan.problem for plan in plans] == [""] * 5
    for rule in AutomationRule.objects.all():
        check_deeds(rule.deeds)
        tickets_for(rule.conditions, now=NOW).exists()
    assert AutomationRule.objects.enabled().filter(trigger=Trigger.TIME).count() == 1
    assert SavedView.objects.visible_to(elena).exclude(team=None).count() == 3
    assert all(TicketFilter(_query(view)).is_valid() for view in SavedView.objects.all())


def _query(view: SavedView) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in view.query.items():
        data.setlist(name, values)
    return data


def look_at_the_marks() -> None:
    """Tickets carry what a desk gives them, and a merge can be undone."""
    assert Ticket.objects.exclude(tag_ids=[]).count() > 10
    filled = Ticket.objects.exclude(custom={})
    assert len(set(filled.values_list("category", flat=True))) >= 2
    for ticket in filled:
        fields = CustomField.objects.of_category(ticket.category_id)
        known = {field.key: field for field in fields}
        assert all(clean_value(known[key], value) == value for key, value in ticket.custom.items())
    kinds = Counter(TicketLink.objects.values_list("kind", flat=True))
    assert kinds["problem"] >= 2
    assert kinds["related"] == 1
    assert Ticket.objects.filter(wakes_at__gt=NOW).count() == 1
    assert TicketCopy.objects.count() == 1
    merged = Ticket.objects.get(merged_into__isnull=False)
    with transaction.atomic():
        assert undo_merge(merged, actor=None).status == Status.OPEN
        transaction.set_rollback(True)


def test_the_same_seed_gives_the_same_company() -> None:
    prints = []
    for seed in (7, 7):
        with transaction.atomic():
            load_demo(now=NOW, seed=seed)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]


def test_scale_multiplies_customers_devices_and_tickets() -> None:
    assert load_demo(now=NOW, scale=2) == {
        "technicians": 12, "customers": 84, "devices": 240, "tickets": 800,
    }  # fmt: skip
    assert Technician.objects.dispatched().count() == 12


def test_a_desk_with_data_is_left_alone() -> None:
    Customer.objects.create(name="Already here")
    call_command("load_demo", if_empty=True, verbosity=0)
    assert Customer.objects.count() == 1
    with pytest.raises(CommandError, match="data already"):
        call_command("load_demo", verbosity=0)


def test_known_passwords_never_reach_production_by_accident(settings: Any) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="--force"):
        call_command("load_demo", verbosity=0)
    assert not Customer.objects.exists()
