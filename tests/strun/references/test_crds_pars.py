"""Parameters that CRDS gives a step, at their place below what users say."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from astropy.io import fits
from crds_cache import Cache, cut_network, use
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from strun.cli.shell import run_command
from strun.cli.strun import strun
from strun.errors import ConfigError, ValidationError
from strun.parameters.asdf_parameters import read_document

pytestmark = pytest.mark.filterwarnings("ignore")

MASK = "Match({('MIRIMAGE',): UseAfter({'2020-01-01 00:00:00': 'jwst_miri_mask_0001.fits'})})"
PARS = (
    "Match({('MIR_IMAGE',): UseAfter({'2020-01-01 00:00:00': 'jwst_miri_pars-dqinitstep_0001.asdf'"
    "})})"
)


def document(**parameters: object) -> str:
    """Return the text of an ASDF file of parameters."""
    lines = [
        "#ASDF 1.0.0",
        "#ASDF_STANDARD 1.5.0",
        "%YAML 1.1",
        "%TAG ! tag:stsci.edu:asdf/",
        "--- !core/asdf-1.1.0",
        "asdf_library: !core/software-1.0.0 {name: asdf, version: 2.7.3}",
        "class: jwst.dq_init.dq_init_step.DQInitStep",
        "name: dq_init",
        "parameters:",
        *(f"  {name}: {value}" for name, value in parameters.items()),
        "...",
        "",
    ]
    return "\n".join(lines)


@pytest.fixture
def give(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """Return a cache with a mask, and with parameters that say another suffix."""
    cache = Cache(folder / "crds")
    cache.rule("MIRI", "mask", MASK)
    cache.rule("MIRI", "pars-dqinitstep", PARS, parkey=("META.EXPOSURE.TYPE",))
    make_mask(cache.folder("miri") / "jwst_miri_mask_0001.fits")
    say(cache, suffix="fromcrds")
    use(cache.path, monkeypatch)
    cut_network(monkeypatch)
    make_ramp(folder / "x_uncal.fits")
    return cache


def say(cache: Cache, **parameters: object) -> None:
    path = cache.folder("miri") / "jwst_miri_pars-dqinitstep_0001.asdf"
    path.write_text(document(**parameters))


def run(*words: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["strun", "dq_init", "x_uncal.fits", *words])
    return run_command(strun, "strun")


def test_parameters_of_crds_are_taken(give: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch=monkeypatch) == 0
    assert fits.getheader("x_fromcrds.fits")["S_DQINIT"] == "COMPLETE"


def test_product_says_that_a_parameter_came_from_crds(
    give: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch=monkeypatch)
    cards = [str(card) for card in fits.getheader("x_fromcrds.fits").cards]
    assert any("STRUNP" in card and "fromcrds" in card and "CRDS" in card for card in cards)


def test_command_line_is_stronger(give: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--suffix=mine", monkeypatch=monkeypatch) == 0
    assert Path("x_mine.fits").is_file()


def test_cfg_is_stronger(give: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("d.cfg").write_text('name = "d"\nclass = "jwst.dq_init.DQInitStep"\nsuffix = "cfg"\n')
    monkeypatch.setattr("sys.argv", ["strun", "d.cfg", "x_uncal.fits"])
    assert run_command(strun, "strun") == 0
    assert Path("x_cfg.fits").is_file()


def test_option_disables_them(give: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--disable-crds-steppars", monkeypatch=monkeypatch) == 0
    assert Path("x_dq_init.fits").is_file()


@pytest.mark.parametrize("word", ["true", "1", "YES", "True"])
def test_environment_disables_them(give: Cache, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("STPIPE_DISABLE_CRDS_STEPPARS", word)
    assert run(monkeypatch=monkeypatch) == 0
    assert Path("x_dq_init.fits").is_file()


def test_other_words_in_the_environment_do_not(
    give: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STPIPE_DISABLE_CRDS_STEPPARS", "false")
    assert run(monkeypatch=monkeypatch) == 0
    assert Path("x_fromcrds.fits").is_file()


def test_an_override_leaves_crds_alone(give: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    make_mask(Path("mask.fits"))
    assert run("--override_mask", "mask.fits", monkeypatch=monkeypatch) == 0
    assert Path("x_dq_init.fits").is_file()


def test_call_takes_them(give: Cache) -> None:
    DQInitStep.call("x_uncal.fits", save_results=True)
    assert Path("x_fromcrds.fits").is_file()


def test_what_is_said_in_a_call_is_stronger(give: Cache) -> None:
    DQInitStep.call("x_uncal.fits", save_results=True, suffix="call")
    assert Path("x_call.fits").is_file()


def test_step_that_is_skipped_by_crds_is_skipped(
    give: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(give, skip="true")
    assert run(monkeypatch=monkeypatch) == 0
    assert fits.getheader("x_dq_init.fits")["S_DQINIT"] == "SKIPPED"


def test_unknown_parameter_is_left_out_with_a_warning(
    give: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    say(give, suffix="good", maximum_wisdom=3)
    with caplog.at_level(logging.WARNING):
        DQInitStep.call("x_uncal.fits", save_results=True)
    assert "maximum_wisdom, which it does not have" in caplog.text
    assert Path("x_good.fits").is_file()


def test_value_that_cannot_be_used_is_told(give: Cache) -> None:
    say(give, skip="perhaps")
    with pytest.raises(ValidationError, match=r"skip.*perhaps.*CRDS"):
        DQInitStep.call("x_uncal.fits")


def test_file_that_is_no_asdf_is_told(give: Cache) -> None:
    path = give.folder("miri") / "jwst_miri_pars-dqinitstep_0001.asdf"
    path.write_text("#ASDF 1.0.0\n--- [1, 2\n...\n")
    with pytest.raises(ConfigError, match="no parameters of a step can be read from it"):
        DQInitStep.call("x_uncal.fits")


def test_no_parameters_in_crds_is_no_fault(give: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    del give.rules["MIRI"]["PARS-DQINITSTEP"]
    give._write_contexts()
    assert run(monkeypatch=monkeypatch) == 0
    assert Path("x_dq_init.fits").is_file()


def test_asdf_file_is_a_cfg_file_too(give: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("d.asdf").write_text(document(suffix="asdf"))
    monkeypatch.setattr("sys.argv", ["strun", "d.asdf", "x_uncal.fits"])
    assert run_command(strun, "strun") == 0
    assert Path("x_asdf.fits").is_file()


def test_document_makes_nothing_but_plain_values(folder: Path) -> None:
    Path("d.asdf").write_text(document(suffix="!!python/object/apply:os.getcwd []"))
    assert read_document("d.asdf")["parameters"] == {"suffix": []}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "3",
        "parameters: 3",
        "parameters: [a]",
        "class: a",
        "{parameters: {}, steps: 3}",
        "{parameters: {}, steps: [3]}",
        "{parameters: {}, steps: [{parameters: {}}]}",
        "{parameters: {}, steps: {a: b}}",
        "[" * 1500,
        "a: b: c",
        "\x07",
    ],
)
def test_document_of_another_shape_is_refused(folder: Path, text: str) -> None:
    Path("d.asdf").write_text(f"#ASDF 1.0.0\n%YAML 1.1\n---\n{text}\n...\n")
    with pytest.raises(ConfigError, match=r"d\.asdf: no parameters of a step can be read from it"):
        read_document("d.asdf")


def test_name_and_class_are_texts(folder: Path) -> None:
    Path("d.asdf").write_text("#ASDF 1.0.0\n---\n{name: 5, class: 2020-01-01, parameters: {}}\n")
    assert read_document("d.asdf") == {"name": "5", "class": "2020-01-01", "parameters": {}}
