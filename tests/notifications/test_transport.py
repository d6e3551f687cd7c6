"""Real sockets: a mail server and a Twilio-compatible endpoint with moods."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from notifications import transport
from notifications.models import Medium, Notification
from tests.fakes.smtp import Sink, free_port
from tests.fakes.twilio import FROM, SID, TOKEN, FakeTwilio


@pytest.fixture
def sink(settings: object) -> Iterator[Sink]:
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.controller.port
        settings.EMAIL_TIMEOUT = 1
        yield sink


@pytest.fixture
def twilio(settings: object) -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = SID, TOKEN
        settings.TWILIO_FROM, settings.TWILIO_API_URL = FROM, twilio.url
        settings.EMAIL_TIMEOUT = 1
        yield twilio


def mail(**fields: object) -> Notification:
    defaults = {
        "pk": 7,
        "channel": Medium.EMAIL,
        "address": "carol@acme.test",
        "subject": "[SD-000001] Paper jam",
        "body_text": "Hello\n",
        "body_html": "<p>Hello</p>",
        "next_attempt_at": timezone.now(),
        "dedupe_key": "x",
    }
    return Notification(**{**defaults, **fields})


def sms(**fields: object) -> Notification:
    return mail(channel=Medium.SMS, address="+447700900101", **fields)


def test_a_mail_arrives_as_it_was_written(sink: Sink) -> None:
    transport.send(mail())
    (got,) = sink.to("carol@acme.test")
    assert got.message["Subject"] == "[SD-000001] Paper jam"
    assert got.text.strip() == "Hello"
    assert "<p>Hello</p>" in got.html


def test_a_refused_recipient_is_final(sink: Sink) -> None:
    sink.refused.add("carol@acme.test")
    with pytest.raises(transport.Refused, match="550"):
        transport.send(mail())


def test_a_busy_server_means_later(sink: Sink) -> None:
    sink.answer = "451 4.3.2 try again"
    with pytest.raises(transport.Later, match="451"):
        transport.send(mail())


def test_a_server_that_is_silent_after_the_text_is_a_doubt(sink: Sink) -> None:
    sink.delay = 2
    with pytest.raises(transport.Doubtful):
        transport.send(mail())


def test_no_server_at_all_means_later_and_a_rest(sink: Sink, settings: object) -> None:
    settings.EMAIL_PORT = free_port()
    with pytest.raises(transport.Later) as caught:
        transport.send(mail())
    assert caught.value.is_down


def test_an_impossible_address_is_final(sink: Sink) -> None:
    with pytest.raises(transport.Refused):
        transport.send(mail(address="carol@acme.test\nBcc: victim@evil.test"))
    assert sink.received == []


def test_an_sms_is_what_twilios_schema_asks_for(twilio: FakeTwilio) -> None:
    if not twilio.checks:
        pytest.skip("no twilio_api_v2010.json in CASES_DIR: requests are not compared with it")
    assert transport.send(sms(body_text="Grüße 👋")).provider_id.startswith("SM")
    assert twilio.faults == []
    assert [(one.to, one.sender, one.body) for one in twilio.received] == [
        ("+447700900101", FROM, "Grüße 👋")
    ]


def test_the_schema_check_can_fail(twilio: FakeTwilio) -> None:
    """A check that cannot fail does not count."""
    if not twilio.checks:
        pytest.skip("no twilio_api_v2010.json in CASES_DIR: requests are not compared with it")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    faults = twilio.check("POST", "/nowhere", headers, {"Tto": "0", "Body": "x" * 2000})
    assert len(faults) >= 5


@pytest.mark.parametrize("code", [21211, 21610])
def test_a_number_that_cannot_get_sms_is_final(twilio: FakeTwilio, code: int) -> None:
    twilio.refused["+447700900101"] = code
    with pytest.raises(transport.Refused, match=str(code)):
        transport.send(sms())


def test_too_many_requests_wait_as_long_as_asked(twilio: FakeTwilio) -> None:
    twilio.status, twilio.code, twilio.retry_after = 429, 20429, 42
    with pytest.raises(transport.Later) as caught:
        transport.send(sms())
    assert (caught.value.after, caught.value.is_down) == (42.0, True)


@pytest.mark.parametrize("status", [500, 503, 401])
def test_trouble_of_the_account_or_of_twilio_means_later(twilio: FakeTwilio, status: int) -> None:
    twilio.status = status
    with pytest.raises(transport.Later):
        transport.send(sms())


def test_silence_after_the_request_is_a_doubt(twilio: FakeTwilio) -> None:
    twilio.delay = 2
    with pytest.raises(transport.Doubtful):
        transport.send(sms())
    assert len(twilio.received) == 1


def test_no_twilio_at_all_means_later(twilio: FakeTwilio, settings: object) -> None:
    settings.TWILIO_API_URL = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(transport.Later) as caught:
        transport.send(sms())
    assert caught.value.is_down


def test_a_line_is_kept_for_several_mails_and_one_refusal(sink: Sink) -> None:
    sink.refused.add("nobody@acme.test")
    with transport.Lines() as lines:
        transport.send(mail(), lines)
        with pytest.raises(transport.Refused):
            transport.send(mail(address="nobody@acme.test"), lines)
        transport.send(mail(), lines)
    assert sink.connections == 1
    assert len(sink.received) == 2


def test_a_server_that_hung_up_meanwhile_is_called_anew(sink: Sink) -> None:
    with transport.Lines() as lines:
        transport.send(mail(), lines)
        lines.free[0].mail.connection.sock.shutdown(2)
        transport.send(mail(), lines)
    assert sink.connections == 2
    assert len(sink.received) == 2


def test_a_line_that_broke_in_the_text_is_not_tried_again(sink: Sink) -> None:
    with transport.Lines() as lines:
        transport.send(mail(), lines)
        sink.delay = 2
        with pytest.raises(transport.Doubtful):
            transport.send(mail(), lines)
    assert len(sink.received) == 2
