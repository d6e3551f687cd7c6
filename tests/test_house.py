"""House rules a linter cannot say. Each teaches what to do instead."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
APPS = ["core", "accounts", "attachments", "calendars", "customers", "devices", "technicians",
        "knowledgebase", "tickets", "servicelogs", "mailbox", "notifications"]  # fmt: skip
# Lower first: an app may point down, never up.
LAYER = {name: level for level, name in enumerate(APPS)} | {"technicians": 5, "devices": 5}


def sources(pattern: str = "*.py") -> Iterator[tuple[Path, ast.Module]]:
    """Every python file of our apps, parsed; migrations left out."""
    for app in APPS:
        for path in (ROOT / app).rglob(pattern):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def test_foreign_keys_point_down():
    wrong = []
    for model in apps.get_models():
        here = model._meta.app_label
        if here not in LAYER:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "many_to_one", False) or target is None:
                continue
            there = target._meta.app_label
            if target._meta.label == settings.AUTH_USER_MODEL or there not in LAYER:
                continue
            if LAYER[there] > LAYER[here]:
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not wrong, "the upper app must hold the key: " + ", ".join(wrong)


def test_only_the_spine_rings_bells():
    wrong = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"on_commit", "delay"}:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    allowed = [place for place in wrong if not place.startswith("core/events.py")]
    assert not allowed, "record an event and subscribe to it, or use core.events.ring(): " + str(
        allowed
    )


def test_status_is_written_only_by_actions():
    wrong = []
    for path, tree in sources():
        if "actions" in path.parts or path.name == "actions.py":
            continue
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr in {"status", "state"}:
                    if isinstance(target.value, ast.Name) and target.value.id == "self":
                        continue
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "a state changes through an action: " + ", ".join(wrong)


def test_events_are_recorded_inside_a_transaction():
    wrong = []
    for path, tree in sources():
        if "actions" not in path.parts and path.name != "actions.py":
            continue
        for function in [n for n in tree.body if isinstance(n, ast.FunctionDef)]:
            calls = {
                n.func.id
                for n in ast.walk(function)
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }
            marks = " ".join(ast.unparse(d) for d in function.decorator_list)
            body = ast.unparse(function)
            private = function.name.startswith("_")
            if "record" in calls and not private and "atomic" not in marks + body:
                wrong.append(f"{path.relative_to(ROOT)}:{function.name}")
    assert not wrong, "decorate with @transaction.atomic: " + ", ".join(wrong)


def test_components_say_what_they_accept():
    wrong = [
        path.name
        for path in (ROOT / "templates" / "components").glob("*.html")
        if not path.read_text().startswith("{# Accepts")
    ]
    assert not wrong, "begin with {# Accepts: … #}: " + ", ".join(wrong)


def test_templates_hold_no_inline_script_or_style():
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        if "emails" in path.parts or "pdf" in path.name or "labels" in path.name:
            continue
        text = path.read_text()
        for forbidden in ["<style", " style=", "<script>", " onclick=", " onload=", "javascript:"]:
            if forbidden in text:
                wrong.append(f"{path.relative_to(ROOT)}: {forbidden}")
    assert not wrong, "the policy forbids it; use static/: " + ", ".join(wrong)


def named_urls(patterns=None, prefix: str = "") -> Iterator[str]:
    """Full names of all our own url patterns."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_urls(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + pattern.name


@pytest.mark.parametrize("app", [a for a in APPS if a not in {"core", "attachments"}])
def test_every_app_says_at_its_door_what_it_owns(app):
    text = (ROOT / app / "__init__.py").read_text()
    assert "Owns:" in text
