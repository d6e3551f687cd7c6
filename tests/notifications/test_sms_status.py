"""What Twilio reports of an SMS: believed when signed, once, and never backwards."""

import json
from concurrent.futures import Future
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from core.models import EventRecord
from core.twilio import is_from_twilio
from notifications.actions import note_sms_status, resend_notification, send_rows
from notifications.actions.outcomes import finish
from notifications.models import Notification, State, StoppedNumber
from notifications.tasks import ask_about_sms
from notifications.transport import Receipt
from tests.conftest import CASES_DIR
from tests.fakes.twilio import TOKEN, FakeTwilio, signed
from tests.notifications.test_sending import make_row
from tests.notifications.test_transport import twilio

__all__ = ["twilio"]
pytestmark = pytest.mark.django_db
SID = "SM" + "1" * 32
PHONE = "+447700900101"
SIGNATURES = Path(CASES_DIR) / "twilio" / "webhooks" / "cases.jsonl"


@pytest.fixture(autouse=True)
def _account(settings: object) -> None:
    settings.TWILIO_AUTH_TOKEN = TOKEN


def sms(**fields: object) -> Notification:
    sent = {"state": State.SENT, "sent_at": timezone.now(), "provider_id": SID}
    return make_row(channel="sms", address=PHONE, subject="", **{**sent, **fields})


def report(client: Client, row: Notification, status: str, *, token: str = TOKEN, **more: str):
    url = f"/sms/{row.pk}/status/"
    form = {"MessageSid": SID, "MessageStatus": status, **more}
    headers = signed(f"http://testserver{url}", form, token)
    answer = client.post(url, form, headers=headers)
    row.refresh_from_db()
    return answer


def test_a_signed_report_is_written_down(client: Client) -> None:
    row = sms()
    assert report(client, row, "sent").status_code == 204
    assert (row.delivery, row.state) == ("sent", "sent")
    report(client, row, "delivered")
    assert row.delivery == "delivered"


def test_it_never_goes_back_and_twice_is_once(client: Client) -> None:
    row = sms()
    for status in ("delivered", "sent", "queued", "undelivered", "delivered"):
        report(client, row, status)
    assert (row.delivery, row.state) == ("delivered", "sent")
    assert not EventRecord.objects.filter(name="notification.failed").exists()


def test_another_signature_is_refused(client: Client) -> None:
    row = sms()
    assert report(client, row, "delivered", token="other").status_code == 403
    assert client.post(f"/sms/{row.pk}/status/", {"MessageStatus": "sent"}).status_code == 403
    assert row.delivery == ""


def test_a_signature_of_another_row_is_refused(client: Client) -> None:
    row, other = sms(), sms(provider_id="SM" + "2" * 32)
    form = {"MessageSid": SID, "MessageStatus": "delivered"}
    headers = signed(f"http://testserver/sms/{row.pk}/status/", form)
    assert client.post(f"/sms/{other.pk}/status/", form, headers=headers).status_code == 403


def test_without_a_token_nothing_is_believed(client: Client, settings: object) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    assert report(client, sms(), "delivered", token="").status_code == 403


def test_one_that_did_not_arrive_stands_out_and_says_why(client: Client) -> None:
    row = sms()
    report(client, row, "undelivered", ErrorCode="30006")
    assert (row.state, row.sent_at) == (State.FAILED, None)
    assert "landline" in row.last_error
    report(client, row, "undelivered", ErrorCode="30006")
    assert EventRecord.objects.filter(name="notification.failed").count() == 1


def test_a_report_about_one_without_answer_spares_the_second_copy(client: Client) -> None:
    row = sms(state=State.QUEUED, sent_at=None, provider_id="", doubts=1, attempts=1)
    report(client, row, "sent")
    assert (row.state, row.provider_id) == (State.SENT, SID)
    assert send_rows([row.pk]) == 0


