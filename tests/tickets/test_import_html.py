"""HTML of other systems becomes text that reads well."""

import pytest

from tickets.htmltext import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>x</li><li>y</li></ul>", "- x\n- y"),
        ("<ol><li>x</li><li>y</li></ol><p>z</p>", "1. x\n2. y\n\nz"),
        ('see <a href="https://a.test/x">this</a>.', "see this (https://a.test/x)."),
        ('<a href="https://a.test">https://a.test</a>', "https://a.test"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ("<script>alert(1)</script><style>p{}</style>safe", "safe"),
        ("<pre>  ls -l\n  cd /</pre>", "ls -l\n  cd /"),
        ("1 &lt; 2 &amp;&amp; 3", "1 < 2 && 3"),
        ('<img src=x onerror=alert(1) alt="a picture">', "a picture"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("", ""),
    ],
)
def test_html_as_text(html: str, text: str) -> None:
    assert html_to_text(html) == text
