from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from astropy.io import fits
from factories import make_mask, make_ramp
from in_process import run_here

import jwst

STRUN = Path(sys.executable).with_name("strun")


def strun(*words: str | Path, code: int = 0, **environment: str) -> str:
    """Run the command in this process; return what it said."""
    found, out, err = run_here([*map(str, words)], environment)
    assert found == code, err
    return err if code else out + err


def started(*words: str | Path) -> None:
    """Start the command as a shell does."""
    subprocess.run([STRUN, *map(str, words)], capture_output=True, check=True)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("word", ["jwst.dq_init.DQInitStep", "dq_init"])
def test_dq_init_writes_its_product_when_started_by_name(ramp: Path, mask: Path, word: str) -> None:
    started(word, ramp, "--override_mask", mask)
    header = fits.getheader("x_dq_init.fits")
    assert (header["S_DQINIT"], header["R_MASK"]) == ("COMPLETE", "mask.fits")
    assert header["FILENAME"] == "x_dq_init.fits"


def test_linearity_writes_its_product_when_started_by_cfg(folder: Path, linearity: Path) -> None:
    make_ramp(folder / "x_lastframestep.fits")
    (folder / "l.cfg").write_text('name = "linearity"\nclass = "jwst.linearity.LinearityStep"\n')
    started("l.cfg", "x_lastframestep.fits", "--override_linearity", linearity)
    assert fits.getval("x_linearitystep.fits", "S_LINEAR") == "COMPLETE"


@pytest.mark.parametrize(
    "words",
    [
        ("--override-mask=mask.fits", "x_uncal.fits"),
        ("x_uncal.fits", "--override_mask", "mask.fits", "--save-results", "yes"),
        ("--save_results", "x_uncal.fits", "--override_mask=mask.fits", "--output_use_index=0"),
    ],
)
def test_options_may_stand_anywhere(ramp: Path, mask: Path, words: tuple[str, ...]) -> None:
    strun("dq_init", *words)
    assert "x_dq_init.fits" in names(ramp.parent)


def test_global_options_may_stand_before_the_step(ramp: Path, mask: Path) -> None:
    said = strun("--log-level", "ERROR", "dq_init", ramp, "--override_mask", mask)
    assert said == ""


def test_values_are_taken_as_typed(ramp: Path) -> None:
    odd = make_mask(ramp.parent / "a #b, 'c' \"d\".fits")
    strun("dq_init", ramp, "--override_mask", odd)
    assert fits.getval("x_dq_init.fits", "R_MASK") == odd.name


def test_save_results_false_saves_nothing(ramp: Path, mask: Path) -> None:
    strun("dq_init", ramp, "--override_mask", mask, "--save_results=false")
    assert names(ramp.parent) == {"x_uncal.fits", "mask.fits"}


def test_skip_writes_the_input_with_its_status(ramp: Path) -> None:
    strun("dq_init", ramp, "--skip")
    with fits.open("x_dq_init.fits") as product, fits.open(ramp) as before:
        assert product[0].header["S_DQINIT"] == "SKIPPED"
        assert (product["PIXELDQ"].data == before["PIXELDQ"].data).all()


def test_override_not_applicable_skips(ramp: Path) -> None:
    strun("linearity", ramp, "--override_linearity", "N/A")
    header = fits.getheader("x_linearitystep.fits")
    assert (header["S_LINEAR"], header["R_LINEAR"]) == ("SKIPPED", "N/A")


def test_save_parameters_gives_a_cfg_that_repeats_the_run(ramp: Path, mask: Path) -> None:
    strun("dq_init", ramp, "--override_mask", "mask.fits", "--save-parameters", "p.cfg")
    first = fits.getdata("x_dq_init.fits", "GROUPDQ").tobytes()
    Path("x_dq_init.fits").unlink()
    strun("p.cfg", ramp)
    assert fits.getdata("x_dq_init.fits", "GROUPDQ").tobytes() == first


