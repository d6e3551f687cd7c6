"""Mail is fetched over IMAP: every one once, marked only after it is stored."""

import json
import socket
from datetime import timedelta

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from core.events import sweep
from core.models import EventRecord
from core.secrets import CannotDecrypt
from mailbox.actions import fetch, fetch_due, fetching, try_asked
from mailbox.imap import ImapProblem, opened
from mailbox.models import Fate, ImapAccount, InboundMail, Mailbox
from notifications.models import Notification
from tests.factories.mails import make_mail, make_mailbox
from tests.fakes.https import HOST, certificate
from tests.fakes.imap import Imap

pytestmark = pytest.mark.django_db
real_addresses = socket.getaddrinfo


@pytest.fixture
def server(tmp_path, monkeypatch):
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: real_addresses("127.0.0.1" if host == HOST else host, *a, **k),
    )
    with Imap(pem) as server:
        yield server


@pytest.fixture
def account(server):
    return ImapAccount.objects.create(
        mailbox=make_mailbox(), host=HOST, port=server.port, username="support", secret="geheim-1"
    )


def again(account, *, minutes=60):
    """The next time, however long a failure made it wait."""
    found = fetch(account.pk, now=timezone.now() + timedelta(minutes=minutes))
    account.refresh_from_db()
    return found


# --- what comes ---


def test_a_mail_becomes_a_ticket_and_is_marked(server, account, acme, carol):
    uid = server.put(make_mail("It jams."))
    assert fetch_due() == 1
    row = InboundMail.objects.get()
    assert (row.mailbox, row.fate, row.ticket.customer) == (account.mailbox, "created", acme)
    assert server.seen() == [uid]
    account.refresh_from_db()
    assert (account.last_uid, account.uid_validity, account.lease_until) == (uid, 7, None)
    assert account.last_success_at
    assert again(account) == 0
    assert InboundMail.objects.get().duplicates == 0  # it was not even fetched


def test_at_first_only_what_nobody_read_then_everything(server, account):
    server.put(make_mail("Old."), r"\Seen")
    server.put(make_mail("New."))
    assert again(account) == 1
    server.put(make_mail("Read by a person before we came."), r"\Seen")
    assert again(account) == 1
    assert InboundMail.objects.count() == 2


def test_an_empty_folder_begins_where_it_stands(server, account):
    assert again(account) == 0
    assert (account.uid_validity, account.last_uid) == (7, 0)
    server.put(make_mail("First."))
    assert again(account) == 1


def test_numbers_that_begin_anew_lose_and_double_nothing(server, account):
    kept = make_mail("One.")
    server.put(kept)
    again(account)
    server.validity, server.next_uid, server.mails = 8, 1, {}
    server.put(kept)
    server.put(make_mail("Two."))
    assert again(account) == 1
    assert account.uid_validity == 8
    assert sorted(InboundMail.objects.values_list("duplicates", flat=True)) == [0, 1]


def test_many_come_in_several_goes(server, account, monkeypatch):
    monkeypatch.setattr(fetching, "MOST", 2)
    for number in range(5):
        server.put(make_mail(f"Number {number}.", sender=f"p{number}@acme.test"))
    assert again(account) == 2
    assert account.uid_validity is None
    assert account.next_fetch_at <= timezone.now()  # at once
    assert [again(account), again(account)] == [2, 1]
    for number in range(3):
        server.put(make_mail(f"Later {number}.", sender=f"l{number}@acme.test"))
    assert [again(account), again(account)] == [2, 1]
    assert InboundMail.objects.count() == 8


def test_one_too_large_waits_in_quarantine_and_is_not_fetched_whole(server, account, settings):
    settings.MAIL_MAX_BYTES = 2_000
    server.put(make_mail("x" * 50_000))
    assert again(account) == 1
    row = InboundMail.objects.get()
    assert (row.fate, row.size_bytes) == (Fate.QUARANTINED, 2_001)


# --- what goes wrong ---


def test_a_crash_before_the_mark_makes_a_duplicate_and_no_second_ticket(
    server, account, monkeypatch
):
    server.put(make_mail("It jams."))
    with monkeypatch.context() as patch:
        patch.setattr("mailbox.imap.Folder.mark_seen", lambda *_: (_ for _ in ()).throw(KeyError))
        with pytest.raises(KeyError):
            fetch(account.pk)
    assert server.seen() == []
    assert again(account, minutes=5) == 0  # the lease of who died
    assert InboundMail.objects.get().duplicates == 0
    assert again(account) == 0
    assert (InboundMail.objects.get().duplicates, server.seen()) == (1, [1])


def test_without_postgresql_nothing_is_marked(server, account, monkeypatch):
    server.put(make_mail("It jams."))

    def away(*_):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "receive", away)
        with pytest.raises(OperationalError):
            fetch(account.pk)
    assert server.seen() == []
    assert again(account) == 1


