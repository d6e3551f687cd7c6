"""Requirements are pinned with hashes, name no index of one machine, and agree."""

import re

import pytest

from tests.infra.conftest import ROOT


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[\w,-]+\])?==([^\s\\;]+)", text, re.MULTILINE))


def wanted(name: str) -> set[str]:
    text = (ROOT / name).read_text()
    return {
        match.lower() for match in re.findall(r"^([A-Za-z0-9][A-Za-z0-9-]*)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_a_hash_and_no_index(name: str) -> None:
    for entry in re.sub(r"\\\n", "", (ROOT / name).read_text()).strip().splitlines():
        assert re.match(r"[a-z0-9.-]+(\[[\w,-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", entry), (
            entry
        )


def test_every_wanted_package_is_pinned() -> None:
    assert wanted("requirements.in") <= set(pins("requirements.txt"))
    assert wanted("requirements-dev.in") <= set(pins("requirements-dev.txt"))


def test_development_has_the_same_versions_as_run_time() -> None:
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in pins("requirements.txt")} == pins(
        "requirements.txt"
    )
