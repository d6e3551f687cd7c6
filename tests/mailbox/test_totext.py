"""text_of_html: what a person reads of a mail that has only HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbox.parsing.totext import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>two<br/><br>three", "One\ntwo\n\nthree"),
        ("<div>One</div><div><br></div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<p>One</p><p>&nbsp;</p><p>Two</p>", "One\n\nTwo"),
        ("  a\n  <b>b</b>  c ", "a b c"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<ol><li>one</li><li>two</li></ol>after", "1. one\n2. two\n\nafter"),
        ("<ul><li>one<ul><li>in</li></ul></li><li>two</li></ul>", "- one\n  - in\n- two"),
        ("<table><tr><td>Name</td><td>Fan</td></tr><tr><td>No</td><td>7</td></tr></table>",
         "Name\tFan\nNo\t7"),
        ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
        ("<div style='white-space: pre-wrap'>a\n  b</div>", "a\n  b"),
        ("<blockquote>old<br>older</blockquote>new", "> old\n> older\n\nnew"),
        ("&lt;b&gt; &amp; &euro; &#x20AC; &nosuch;", "<b> & € € &nosuch;"),
        ("<a href='http://a.test/x'>here</a>", "here <http://a.test/x>"),
        ("<a href='https://www.a.test/'>a.test</a>", "a.test"),
        ("<a href='mailto:j@x.test?subject=a'>Jane</a>", "Jane <j@x.test>"),
        ("<a href='mailto:j@x.test'>j@x.test</a>", "j@x.test"),
        ("<a href='javascript:x'>here</a><a href='#top'> up</a>", "here up"),
        ("<a href='http://a.test'></a>x", "x"),
        ("<span style='display: none'>preview</span>Hello", "Hello"),
        ("<div style='max-height:0;overflow:hidden'>preview</div>Hello", "Hello"),
        ("<div style='max-height:0.5em'>small</div>Hello", "small\nHello"),
        ("<p hidden>preview</p>Hello", "Hello"),
        ("<div style='display:none'>all of it</div>", "all of it"),
        ("<head><title>t</title></head><style>p{}</style><script>x</script>Hello", "Hello"),
        ("<img src=a alt='A fan'> <img src=b width=1 height=1 alt=track>", "[A fan]"),
        ("a<!-- b -->c<![endif]>d", "acd"),
        ("2 < 3 > 1", "2 < 3 > 1"),
        ("<p", ""),
        ("plain text", "plain text"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_reads_as_it_looks(html, text):
    assert text_of_html(html) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/!-&;'\"= \nabdilpre#xt\x00é"), max_size=200))
def test_no_html_raises(html):
    assert isinstance(text_of_html(html), str)