def test_a_mail_the_server_does_not_hand_out_keeps_nobody_waiting(server, account):
    again(account)
    stuck = server.put(make_mail("Poison."))
    server.put(make_mail("Behind it."))
    server.refused = {stuck}
    assert again(account) == 1
    assert (account.stuck_uids, account.last_uid) == ([stuck], 2)
    assert [again(account), account.stuck_uids] == [0, [stuck]]
    server.refused = set()
    assert [again(account), account.stuck_uids] == [1, []]
    assert InboundMail.objects.count() == 2


def test_a_line_that_breaks_keeps_what_came_and_goes_on_there(server, account):
    again(account)
    server.put(make_mail("One."))
    server.breaks_at = server.put(make_mail("Two."))
    again(account)
    assert (account.last_uid, account.failures, account.stuck_uids) == (1, 1, [])
    server.breaks_at = 0
    assert again(account) == 1
    assert (account.failures, account.last_error) == (0, "")


def test_a_folder_one_may_only_read_is_read_by_its_numbers(server, account):
    server.is_read_only = True
    server.put(make_mail("One."))
    assert [again(account), again(account)] == [1, 0]
    assert account.failures == 0


def test_a_wrong_password_is_said_and_tried_later_and_told_once(server, account, manager):
    server.password = "another"
    for failures in (1, 2, 3, 4):
        assert again(account) == 0
        assert account.failures == failures
    assert "wrong name or password" in account.last_error
    assert "geheim-1" not in account.last_error
    assert account.next_fetch_at > timezone.now() + timedelta(minutes=10)
    assert EventRecord.objects.filter(name="mailbox.unreachable").count() == 1
    sweep()
    assert "cannot be read" in Notification.objects.get(user=manager, channel="bell").subject


def test_the_page_of_incoming_mail_says_that_nothing_comes(server, account, agent, client_of):
    page = client_of(agent).get("/mail/").content.decode()
    assert "cannot be read" not in page
    server.password = "another"
    for _number in range(3):
        again(account)
    page = client_of(agent).get("/mail/").content.decode()
    assert "cannot be read" in page
    assert "wrong name or password" in page


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"folder": "Elsewhere"}, "no folder"),
        ({"host": "nowhere.invalid"}, "cannot be reached"),
        ({"host": "127.0.0.1"}, "certificate"),
        ({"port": 1}, "cannot be reached"),
    ],
)
def test_what_is_wrong_is_said_in_words(server, account, change, why):
    ImapAccount.objects.filter(pk=account.pk).update(**change)
    assert again(account) == 0
    assert why in account.last_error


def test_one_that_is_out_of_use_is_left_alone(server, account):
    server.put(make_mail("One."))
    later = timezone.now() + timedelta(minutes=1)
    for name, value in {"is_active": False, "lease_until": later, "next_fetch_at": later}.items():
        before = getattr(account, name)
        ImapAccount.objects.update(**{name: value})
        assert fetch_due() == 0
        ImapAccount.objects.update(**{name: before})
    account.mailbox.is_active = False
    account.mailbox.save()
    assert fetch_due() == 0


# --- OAuth2 and secrets ---


def test_oauth2_signs_in_with_a_fresh_token(server, account, monkeypatch):
    server.tokens = {"fresh"}
    asked = {}

    class Answer:
        status_code, headers = 200, {"Content-Type": "application/json"}

        def json(self):
            return {"access_token": "fresh"}

    def post(url, **more):
        asked.update(more["data"], url=url)
        return Answer()

    monkeypatch.setattr("mailbox.imap.requests.post", post)
    ImapAccount.objects.filter(pk=account.pk).update(
        sign_in="oauth2", token_url="https://login.example/token", client_id="desk"
    )
    server.put(make_mail("One."))
    assert again(account) == 1
    assert (asked["grant_type"], asked["refresh_token"]) == ("refresh_token", "geheim-1")
    server.tokens = {"other"}
    assert again(account) == 0
    assert "token is not good" in account.last_error


