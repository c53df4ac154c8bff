from __future__ import annotations

from strun.datamodels import dqflags


def test_pixel_flags_are_one_bit_each() -> None:
    bits = [value for name, value in dqflags.pixel.items() if name != "GOOD"]
    assert bits == [1 << bit for bit in range(32)]


def test_group_flags_fit_in_a_byte_and_agree_with_pixel() -> None:
    assert max(dqflags.group.values()) < 256
    assert dqflags.group.items() <= dqflags.pixel.items()


def test_good_is_no_bit() -> None:
    assert dqflags.pixel["GOOD"] == dqflags.group["GOOD"] == 0


def test_names_of_a_value_are_in_order_of_bits() -> None:
    value = dqflags.pixel["DEAD"] | dqflags.pixel["DO_NOT_USE"]
    assert dqflags.names(value) == ["DO_NOT_USE", "DEAD"]


def test_mnemonics_are_those_of_the_map() -> None:
    value = dqflags.pixel["HOT"] | dqflags.pixel["SATURATED"]
    assert dqflags.dqflags_to_mnemonics(value, dqflags.pixel) == {"HOT", "SATURATED"}
    assert dqflags.dqflags_to_mnemonics(value, dqflags.group) == {"SATURATED"}
    assert dqflags.dqflags_to_mnemonics(0, mnemonic_map=dqflags.pixel) == set()


def test_names_of_no_bits_are_none() -> None:
    assert dqflags.names(0, dqflags.group) == []
