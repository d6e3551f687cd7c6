"""QR labels: one as SVG, many as a PDF sheet. Scanning one opens the device's page."""

import base64
import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse

from devices.models import Device

SHEET_LIMIT = 48  # two sheets of A4, 3 by 8 labels: more would keep a request too long
FONT_URL = "desk:font"
LATIN = [*range(0x20, 0x250), *range(0x2010, 0x2027)]
SHEET_CSS = """
@font-face { font-family: Desk; src: url("desk:font") }
@page { size: A4; margin: 0 }
body { margin: 0; font: 7.5pt/1.25 Desk, sans-serif; color: #000 }
.sheet { width: 210mm; height: 297mm; box-sizing: border-box; padding: 12.5mm 7.5mm;
  break-after: page }
.sheet:last-child { break-after: auto }
.label { float: left; position: relative; width: 65mm; height: 34mm; box-sizing: border-box;
  border: 0.2mm dotted #999 }
.label img { position: absolute; left: 2mm; top: 2mm; width: 30mm; height: 30mm }
.label div { position: absolute; left: 33mm; top: 5mm; width: 29mm; height: 25mm; overflow: hidden;
  overflow-wrap: anywhere }
b { font-size: 8.5pt } .serial { font-family: monospace; font-size: 7.5pt }
p { margin: 0 0 1mm }
"""


class FetchRefused(Exception):
    """The sheet asked for something other than its own images and font."""


def label_url(device: Device) -> str:
    """The address in the code; its id cannot be guessed."""
    return settings.SITE_URL + reverse("devices:scan", args=[device.label_code])


def qr_svg(device: Device) -> bytes:
    """The code as an SVG document, black on white, without scripts or styles."""
    out = io.BytesIO()
    code = segno.make(label_url(device), error="m", micro=False)
    code.save(out, kind="svg", scale=8, border=4, light="#fff", svgclass=None, lineclass=None)
    return out.getvalue()


def label_sheet(devices: Sequence[Device]) -> bytes:
    """A PDF of A4 sheets, 24 labels each, in the order given; at most SHEET_LIMIT."""
    pdf: bytes = lay_out(devices).write_pdf()
    return pdf


def lay_out(devices: Sequence[Device]) -> Any:
    """The sheets as WeasyPrint's document, everything in its place."""
    from weasyprint import CSS, HTML  # a second to import, and only needed here
    from weasyprint.text.fonts import FontConfiguration

    labels = [(device, _data_url(qr_svg(device))) for device in devices[:SHEET_LIMIT]]
    html = render_to_string(
        "devices/_label_sheet.html",
        {
            "sheets": [labels[at : at + 24] for at in range(0, len(labels), 24)],
            "site_name": settings.SITE_NAME,
            "phone": settings.SUPPORT_PHONE,
        },
    )
    fonts, fetcher = FontConfiguration(), _fetcher()
    style = CSS(string=SHEET_CSS, font_config=fonts, url_fetcher=fetcher)
    page = HTML(string=html, url_fetcher=fetcher, base_url="desk:")
    return page.render(stylesheets=[style], font_config=fonts)


def _data_url(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _fetch(url: str) -> tuple[bytes, str]:
    """(bytes, type) of the sheet's own images and font; no file, no network, whatever it asks."""
    if url == FONT_URL:
        return _font(), "font/ttf"
    if url.startswith("data:image/svg+xml;base64,"):
        return base64.b64decode(url.partition(",")[2]), "image/svg+xml"
    raise FetchRefused(url[:100])


def _fetcher() -> Any:
    """_fetch() as WeasyPrint wants it; a refusal ends the sheet."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            body, mime_type = _fetch(url)
            return URLFetcherResponse(url, body, {"Content-Type": mime_type})

    return OwnFetcher(fail_on_errors=True)


@cache
def _font() -> bytes:
    """Inter in one weight and the Latin letters: the whole font would cost a second per sheet."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    path = finders.find("vendor/inter.woff2") or settings.STATIC_ROOT / "vendor/inter.woff2"
    font = TTFont(path)
    subsetter = Subsetter(Options(layout_features=[], hinting=False))
    subsetter.populate(unicodes=LATIN)
    subsetter.subset(font)
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    instantiateVariableFont(font, axes, inplace=True)
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
