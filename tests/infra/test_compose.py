"""docker-compose.yml, nginx and .env.example: whole, consistent and safe by default."""

import re
from typing import Any

import pytest
import yaml

from tests.infra.conftest import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
LASTING = sorted(set(SERVICES) - {"migrate"})
NGINX = (ROOT / "deploy/nginx.conf").read_text()


def test_every_process_of_the_desk_is_there() -> None:
    expected = {"nginx", "web", "live", "worker", "beat", "postgres", "redis", "migrate"}
    assert set(SERVICES) == expected


@pytest.mark.parametrize("name", LASTING)
def test_lasting_service_is_watched_restarted_and_limited(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    limits = service["deploy"]["resources"]["limits"]
    assert {"cpus", "memory"} <= set(limits)
    assert service["logging"]["options"]["max-size"]


def test_migrate_runs_once_before_the_others() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "live", "worker", "beat"):
        condition = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_only_nginx_is_open_to_the_world() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis", "web", "live", "beat"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_volumes_used_are_declared() -> None:
    named = {
        source
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not (source := volume.split(":")[0]).startswith((".", "/", "$"))
    }
    assert named == set(COMPOSE["volumes"])


def test_secrets_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "SERVER_NAME", "POSTGRES_PASSWORD"):
        assert f"${{{name}:?" in text


def test_env_example_names_every_variable_of_the_compose_file() -> None:
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text())) - {"VERSION"}
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert used <= set(example)
    assert not any(example[name] for name in ("SECRET_KEY", "SERVER_NAME", "POSTGRES_PASSWORD"))


def test_env_example_names_only_variables_that_are_read() -> None:
    files = ["supportdesk/settings.py", "deploy/gunicorn.py", "docker-compose.yml"]
    text = "".join((ROOT / file).read_text() for file in files)
    names = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_nginx_speaks_to_services_that_exist_and_believes_no_client() -> None:
    assert set(re.findall(r"server (\w+):8000", NGINX)) == {"web", "live"}
    assert NGINX.count("X-Forwarded-For $remote_addr") == NGINX.count("proxy_pass ") == 2
    assert NGINX.count("{") == NGINX.count("}")
    assert "$request_uri" not in NGINX.split("log_format")[1].split(";")[0]
