"""A list as one text, and back."""

from __future__ import annotations

import pytest

from strun.parameters.list_text import join_list, split_list


@pytest.mark.parametrize(
    "values",
    [["a", "b"], ["a, b", "c"], ["it's", "b"], ['say "a, b" (c', "d"], ["f(x, y)"], ["a]", "b,"]],
)
def test_a_list_comes_back(values: list[str]) -> None:
    assert split_list(join_list(values)) == values


def test_plain_values_stay_without_quotes() -> None:
    assert join_list(["echo {0}", "mine.Step(x=1, y=2)"]) == "echo {0}, mine.Step(x=1, y=2)"