def test_a_report_quicker_than_the_answer_stays() -> None:
    row = sms(state=State.SENDING, sent_at=None, provider_id="")
    note_sms_status(row.pk, sid=SID, status="failed", code=30005)
    answer: Future[Receipt] = Future()
    answer.set_result(Receipt(SID, segments=3))
    finish([(row, answer)])
    row.refresh_from_db()
    assert (row.state, row.delivery, row.segments) == (State.FAILED, "failed", 3)


def test_a_report_about_another_copy_changes_nothing(client: Client) -> None:
    row = sms(provider_id="SM" + "2" * 32)
    report(client, row, "failed")
    assert (row.state, row.delivery) == ("sent", "")


def test_sent_again_it_starts_anew(client: Client, admin: User) -> None:
    row = sms()
    report(client, row, "failed", ErrorCode="30003")
    resend_notification(row, actor=admin)
    row.refresh_from_db()
    assert (row.delivery, row.provider_id, row.state) == ("", "", "queued")


@pytest.mark.parametrize("code", ["21610", "x", "²", "9" * 30])
def test_any_code_is_taken(client: Client, code: str) -> None:
    row = sms()
    assert report(client, row, "failed", ErrorCode=code).status_code == 204
    assert StoppedNumber.objects.filter(phone=PHONE).exists() is (code == "21610")


def test_what_is_no_report_changes_nothing(client: Client) -> None:
    row = sms()
    assert report(client, row, "exploded").status_code == 204
    assert not note_sms_status(row.pk, sid="", status="sent")
    assert not note_sms_status(make_row().pk, sid=SID, status="sent")
    assert row.delivery == ""


def test_twilio_is_told_where_to_report(twilio: FakeTwilio, settings: object) -> None:
    settings.SITE_URL = "https://desk.example"
    row = sms(state=State.QUEUED, sent_at=None, provider_id="")
    assert send_rows([row.pk]) == 1
    assert twilio.received[0].callback == f"https://desk.example/sms/{row.pk}/status/"
    assert twilio.faults == []
    row.refresh_from_db()
    assert row.segments == 2


def test_price_and_a_lost_report_are_asked_for(
    twilio: FakeTwilio, client_of, manager: User
) -> None:
    before = timezone.now() - timezone.timedelta(minutes=5)
    row, young = sms(sent_at=before), sms()
    twilio.known[SID] = {
        "status": "delivered", "price": "-0.00750", "price_unit": "USD", "num_segments": "3",
    }  # fmt: skip
    ask_about_sms()
    row.refresh_from_db(), young.refresh_from_db()
    assert (row.price, row.price_unit, row.segments) == (Decimal("-0.0075"), "USD", 3)
    assert (row.delivery, young.delivery) == ("delivered", "")
    page = client_of(manager).get(f"/outbox/{row.pk}/").content.decode()
    assert "0.0075 USD" in page
    assert "Delivered" in page


def test_only_an_sms_has_reports() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_row(delivery="sent")
    with pytest.raises(IntegrityError), transaction.atomic():
        sms(delivery="exploded")


def test_recorded_signatures(settings: object) -> None:
    """The cases of ../shared/data/twilio: accepted or refused as `valid` says."""
    if not SIGNATURES.exists():
        pytest.skip("no twilio/webhooks/cases.jsonl in CASES_DIR")
    cases = [json.loads(line) for line in SIGNATURES.read_text().splitlines()]
    cases = [case for case in cases if case["kind"] == "signature" and not case["body"]]
    for case in cases:
        scheme, _, rest = case["url"].partition("://")
        host, slash, path = rest.partition("/")
        settings.TWILIO_AUTH_TOKEN, settings.SITE_URL = case["auth_token"], f"{scheme}://{host}"
        form: dict[str, list[str]] = {}
        for name, value in case["params"] or []:
            form.setdefault(name, []).append(value)
        headers = {"X-Twilio-Signature": case["signature"]}
        request = RequestFactory().post(f"{slash}{path}", form, headers=headers)
        assert is_from_twilio(request) is case["valid"], case["id"]
    assert len(cases) >= 3