@pytest.mark.parametrize("saved", ["true", "false"])
def test_log_says_version_and_parameters_once_and_when_the_step_is_done(
    ramp: Path, mask: Path, saved: str
) -> None:
    said = strun("dq_init", ramp.name, "--override_mask", mask, f"--save_results={saved}")
    assert said.count(f"strun {jwst.__version__}, parameters of step DQInitStep: ") == 1
    assert f"override_mask = '{mask}' (command line)" in said
    assert said.count("Step DQInitStep done") == 1
    assert "All parameters" not in said


def test_log_has_all_parameters_when_it_has_everything(ramp: Path, mask: Path) -> None:
    said = strun("dq_init", ramp.name, "--override_mask", mask, "--verbose")
    listed = said.partition("All parameters of step DQInitStep:\n")[2]
    assert f"  override_mask = '{mask}'\n" in listed
    assert "  skip = False\n" in listed


def test_a_step_of_the_users_runs(ramp: Path) -> None:
    Path("mypkg.py").write_text(
        "from jwst.stpipe import Correction, Step\n"
        "class Half(Correction):\n"
        "    changes = ('data',)\n"
        "    def samples(self, block):\n"
        "        block.data *= 0.5\n"
        "class MyStep(Step):\n"
        "    '''Halve all samples.'''\n"
        "    product_suffix = 'half'\n"
        "    def prepare(self, model):\n"
        "        return Half()\n"
    )
    strun("mypkg.MyStep", ramp)
    half, whole = fits.getdata("x_half.fits", "SCI"), fits.getdata(ramp, "SCI")
    assert (half == whole / 2).all()


