"""What becomes of a batch as one page of HTML, written and read anew while it runs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from strun.batch.jobs import DONE, FAILED, NOT_RUN, UP_TO_DATE, JobResult
from strun.batch.report import Report, cells, duration
from strun.batch.runner import Batch
from strun.blockio.together import publish_bytes
from strun.errors import OutputError, readable
from strun.logs import get_logger

log = get_logger("jwst.batch")

RUNNING, FINISHED = "running", "finished"
# seconds until a browser reads the page again, and rows for which it takes a second more
_REFRESH, _ROWS = 2, 200
_TO_COME = "to come"
# seconds between two versions, at least
_PAUSE = 1.0
# and how many times as long as one took: a long list is to cost the batch no more than this share
_SHARE = 20.0
_OUTCOMES = (DONE, UP_TO_DATE, FAILED, RUNNING, _TO_COME, NOT_RUN)


class Progress(NamedTuple):
    """
    How far a batch is.

    `state` is `RUNNING`, `FINISHED`, or how it ended otherwise. `running` are the places of the
    exposures that are being done. The rest will take so many seconds, 0 when that cannot be told.
    `parameters` are name, value and origin of each that somebody has said.
    """

    state: str
    running: frozenset[int] = frozenset()
    left: float = 0.0
    parameters: tuple[tuple[str, str, str], ...] = ()


@cache
def _part(name: str) -> str:
    """Return a part of the page that lies beside this file."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as stream:
        return stream.read()


def _text(text: str) -> str:
    """Return a text as HTML; what no page can show, as names of files may have, as an escape."""
    return escape(readable(text))


def _link(path: str, folder: str) -> str:
    """Return an address that leads from a page in a folder to a file."""
    return quote(os.fsencode(os.path.relpath(path, folder)))


def _picture(product: str | None) -> str | None:
    """Return the picture of a product, when there is one that was not drawn of an older one."""
    if product is None:
        return None
    path = f"{os.path.splitext(product)[0]}.png"
    try:
        return path if os.stat(path).st_mtime_ns >= os.stat(product).st_mtime_ns else None
    except OSError:
        return None


def page(report: Report, progress: Progress, path: str) -> str:
    """Return the page; links are counted from the path that it goes to."""
    folder = os.path.dirname(os.path.abspath(path))
    live = progress.state == RUNNING
    words = [_word(row, progress) for row in report.results]
    counts = {word: words.count(word) for word in _OUTCOMES}
    failed = f", {counts[FAILED]} failed" if counts[FAILED] else ""
    done = f"{counts[DONE] + counts[UP_TO_DATE]} of {len(words)} done{failed}"
    told = ((row.path, row.error or row.picture_error) for row in report.results)
    errors = (f"<b>{_text(name)}</b><pre>{_text(text)}</pre>" for name, text in told if text)
    now = datetime.now(UTC)
    refresh = _REFRESH + len(words) // _ROWS
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="refresh" content="{refresh}">' if live else "",
        f"<title>{_text(report.step.rpartition('.')[2])}: {done}</title>",
        f"<style>\n{_part('page.css')}</style></head>",
        f'<body data-state="{_text(progress.state)}" data-written="{now.timestamp():.0f}">',
        f'<header><h1>{_text(report.step)}</h1><p class="state">{_text(progress.state)}</p>',
        f"<p>{_summary(report, progress, now)}</p>",
        _bar(counts),
        '<p id="stale" hidden>Nothing was written here for a minute: the batch may have been '
        "killed. Its journal says what was running.</p></header>",
        *_parameters(progress.parameters),
        *_section("errors", "Errors", errors),
        *_section("outliers", "Stand out", (_text(str(each)) for each in report.outliers)),
        *_table(report, words, folder),
        f"<script>\n{_part('page.js')}</script></body></html>",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _word(row: JobResult, progress: Progress) -> str:
    """Return what is said of an exposure in a word."""
    if row.outcome != NOT_RUN:
        return row.outcome
    if row.index in progress.running:
        return RUNNING
    return _TO_COME if progress.state == RUNNING else NOT_RUN


def _summary(report: Report, progress: Progress, now: datetime) -> str:
    workers = f"{report.workers} worker{'s' * (report.workers != 1)}"
    parts = [f"{len(report.results)} exposures, {workers}", duration(report.seconds)]
    if progress.left:
        left = duration(progress.left) if progress.left > 90 else f"{progress.left:.0f} s"
        parts.append(f"about {left} left")
    parts.append(f"as of {now:%Y-%m-%d %H:%M:%S} UTC")
    return _text("; ".join(parts))


def _bar(counts: Mapping[str, int]) -> str:
    """Return a bar with a part for each outcome, and what the parts are."""
    present = [(word, number) for word, number in counts.items() if number]
    parts = "".join(
        f'<span class="{_class(word)}" style="flex-grow:{number}"></span>'
        for word, number in present
    )
    legend = "".join(
        f'<li><span class="{_class(word)}"></span>{number:,} {word}</li>'
        for word, number in present
    )
    return f'<div class="bar">{parts}</div><ul class="legend">{legend}</ul>'


