from __future__ import annotations

from collections.abc import Iterator, Mapping

from configobj import Section

from jwst.stpipe.config_parser import config_from_dict, merge_config


class _Other(Mapping[str, int]):
    """A mapping that is no dictionary, as some models are."""

    def __getitem__(self, name: str) -> int:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_dictionary_becomes_a_section() -> None:
    config = config_from_dict({"a": 1, "steps": {"b": {"c": 2.5}}})
    assert isinstance(config["steps"], Section)
    assert config == {"a": 1, "steps": {"b": {"c": 2.5}}}


def test_merge_keeps_what_is_not_said_again() -> None:
    config = config_from_dict({"a": 1, "steps": {"b": {"c": 2, "d": 3}}})
    merge_config(config, {"steps": {"b": {"c": 4}}})
    assert config == {"a": 1, "steps": {"b": {"c": 4, "d": 3}}}


def test_mapping_that_is_no_dictionary_stays_what_it_is() -> None:
    value, config = _Other(), config_from_dict({})
    merge_config(config, {"model": value})
    assert config["model"] is value
