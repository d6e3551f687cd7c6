"""Compressed RTF, as Outlook puts it into winmail.dat (MS-OXRTFCP)."""

import struct

MAX_RTF_BYTES = 30_000_000
_HEADER = struct.Struct("<IIII")  # packed size, plain size, kind, checksum
_STORED, _PACKED = 0x414C454D, 0x75465A4C  # "MELA", "LZFu"
_WINDOW = 4096
# The dictionary begins with what most documents contain.
_PRELOADED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def rtf_of(data: bytes) -> bytes:
    """The document; b"" where it is none."""
    if len(data) < _HEADER.size:
        return b""
    _, size, kind, _ = _HEADER.unpack_from(data)
    size = min(size, MAX_RTF_BYTES)
    if kind == _STORED:
        return data[_HEADER.size :][:size]
    return bytes(_unpacked(data, size)[:size]) if kind == _PACKED else b""


def _unpacked(data: bytes, size: int) -> bytearray:
    """Each bit of a control byte says: a letter, or a piece that was there before."""
    window = bytearray(_PRELOADED.ljust(_WINDOW, b"\0"))
    write, at, out = len(_PRELOADED), _HEADER.size, bytearray()
    while at < len(data) and len(out) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            piece = control >> bit & 1
            if at + piece >= len(data):
                return out
            if not piece:
                found = data[at : at + 1]
            else:
                token = data[at] << 8 | data[at + 1]
                if token >> 4 == write:
                    return out  # the mark of the end
                found = _earlier(window, token >> 4, (token & 15) + 2, write)
            at += 1 + piece
            for byte in found:
                window[write] = byte
                write = (write + 1) % _WINDOW
            out += found
    return out


def _earlier(window: bytearray, start: int, length: int, write: int) -> bytes:
    """A piece may run into what it is itself writing."""
    gap = (write - start) % _WINDOW
    return bytes(window[(start + step % gap) % _WINDOW] for step in range(length))