FAULTS = {
    "input missing": (1, "no such file", ("dq_init", "none.fits", "--override_mask", "mask.fits")),
    "not FITS": (1, "not a FITS file", ("dq_init", "text", "--override_mask", "mask.fits")),
    "cut": (1, "is cut", ("dq_init", "cut.fits", "--override_mask", "mask.fits")),
    "no SCI": (1, "no SCI extension", ("dq_init", "mask.fits", "--override_mask", "mask.fits")),
    "no reference": (1, "no mask reference: CRDS_", ("dq_init", "x_uncal.fits")),
    "reference missing": (
        1,
        "none.fits: no such mask reference",
        ("dq_init", "x_uncal.fits", "--override_mask", "none.fits"),
    ),
    "reference cut": (
        1,
        "mask reference .*cut.fits.* is cut",
        ("dq_init", "x_uncal.fits", "--override_mask", "cut.fits"),
    ),
    "other kind": (
        1,
        "REFTYPE is MASK, expected LINEARITY",
        ("linearity", "x_uncal.fits", "--override_linearity", "mask.fits"),
    ),
    "other detector": (
        1,
        "for detector MIRIFULONG, the exposure x_uncal.fits is MIRIMAGE",
        ("dq_init", "x_uncal.fits", "--override_mask", "other.fits"),
    ),
    "unknown option": (2, "No such option '--skipp'", ("dq_init", "x_uncal.fits", "--skipp")),
    "bad boolean": (2, "expected true or false", ("dq_init", "x_uncal.fits", "--skip=maybe")),
    "broken cfg": (1, "bad.cfg: not a cfg file", ("bad.cfg", "x_uncal.fits")),
    "no cfg": (2, "none.cfg: no such cfg file", ("none.cfg", "x_uncal.fits")),
    "misspelt": (
        2,
        "did you mean jwst.dq_init.DQInitStep",
        ("jwst.dq_init.DQInit", "x_uncal.fits"),
    ),
    "no module": (2, "there is no module nopkg", ("nopkg.Step", "x_uncal.fits")),
    "no log level": (2, "log level LOUD: expected", ("dq_init", "x_uncal.fits", "--log-l=LOUD")),
    "no step": (2, "is no step", ("os.path.join", "x_uncal.fits")),
    "same name": (
        1,
        "would overwrite the input",
        ("dq_init", "x_uncal.fits", "--override_mask", "mask.fits", "--suffix", "uncal"),
    ),
    "link": (
        1,
        "would overwrite the input",
        ("dq_init", "link.fits", "--override_mask", "mask.fits"),
    ),
    "no input": (2, "Missing argument", ("dq_init",)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_gives_one_line_and_leaves_nothing(ramp: Path, mask: Path, fault: str) -> None:
    Path("text").write_text("hello")
    Path("cut.fits").write_bytes(ramp.read_bytes()[:6000])
    make_mask(ramp.parent / "other.fits", DETECTOR="MIRIFULONG")
    Path("bad.cfg").write_text("name = [\n[[x\n")
    Path("link.fits").symlink_to("link_dq_init.fits")
    os.link(ramp, "link_dq_init.fits")
    before = {path.name: path.read_bytes() for path in ramp.parent.iterdir()}
    code, text, words = FAULTS[fault]
    said = strun(*words, code=code)
    assert re.search(text, said)
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert {path.name: path.read_bytes() for path in ramp.parent.iterdir()} == before


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["jwst.dq_init.DQInitStep", "-h"], "--override_mask"),
        (["calwebb_detector1", "-h"], "--steps.NAME.PARAMETER"),
        (["-h"], "calwebb_detector1"),
        (["help", "batches"], "--resume"),
    ],
)
def test_help_imports_neither_numpy_nor_astropy(words: list[str], shown: str) -> None:
    code = (
        f"import sys; sys.argv = ['strun', *{words}]\n"
        "from strun.cli.strun import strun\n"
        "strun.main(standalone_mode=False)\n"
        "heavy = {'numpy', 'astropy', 'crds', 'matplotlib', 'distributed', 'asdf'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown in done.stdout


@pytest.mark.parametrize("where", ["--override_mask=mask.fits", "--refs=."])
def test_run_imports_no_astropy_and_asks_nothing_of_crds(
    ramp: Path, mask: Path, where: str
) -> None:
    code = (
        "import sys; sys.argv = ['strun', 'dq_init', 'x_uncal.fits', sys.argv[1]]\n"
        "from strun.cli.strun import strun\n"
        "strun.main(standalone_mode=False)\n"
        "heavy = {'astropy', 'crds', 'matplotlib', 'distributed', 'asdf', 'multiprocessing'}\n"
        "heavy |= {'socket', 'urllib.request', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    settings = {"CRDS_PATH": "/nowhere", "CRDS_SERVER_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", code, where],
        capture_output=True,
        text=True,
        env=os.environ | settings,
        check=False,
    )
    assert (done.returncode, Path("x_dq_init.fits").exists()) == (0, True), done.stderr


def test_run_loads_nothing_that_it_does_not_use(ramp: Path, mask: Path) -> None:
    code = (
        "import sys; sys.argv = ['strun', 'dq_init', 'x_uncal.fits', '--override_mask=mask.fits']\n"
        "from strun.cli.strun import strun\n"
        "strun.main(standalone_mode=False)\n"
        "unused = {'configobj.validate', 'tempfile', 'strun.engine.scratch'}\n"
        "unused |= {f'strun.cli.{name}' for name in ('batch_progress', 'help_text')}\n"
        "unused |= {'strun.datamodels.views'}\n"
        "unused |= {'strun.parameters.step_config'}\n"
        "assert not unused & set(sys.modules), unused & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version_names_the_package_that_answers() -> None:
    assert "strun 1" in strun("--version")


def test_list_names_the_steps() -> None:
    said = strun("--list")
    assert "jwst.dq_init.DQInitStep" in said
    assert "jwst.linearity.LinearityStep" in said


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_peak_memory_is_the_same_when_the_file_is_ten_times_larger(folder: Path) -> None:
    mask = make_mask(folder / "mask.fits", size=(256, 256))
    peaks = []
    for integrations in (2, 20):
        path = make_ramp(folder / f"{integrations}.fits", shape=(integrations, 10, 128, 128))
        code = (
            "import sys\n"
            "from strun.cli.strun import strun\n"
            f"sys.argv = ['strun', 'dq_init', {str(path)!r}, '--override_mask', {str(mask)!r}]\n"
            "strun.main(standalone_mode=False)\n"
            "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 2000
