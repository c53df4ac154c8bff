"""Lists, folders, schedulers and products of many exposures that are not as they should be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from batch_driver import BatchCase, both, dq, product
from fault_scenes import all_of, copied, cut, gone, keyword, moved, written

A, B = "a_uncal.fits", "b_uncal.fits"
DEEP = "[" * 100_000


def _list(name: str, content: str | bytes, *says: str, code: int = 1, done: str = "") -> BatchCase:
    """Return the case of a list of inputs."""
    return BatchCase(f"list {name}", dq(name="@list"), says, done, code, written("list", content))


def _listed_at(name: str, make: Callable[[], object], says: str) -> BatchCase:
    return BatchCase(f"list that is {name}", dq(name="@list"), (says,), scene=all_of(make))


LISTS = [
    _list("that names itself", "@list\na_uncal.fits\n", "@list: no such file", done="a"),
    _list("that is one of its inputs", "list\na_uncal.fits\n", "list: .*not a FITS", done="a"),
    _list("with one name ten thousand times", "a_uncal.fits\n" * 10**4, code=0, done="a"),
    _list("with a byte order mark", "\ufeffa_uncal.fits\r\nb_uncal.fits\r\n", code=0, done="ab"),
    _list("in UTF-16", "a_uncal.fits\n".encode("utf-16"), "@list: .*is no text"),
    _list("of NUL bytes", b"\0" * 10_000, "@list: .*is no text"),
    _list("with a NUL byte", b"a_uncal.fits\nb\0_uncal.fits\n", "@list: .*is no text"),
    _list("with a line of a megabyte", "x" * 10**6, "@list: .*is no text"),
    _list("with a name of 5000 letters", "a_uncal.fits\n" + "x" * 5000, "@list: is no text"),
    _list("of comments", "# a_uncal.fits\n\n  \n", "the list is empty"),
    _list("of a folder", ".\n", r"\.: is a folder; say which"),
    _list("with odd ends of lines", "a_uncal.fits\r\n\r\nb_uncal.fits", code=0, done="ab"),
    _listed_at("a folder", lambda: os.mkdir("list"), "@list: the list cannot be read"),
    _listed_at("a FIFO that nobody writes to", lambda: os.mkfifo("list"), "the list is empty"),
    _listed_at("a link to itself", lambda: os.symlink("list", "list"), "@list: .*cannot be read"),
    _listed_at("a link to nowhere", lambda: os.symlink("no", "list"), "@list: no such list"),
    _listed_at("an exposure", copied(A, "list"), "@list: .*is no text"),
    _listed_at("endless", lambda: os.symlink("/dev/zero", "list"), "is no text"),
]


def _globbed(name: str, pattern: str, *says: str, code: int = 1, done: str = "") -> BatchCase:
    words = dq("--glob", pattern, name=".")
    return BatchCase(f"glob {name}", words, says, done, code)


def _half_a_product() -> None:
    """Put the begin of a FITS file where a product goes."""
    Path(product("a")).write_bytes(Path(A).read_bytes()[:5760])


def _link_to_input() -> None:
    os.symlink(A, product("a"))


def _two_ways_to_a() -> None:
    os.symlink(A, "other.fits")


RESUME = both("--resume")

EXPOSURES = [
    _globbed("that matches nothing", "*.none", r"\.: no file matches \*\.none"),
    _globbed("with an open bracket", "[", r"\.: no file matches \["),
    _globbed("with a slash", "*/a_uncal.fits", "no file matches"),
    _globbed("with ten thousand stars", "*" * 10**4 + "b_uncal.fits", code=0, done="b"),
    BatchCase(
        "two inputs of one product",
        (*both(), "./a_uncal.fits", "d/a_uncal.fits"),
        ("d/a_uncal.fits would overwrite it",),
        "ab",
        scene=all_of(lambda: os.mkdir("d"), copied(A, "d/a_uncal.fits")),
    ),
    BatchCase(
        "strict with one that is cut",
        both("--strict"),
        ("b_uncal.fits: .*is cut",),
        scene=cut(B, 9000),
    ),
    BatchCase(
        "an exposure with the product's name",
        both("a_dq_init.fits"),
        ("would take the place of one of the inp", "a_dq_init.fits: the product would over"),
        "b",
        scene=copied(B, product("a")),
        older=False,
    ),
    BatchCase("resume on half a product", RESUME, (), "ab", 0, _half_a_product, older=False),
    BatchCase(
        "resume on text", RESUME, (), "ab", 0, written(product("a"), "x" * 6000), older=False
    ),
    BatchCase("resume on nothing", RESUME, (), "ab", 0, written(product("a"), ""), older=False),
    BatchCase(
        "resume on a folder",
        RESUME,
        ("a_dq_init.fits",),
        "b",
        scene=lambda: os.mkdir(product("a")),
        older=False,
    ),
    BatchCase(
        "resume on a FIFO",
        RESUME,
        ("a_dq_init.fits",),
        "b",
        scene=lambda: os.mkfifo(product("a")),
        older=False,
    ),
    BatchCase(
        "product that is a link to its input",
        both(),
        ("a_dq_init.fits|a_uncal.fits",),
        "b",
        scene=_link_to_input,
        older=False,
    ),
    BatchCase(
        "resume without an input",
        RESUME,
        ("a_uncal.fits: .*no such",),
        "b",
        scene=gone(A),
    ),
    BatchCase(
        "an exposure of another instrument",
        both(),
        ("the exposure a_uncal.fits is NIRISS",),
        "b",
        scene=keyword(A, "INSTRUME", "NIRISS"),
    ),
    BatchCase(
        "name that is too long for its product",
        dq("b_uncal.fits", name="n" * 245 + ".fits"),
        ("the name is too long",),
        "b",
        scene=moved(A, "n" * 245 + ".fits"),
    ),
    BatchCase(
        "disk full",
        both(),
        ("a_dq_init.fits: .*larger than", "b_dq_init.fits: .*larger than"),
        limit=20_000,
        apart=True,
    ),
    BatchCase(
        "disk full for workers",
        both("-j2"),
        ("a_dq_init.fits: .*larger than", "b_dq_init.fits: .*larger than"),
        limit=20_000,
        apart=True,
    ),
    BatchCase("output_dir that is a file", both("--output_dir", B), ("b_uncal.fits",), apart=False),
    BatchCase("summary that is a folder", both("--summary", "."), ("--summary",), code=2),
    BatchCase("output_file for two", both("--output_file=p.fits"), ("names one product",), code=2),
    BatchCase("empty scheduler", both("--scheduler="), ("'--scheduler' has an empty",), code=2),
    BatchCase("worker and scheduler", both("-j2", "--scheduler=x:1"), ("exclude each",), code=2),
    BatchCase("strict and going on", both("--strict", "--keep-going"), ("exclude",), code=2),
    BatchCase(
        "one that is no file, in workers",
        both("-j2", "gone.fits"),
        ("gone.fits: no such",),
        "ab",
    ),
]


def _scheduled(name: str, content: str | None, says: str, scheduler: str = "s.json") -> BatchCase:
    scene = written("s.json", content) if content is not None else lambda: None
    words = both("--scheduler", scheduler)
    return BatchCase(f"scheduler {name}", words, (says,), scene=scene)


SCHEDULERS = [
    _scheduled("file that is cut", '{"address": "tc', "s.json: is no scheduler file"),
    _scheduled("file of a list", "[1, 2]", "its address is None"),
    _scheduled("file of depth", DEEP, "s.json: is no scheduler file"),
    _scheduled("file with a number", '{"address": 8786}', "its address is 8786"),
    _scheduled("file of a far protocol", '{"address": "foo://x:1"}', "protocol 'foo' is none"),
    _scheduled("file that is an exposure", None, "a_uncal.fits: is no scheduler file", A),
    _scheduled("file that is not there", None, "none.json: no such scheduler file", "none.json"),
    BatchCase("scheduler without port", both("--scheduler=tcp://x"), ("no host:port",), code=2),
    BatchCase("scheduler of no protocol", both("--scheduler=no://x:1"), ("is none of",), code=2),
    BatchCase(
        "scheduler file that is a FIFO",
        both("--scheduler=s.json"),
        ("it is no regular file",),
        scene=lambda: os.mkfifo("s.json"),
    ),
]

CASES = [*LISTS, *EXPOSURES, *SCHEDULERS]
