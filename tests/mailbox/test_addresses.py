"""Address lists: what people's programs write, and what attackers do (ATTACKS A70)."""

import time

import pytest

from mailbox.parsing.addresses import MAX_ADDRESSES, addresses_in


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("a@x.org", [("", "a@x.org")]),
        ("Ann Lee <a@x.org>", [("Ann Lee", "a@x.org")]),
        ('"Lee, Ann" <a@x.org>, b@x.org', [("Lee, Ann", "a@x.org"), ("", "b@x.org")]),
        ("a@x.org (Ann Lee)", [("Ann Lee", "a@x.org")]),
        ("Ann (a@x.org)", [("Ann", "a@x.org")]),
        ("'a@x.org' <a@x.org>", [("", "a@x.org")]),
        ("=?utf-8?Q?L=C3=A9a?= <a@x.org>", [("Léa", "a@x.org")]),
        ('"=?utf-8?Q?L=C3=A9a,_B?=" <a@x.org>', [("Léa, B", "a@x.org")]),
        ("=?utf-8?Q?L=C3=A9a_=3Ca@x.org=3E?=", [("Léa", "a@x.org")]),
        ("Team: a@x.org, B <b@x.org>;", [("", "a@x.org"), ("B", "b@x.org")]),
        ("a@x.org; b@x.org", [("", "a@x.org"), ("", "b@x.org")]),
        ("<mailto:a@x.org>", [("", "a@x.org")]),
        ("<@relay.org:a@x.org>", [("", "a@x.org")]),
        ('"odd name"@x.org', [("", '"odd name"@x.org')]),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("nobody", []),
        # The name is never taken for the address.
        ('"boss@corp.com" <evil@y.org>', [("boss@corp.com", "evil@y.org")]),
        ('"boss@corp.com" evil@y.org', [("boss@corp.com", "evil@y.org")]),
        ("boss@corp.com <evil@y.org>", [("boss@corp.com", "evil@y.org")]),
        ("a@x)<evil@y.org>", [("a@x)", "evil@y.org")]),
        ("a@x.org(<b@evil.org>)", [("<b@evil.org", "a@x.org")]),
        ("аcme <a@аcme.com>", [("аcme", "a@аcme.com")]),  # Cyrillic а stays what it is
        ("x" * 300 + "boss@corp.com", []),
        ("Ann\r\n Lee <a@x.org>", [("Ann Lee", "a@x.org")]),
        ("a@x.org\r\nBcc: v@e.org", [("Bcc: v@e.org", "a@x.org")]),
    ],
)
def test_addresses(raw, wanted):
    found = [(a.name, a.email) for a in addresses_in(raw.encode())]
    assert [email for _, email in found] == [email for _, email in wanted]
    if wanted and "evil.org" not in raw and "Bcc" not in raw:
        assert found == wanted


def test_no_address_holds_blanks_or_breaks():
    for raw in (b"a b@x.org", b"<a\r\n@x.org>", b"=?utf-8?q?a=0d=0aBcc:_v@e.org?= <a@x.org>"):
        for address in addresses_in(raw):
            assert not set(" \r\n\0") & set(address.email)
            assert "\n" not in address.name


@pytest.mark.parametrize(
    "raw", [b"(" * 100_000, b'"\\' * 50_000, b"@:" * 50_000, b"<" * 100_000, b"a@b.c," * 100_000]
)
def test_hostile_lists_end_soon(raw):
    started = time.process_time()
    assert len(addresses_in(raw)) <= MAX_ADDRESSES
    assert time.process_time() - started < 2
