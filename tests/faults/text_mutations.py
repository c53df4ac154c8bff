"""Damage of texts, lists, JSON, packs and records: edits as those of `mutations`, written down."""

from __future__ import annotations

import io
import random
import re
import tarfile

from mutations import CARD, Edit
from mutations import apply as apply_bytes
from mutations import draw as draw_bytes

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|[][{},:\n]|[^\s"]+')
VALUES = (
    *('""', "null", "true", "-1", "0", "1", "1e400", "NaN", "-0.5", "[]", "{}", "[[]]", "10.0"),
    *('"../x"', '"a/b/c"', '"/etc/passwd"', '"mask.fits"', '"."', '"\\ud800"', '"\\u0000"'),
    *("[" * 400 + "]" * 400, '{"a":' * 400 + "1" + "}" * 400, "9" * 4000, '"' + "x" * 5000 + '"'),
    *('"tcp://[::1]:99999"', '"tcp://x"', '"begin"', '"end"', '"finish"', '"start"', '"told"'),
    *('"a-1-b"', '"-"', '"ramp.fits"', '["ramp.fits"]', '["x", null]', '"name"', '"linearity"'),
)
"""JSON that another value may be replaced by: what stays is JSON."""

TOKENS = (
    *('""', "null", "true", "-1", "0", "1", "1e400", "NaN", "-0.5", "[]", "{}", "[[]]", '"', "\n"),
    *('"../x"', '"a/b/c"', '"/etc/passwd"', '"mask.fits"', '"."', '"\\ud800"', '"\\u0000"'),
    *("[" * 5000, '{"a":' * 5000, "9" * 5000, '"' + "x" * 5000 + '"', "@list", "list", ".", "-"),
    *("ramp.fits", "gone.fits", "#", "\ufeff", "\u00e9", "\x00", "\x1b[2J", "tcp://", '"tcp://x"'),
    *('"foo://x:1"', '"tcp://[::1]:99999"', '"begin"', '"end"', '"finish"', '"start"', '"told"'),
)
RECORD = (
    *("STRUNSTP", "STRUNINP", "STRUNSIZ", "STRUNTIM", "STRUNP01", "STRUNP02", "STRUNP99"),
    *("H_MASK", "R_MASK", "CAL_VER", "S_DQINIT", "CHECKSUM", "DATASUM", "FILENAME", "H_LINEAR"),
)
SAID = (
    *("''", "'x'", "T", "1", "-1", "1.5", "'N/A'", "'.'", "'/'", "'../../etc/passwd'", "'%ff%00'"),
    *("'jwst.dq_init.DQInitStep'", "'jwst.linearity.LinearityStep'", "'os.system'", "'a.b.C'"),
    *("'pre_hooks = touch owned (cfg)'", "'skip = true (x)'", "'skip = maybe (x)'", "'x = ('"),
    *("'output_dir = /tmp (x)'", "'override_mask = gone.fits (x)'", "'nothing = 1 (x)'", "'= ()'"),
    *("'suffix = %2F (x)'", "'mask.fits'", "'ramp.fits'", "'gone.fits'", "'crds://mask.fits'"),
    *("'" + "0" * 64 + "'", "'" + "f" * 64 + "'", "'zz'", "'0'", "'save_results = false (x)'"),
)
# offset and length of the fields of a member's header
FIELDS = ((0, 100), (100, 8), (124, 12), (136, 12), (156, 1), (157, 100), (257, 8), (345, 155))
IN_FIELD = (b"", b"0", b"7777777", b"-1", b"\x80\0\0\0\0\0\0\1\0\0\0\0", b"\xff" * 12, b"a.fits")
IN_FIELD += (b"../x", b"S", b"L", b"x", b"g", b"K", b"5", b"1", b"manifest.json", b"ustar  \0")


def draw(data: bytes, rng: random.Random) -> Edit:
    """Return one random edit of a file, of the kinds that its content has."""
    if data.startswith(b"SIMPLE"):
        if rng.random() < 0.6:
            return ["record", rng.choice(RECORD), rng.choice(SAID)]
        return draw_bytes(data, rng)
    if data[257:262] == b"ustar" and rng.random() < 0.8:
        if rng.random() < 0.5:
            return ["manifest", *_number_and_text(data[512:2048].rstrip(b"\0"), rng)]
        field, text = rng.choice(FIELDS), rng.choice(IN_FIELD)
        return ["member", rng.randrange(4), *field, text.hex()]
    if rng.random() < 0.7:
        return ["token", *_number_and_text(data[: 1 << 16], rng)]
    kind, place = rng.choice(("flip", "cut", "repeat", "delete")), rng.randrange(len(data) + 1)
    if kind == "flip":
        return [kind, place, rng.randrange(8)]
    return [kind, place] if kind == "cut" else [kind, place, rng.choice((1, 2, 7, 80, 512))]


def _number_and_text(data: bytes, rng: random.Random) -> tuple[int, str]:
    """Return the number of a token, and what is to be in its place."""
    tokens = _TOKEN.findall(data)
    values = [n for n, each in enumerate(tokens) if each[:1] in b'"-0123456789tfn']
    if values and data.lstrip()[:1] == b"{" and rng.random() < 0.8:
        return rng.choice(values), rng.choice(VALUES)
    return rng.randrange(max(1, len(tokens))), rng.choice(TOKENS)


def apply(data: bytes, edits: list[Edit]) -> bytes:
    """Return a file after its edits, in order."""
    for edit in edits:
        match edit:
            case ["record", keyword, value]:
                data = _with_card(data, keyword, value)
            case ["manifest", number, text]:
                data = _with_manifest(data, number, text)
            case ["member", number, start, length, text]:
                data = _with_field(
                    data, number, start, bytes.fromhex(text)[:length].ljust(length, b"\0")
                )
            case ["token", number, text]:
                data = _with_token(data, number, text)
            case _:
                data = apply_bytes(data, [edit])
    return data


def _with_token(data: bytes, number: int, text: str) -> bytes:
    found = list(_TOKEN.finditer(data))
    if not found:
        return data + text.encode(errors="surrogatepass")
    start, end = found[number % len(found)].span()
    return data[:start] + text.encode(errors="surrogatepass") + data[end:]


def _with_card(data: bytes, keyword: str, value: str) -> bytes:
    """Return a file with a card in the place of the one of its keyword, or of its fifth one."""
    name = f"{keyword:<8}".encode()
    cards = [n for n in range(len(data) // CARD) if data[n * CARD : n * CARD + 8] == name]
    start = (cards[0] if cards else 5) * CARD
    card = f"{keyword:<8}= {value}".encode("latin-1")[:CARD].ljust(CARD)
    return data[:start] + card + data[start + CARD :]


def _with_manifest(data: bytes, number: int, text: str) -> bytes:
    """Return a pack with another token in its manifest; unchanged when it is no pack any more."""
    changed = io.BytesIO()
    try:
        with (
            tarfile.open(fileobj=io.BytesIO(data)) as tar,
            tarfile.open(fileobj=changed, mode="w") as other,
        ):
            for place, member in enumerate(tar):
                source = tar.extractfile(member)
                content = source.read(1 << 24) if source is not None else b""
                if place == 0:
                    content = _with_token(content, number, text)
                member.size = len(content)
                other.addfile(member, io.BytesIO(content))
    except Exception:  # other edits have made it what tarfile cannot read
        return data
    return changed.getvalue()


def _with_field(data: bytes, number: int, start: int, text: bytes) -> bytes:
    """Return a pack with another field in the header of a member, and the right sum of it."""
    places = [n for n in range(0, len(data), 512) if data[n + 257 : n + 262] == b"ustar"]
    if not places:
        return data
    place = places[number % len(places)]
    header = bytearray(data[place : place + 512].ljust(512, b"\0"))
    header[start : start + len(text)] = text
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return data[:place] + bytes(header) + data[place + 512 :]