def _class(word: str) -> str:
    return word.replace(" ", "-")


def _parameters(said: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    rows = "".join(
        f"<dt>{_text(name)}</dt><dd>{_text(value)} <small>{_text(origin)}</small></dd>"
        for name, value, origin in said
    )
    if rows:
        yield f"<details><summary>Parameters</summary><dl>{rows}</dl></details>"


def _section(kind: str, title: str, rows: Iterable[str]) -> Iterator[str]:
    listed = "".join(f"<li>{row}</li>" for row in rows)
    if listed:
        yield f'<section class="{kind}"><h2>{title}</h2><ul>{listed}</ul></section>'


def _table(report: Report, words: list[str], folder: str) -> Iterator[str]:
    """Yield the table of exposures; a column of pictures is there when one has a picture."""
    pictures = [_picture(row.product) for row in report.results]
    odd = {outlier.name for outlier in report.outliers}
    heads = ["input", "result", "time", "peak", "effect", "product"]
    heads = ["", *heads] if any(pictures) else heads
    links = "".join(f'<th scope="col">{_head(head)}</th>' for head in heads)
    yield f"<table><thead><tr>{links}</tr></thead><tbody>"
    for row, word, picture in zip(report.results, words, pictures, strict=True):
        stands_out = ' class="odd"' if row.path in odd else ""
        shown = f"<td>{_thumbnail(picture, row, folder)}</td>" if any(pictures) else ""
        yield f"<tr{stands_out}>{shown}{''.join(_cells(row, word, folder))}</tr>"
    yield "</tbody></table>"


def _head(name: str) -> str:
    return f'<a href="#{name}">{name}</a>' if name else '<span class="unseen">picture</span>'


def _thumbnail(picture: str | None, row: JobResult, folder: str) -> str:
    if picture is None:
        return ""
    address = _link(picture, folder)
    words = f"Picture of {_text(os.path.basename(row.product or ''))}"
    return f'<a href="{address}"><img src="{address}" alt="{words}" loading="lazy"></a>'


def _cells(row: JobResult, word: str, folder: str) -> Iterator[str]:
    name, result, time, peak, _ = cells(row)
    yield f'<th scope="row">{_text(name)}</th>'
    said = result if row.outcome != NOT_RUN else word
    yield f'<td><span class="word {_class(word)}">{_text(said)}</span></td>'
    yield f'<td class="number" data-value="{row.seconds:.6f}">{_text(time)}</td>'
    yield f'<td class="number" data-value="{row.peak}">{_text(peak)}</td>'
    yield f"<td>{_effect(row)}</td>"
    links = (
        f'<a href="{_link(product, folder)}">{_text(os.path.basename(product))}</a>'
        for product in (row.product, *row.beside)
        if product
    )
    yield f"<td>{'<br>'.join(links)}</td>"


def _effect(row: JobResult) -> str:
    """Return what was done in a few words, with the lines of the steps behind them."""
    lines = "".join(
        f"<dt>{_text(name)}</dt><dd>{_text(effect.line)}</dd>"
        for name, effect in row.effects.items()
        if effect.line
    )
    if not lines:
        return ""
    return f"<details><summary>{_text(row.brief)}</summary><dl>{lines}</dl></details>"


class LivePage:
    """
    Keeps a page about a batch: written when it begins, about once a second, and when it ends.

    A page that cannot be written is told once; the batch, whose inputs are checked, goes on.
    """

    def __init__(self, batch: Batch, path: str) -> None:
        self._batch = batch
        self._path = os.path.abspath(path)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="report", daemon=True)
        self._began = time.monotonic()
        self._told = False

    def __enter__(self) -> LivePage:
        self._began = time.monotonic()
        self._write(RUNNING)
        self._thread.start()
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._ended.set()
        self._thread.join()
        if error is None:
            self._write(FINISHED)
        else:
            self._write(f"failed: {error}" if isinstance(error, Exception) else "interrupted")

    def _keep(self) -> None:
        pause = _PAUSE
        while not self._ended.wait(pause):
            started = time.monotonic()
            self._write(RUNNING)
            pause = max(_PAUSE, _SHARE * (time.monotonic() - started))

    def _write(self, state: str) -> None:
        batch = self._batch
        progress = Progress(state, frozenset(batch.running), self._left(state), batch.recipe.said)
        try:
            publish_bytes(self._path, page(batch.report(), progress, self._path).encode())
        except OutputError as err:
            if not self._told:
                log.warning("--report: %s; the batch goes on", err)
            self._told = True

    def _left(self, state: str) -> float:
        """Return how many seconds the rest will take, 0 when nothing has ended yet."""
        ended = self._batch.ended
        if state != RUNNING or not ended:
            return 0.0
        return (time.monotonic() - self._began) / ended * (self._batch.left - ended)
