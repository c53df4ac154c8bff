from __future__ import annotations

import numpy as np
import pytest
from factories import dq_def

from strun.datamodels import dqdef
from strun.datamodels.dqdef import Decoder
from strun.datamodels.dqflags import pixel

ROWS = [
    (1, "DO_NOT_USE"),
    (2, "DEAD"),
    (4, "HOT"),
    (8, "REFERENCE_PIXEL"),
    (1 << 9, "RC"),
    (1 << 31, "NO_LIN_CORR"),
]


def decode(dq: np.ndarray, rows: object) -> tuple[np.ndarray, list[str]]:
    """Return the standard flags, and the names that are none."""
    decoder = Decoder(rows)
    return decoder.decode(dq), decoder.unknown


def plain(dq: np.ndarray, rows: list[tuple[int, str]]) -> np.ndarray:
    """Decode with one pass over all pixels for each row."""
    flags = np.zeros_like(dq)
    for value, name in rows:
        flags[(dq & np.uint32(value)) != 0] |= np.uint32(pixel[name])
    return flags


@pytest.mark.parametrize("chunk", [7, 64, dqdef._CHUNK])
@pytest.mark.parametrize("fraction", [0.0, 0.03, 1.0])
def test_decode_equals_plain_version(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, chunk: int, fraction: float
) -> None:
    monkeypatch.setattr(dqdef, "_CHUNK", chunk)
    dq = rng.integers(0, 1 << 32, (33, 31), np.uint64).astype(np.uint32)
    dq[rng.random(dq.shape) >= fraction] = 0
    flags, unknown = decode(dq, ROWS)
    assert flags.tobytes() == plain(dq, ROWS).tobytes()
    assert unknown == []


def test_decode_adds_up_rows_when_they_share_bits_or_names(rng: np.random.Generator) -> None:
    rows = [(0b11, "HOT"), (0b110, "DEAD"), (0b1000, "DEAD"), (0b1000, "RC"), (0b1, "GOOD")]
    dq = rng.integers(0, 64, (5, 9)).astype(np.uint32)
    assert (decode(dq, rows)[0] == plain(dq, rows)).all()


def test_decode_keeps_named_bits_only_when_they_have_their_standard_values() -> None:
    rows = [(pixel["HOT"], "HOT"), (pixel["DEAD"], "DEAD")]
    dq = np.array([pixel["HOT"] | pixel["RC"], pixel["RC"], pixel["DEAD"]], np.uint32)
    assert decode(dq, rows)[0].tolist() == [pixel["HOT"], 0, pixel["DEAD"]]


def test_decode_names_and_drops_what_is_no_standard_flag() -> None:
    dq = np.array([1, 2, 3], np.uint32)
    flags, unknown = decode(dq, [(1, "WOBBLY"), (2, "HOT"), (4, "hot")])
    assert unknown == ["WOBBLY", "hot"]
    assert flags.tolist() == [0, pixel["HOT"], pixel["HOT"]]


def test_decode_reads_a_table_with_padded_names() -> None:
    table = dq_def("HOT   ", "DEAD").data
    flags, unknown = decode(np.array([1, 2], np.uint32), np.asarray(table))
    assert flags.tolist() == [pixel["HOT"], pixel["DEAD"]]
    assert unknown == []


def test_decode_takes_highest_bit_when_the_table_is_signed() -> None:
    table = np.array([(-(1 << 31), b"HOT")], [("VALUE", "i4"), ("NAME", "S40")])
    assert decode(np.array([1 << 31, 1], np.uint32), table)[0].tolist() == [pixel["HOT"], 0]


@pytest.mark.parametrize("rows", [None, [], np.zeros(0, [("VALUE", "u4"), ("NAME", "S4")])])
def test_decode_gives_the_array_itself_when_there_are_no_rows(rows: object) -> None:
    dq = np.array([[1, 5]], np.uint32)
    flags, unknown = decode(dq, rows)
    assert flags is dq
    assert unknown == []
    assert Decoder(rows).plain


def test_decode_drops_all_bits_when_no_name_is_known() -> None:
    assert decode(np.array([1, 5], np.uint32), [(1, "WOBBLY")])[0].tolist() == [0, 0]


def test_decode_does_not_change_its_input(rng: np.random.Generator) -> None:
    dq = rng.integers(0, 16, (4, 4)).astype(np.uint32)
    before = dq.copy()
    decode(dq, ROWS)
    assert (dq == before).all()


def test_encode_undoes_decode_when_every_bit_is_named(rng: np.random.Generator) -> None:
    dq = rng.integers(0, 16, (6, 5)).astype(np.uint32)
    decoder = Decoder(ROWS)
    assert (decoder.encode(decoder.decode(dq)) == dq).all()


def test_encode_drops_flags_that_the_table_does_not_name() -> None:
    flags = np.array([pixel["HOT"] | pixel["WARM"], pixel["WARM"]], np.uint32)
    assert Decoder(ROWS).encode(flags).tolist() == [4, 0]
