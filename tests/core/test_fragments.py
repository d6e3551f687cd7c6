"""Fragments that are made once: the same for the same key, and never somebody else's token."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import RequestContext, Template
from django.template.exceptions import TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from core.fragments import FRAGMENTS, LARGEST, TOKEN_MARK, Fragments

TEXT = '{% load kept ui %}{% kept "test" key %}{{ shown }}{% endkept %}'


def render(text: str, request: HttpRequest | None = None, **values: Any) -> str:
    context = RequestContext(request or RequestFactory().get("/"), values)
    return Template(text).render(context)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    FRAGMENTS._kept.clear()


def test_the_block_is_made_once_for_a_key():
    assert render(TEXT, key="a", shown="first") == "first"
    assert render(TEXT, key="a", shown="second") == "first"
    assert render(TEXT, key="b", shown="third") == "third"


def test_each_language_has_its_own():
    with translation.override("en-gb"):
        assert render(TEXT, key="a", shown="colour") == "colour"
    with translation.override("de"):
        assert render(TEXT, key="a", shown="Farbe") == "Farbe"


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_nothing_is_kept(key: str | None):
    assert render(TEXT, key=key, shown="first") == "first"
    assert render(TEXT, key=key, shown="second") == "second"
    assert render(TEXT, shown="third") == "third"


def test_what_was_escaped_stays_escaped():
    for _time in range(2):
        assert render(TEXT, key="a", shown="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("is_nested", [False, True])
def test_every_answer_has_a_token_of_its_own(is_nested: bool):
    text = '{% load kept ui %}{% kept "f" 1 %}{% csrf_field %}{% endkept %}'
    if is_nested:
        text = text.replace("{% csrf_field %}", '{% kept "g" 2 %}{% csrf_field %}{% endkept %}')
    tokens = set()
    for _time in range(2):
        request = RequestFactory().get("/")
        get_token(request)
        html = render(text, request)
        assert TOKEN_MARK not in html
        tokens.add(html)
    assert len(tokens) == 2
    assert all(TOKEN_MARK in made for made in FRAGMENTS._kept.values())


def test_a_form_after_the_fragment_has_a_token():
    text = '{% load kept ui %}{% kept "f" 1 %}{% csrf_field %}{% endkept %}|{% csrf_field %}'
    request = RequestFactory().get("/")
    for part in render(text, request).split("|"):
        assert TOKEN_MARK not in part
        assert "csrfmiddlewaretoken" in part


def test_a_fragment_that_fails_is_not_kept_and_leaves_no_mark():
    request = RequestFactory().get("/")
    with pytest.raises(ZeroDivisionError):
        render(TEXT, request, key="a", shown=lambda: 1 / 0)
    assert not len(FRAGMENTS)
    assert TOKEN_MARK not in render("{% load ui %}{% csrf_field %}", request)


def test_the_longest_unused_go_first_and_giants_are_not_kept():
    kept = Fragments(most=2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: key)
    assert kept.get("a", lambda: "made anew") == "a"
    assert kept.get("b", lambda: "made anew") == "made anew"
    kept.get("giant", lambda: "x" * (LARGEST + 1))
    assert kept.get("giant", lambda: "small") == "small"


def test_a_key_is_asked_for():
    with pytest.raises(TemplateSyntaxError):
        Template('{% load kept %}{% kept "name" %}x{% endkept %}')


def test_a_fragment_of_all_records_has_the_number_of_each():
    text = '{% load kept %}{% kept "n" key number=pk %}<a href="/{{ number }}/">{{ shown }}</a>'
    text += "{% endkept %}{{ number }}"
    assert render(text, key="a", pk=7, shown="first") == '<a href="/7/">first</a>'
    assert render(text, key="a", pk=8, shown="second") == '<a href="/8/">first</a>'
    assert render(text, key=None, pk=9, shown="third") == '<a href="/9/">third</a>'