def test_secrets_are_ciphertext_in_the_database(account, settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM mailbox_imapaccount")
        stored = cursor.fetchone()[0]
    assert "geheim" not in stored
    assert ImapAccount.objects.get().secret == "geheim-1"
    old = settings.FIELD_KEYS
    new = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I="
    settings.FIELD_KEYS = [new, *old]  # rotation: the old is read, the new written
    account.save()
    settings.FIELD_KEYS = [new]
    assert ImapAccount.objects.get().secret == "geheim-1"
    settings.FIELD_KEYS = old
    with pytest.raises(CannotDecrypt):
        ImapAccount.objects.get()
    with pytest.raises(FieldError):
        ImapAccount.objects.filter(secret="geheim-1")


@pytest.mark.parametrize(
    "change",
    [{"port": 0}, {"port": 70_000}, {"host": ""}, {"sign_in": "oauth2"}, {"folder": ""}],
)
def test_the_database_refuses_half_an_account(account, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        ImapAccount.objects.filter(pk=account.pk).update(**change)


class TestAdmin:
    def data(self, account, **more):
        box = account.mailbox
        return {
            "name": box.name, "address": box.address, "sender_address": "", "signature": "",
            "team": "", "category": "", "is_active": "on", "imap-TOTAL_FORMS": "1",
            "imap-INITIAL_FORMS": "1", "imap-0-id": account.pk, "imap-0-mailbox": box.pk,
            "imap-0-host": account.host, "imap-0-port": account.port, "imap-0-security": "tls",
            "imap-0-username": account.username, "imap-0-sign_in": "password", "imap-0-secret": "",
            "imap-0-token_url": "", "imap-0-client_id": "", "imap-0-client_secret": "",
            "imap-0-folder": "INBOX", "imap-0-is_active": "on", **more,
        }  # fmt: skip

    def test_the_secret_is_never_shown_and_empty_keeps_it(self, account, admin, client_of):
        client = client_of(admin)
        url = f"/admin/mailbox/mailbox/{account.mailbox.pk}/change/"
        page = client.get(url)
        assert "geheim" not in page.content.decode()
        assert client.post(url, self.data(account)).status_code == 302
        account.refresh_from_db()
        assert account.secret == "geheim-1"
        client.post(url, self.data(account, **{"imap-0-secret": "new-2"}))
        account.refresh_from_db()
        assert account.secret == "new-2"
        assert "new-2" not in json.dumps(list(EventRecord.objects.values("payload")), default=str)

    def test_half_of_oauth2_is_refused_beside_the_field(self, account, admin, client_of):
        client = client_of(admin)
        url = f"/admin/mailbox/mailbox/{account.mailbox.pk}/change/"
        data = self.data(
            account, **{"imap-0-sign_in": "oauth2", "imap-0-token_url": "http://login.example/"}
        )
        page = client.post(url, data).content.decode()
        assert "OAuth2 needs it." in page
        assert "must be https" in page

    def test_a_worker_tries_the_connection(self, server, account, admin, client_of):
        client = client_of(admin)
        server.put(make_mail("One."))
        data = {"action": "try_connection", "_selected_action": [account.mailbox.pk]}
        page = client.post("/admin/mailbox/mailbox/", data, follow=True).content.decode()
        assert "being tried" in page
        assert not server.said  # nobody was called while the page was made
        try_asked()
        url = f"/admin/mailbox/mailbox/{account.mailbox.pk}/change/"
        assert "Signed in. Unread mails in INBOX: 1" in client.get(url).content.decode()
        server.password = "other"
        client.post("/admin/mailbox/mailbox/", data)
        try_asked()
        assert "wrong name or password" in client.get(url).content.decode()
        assert InboundMail.objects.count() == 0
        server.said.clear()
        try_asked()
        assert not server.said

    def test_one_is_set_up_and_changed_with_events_without_secrets(
        self, server, account, admin, client_of
    ):
        client = client_of(admin)
        data = self.data(account, address="new@desk.test", **{
            "imap-INITIAL_FORMS": "0", "imap-0-id": "", "imap-0-mailbox": "",
            "imap-0-secret": "geheim-3",
        })  # fmt: skip
        assert client.post("/admin/mailbox/mailbox/add/", data).status_code == 302
        made = ImapAccount.objects.get(mailbox__address="new@desk.test")
        assert made.secret == "geheim-3"
        said = EventRecord.objects.filter(name="mailbox.saved")
        assert set(said.values_list("actor", flat=True)) == {admin.pk}
        assert "geheim" not in json.dumps(list(said.values("payload")))
        again(account)
        ImapAccount.objects.filter(pk=account.pk).update(last_uid=41)  # a worker, meanwhile
        url = f"/admin/mailbox/mailbox/{account.mailbox.pk}/change/"
        client.post(url, self.data(account, **{"imap-0-port": "1993"}))
        account.refresh_from_db()
        assert (account.port, account.last_uid) == (1993, 41)
        client.post(url, self.data(account, **{"imap-0-folder": "Support"}))
        account.refresh_from_db()
        assert (account.uid_validity, account.last_uid) == (None, 0)
        assert said.last().payload["fields"] == "folder"

    def test_a_mailbox_without_imap_is_saved_alone(self, admin, client_of):
        data = {
            "name": "Pipe", "address": "pipe@desk.test", "sender_address": "", "signature": "",
            "team": "", "category": "", "is_active": "on", "imap-TOTAL_FORMS": "1",
            "imap-INITIAL_FORMS": "0", "imap-0-port": "993", "imap-0-security": "tls",
            "imap-0-sign_in": "password", "imap-0-folder": "INBOX", "imap-0-is_active": "on",
        }  # fmt: skip
        assert client_of(admin).post("/admin/mailbox/mailbox/add/", data).status_code == 302
        assert Mailbox.objects.get().address == "pipe@desk.test"
        assert not ImapAccount.objects.exists()


def test_a_problem_is_told_apart_from_our_own_errors(server, account):
    server.password = "other"
    with pytest.raises(ImapProblem), opened(account):
        raise AssertionError
