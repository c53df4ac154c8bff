from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from batch_helpers import STRUN
from factories import make_linearity, make_mask, make_ramp

import jwst.batch
from jwst.dq_init import DQInitStep
from strun.batch import resources
from strun.batch.resources import choose_count, free_memory, parse_size
from strun.errors import ValidationError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("800M", 800_000_000),
        ("2G", 2_000_000_000),
        ("1.5 GiB", 3 << 29),
        ("64kb", 64_000),
        ("4096", 4096),
        ("1T", 10**12),
    ],
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


def test_a_share_is_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "free_memory", lambda: 1000)
    assert parse_size("25%") == 250


@pytest.mark.parametrize(
    "text",
    [
        "",
        "much",
        "-1G",
        "0",
        "3X",
        "1 2G",
        "0.0000001K",
        "101%",
        "\u0661G",
        "²",
        "nan",
        "9" * 400,
        "1e3",
    ],
)
def test_other_words_are_no_size(text: str) -> None:
    with pytest.raises(ValidationError, match="is no amount of memory; expected one as 800M"):
        parse_size(text)


def free(folder: Path, **files: str) -> int:
    (folder / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable: 5000 kB\n")
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return free_memory(str(folder / "meminfo"), str(folder))


def test_the_machine_has_what_is_available(tmp_path: Path) -> None:
    assert free(tmp_path) == 5000 << 10


def test_a_container_has_its_limit_less_its_use(tmp_path: Path) -> None:
    stat = "anon 5\ninactive_file 300\n"
    found = free(tmp_path, memory_dot_max="1000", memory_dot_current="900", memory_dot_stat=stat)
    assert found == 400


def test_a_container_of_version_1_has_one_too(tmp_path: Path) -> None:
    files = {"memory__memory_dot_limit_in_bytes": "700", "memory__memory_dot_usage_in_bytes": "500"}
    assert free(tmp_path, **files) == 200


def test_a_container_without_limit_has_the_machines(tmp_path: Path) -> None:
    assert free(tmp_path, memory_dot_max="max", memory_dot_current="900") == 5000 << 10


@pytest.mark.parametrize(
    ("count", "peak", "size", "workers"),
    [(100, 10, 35, 3), (2, 10, 1000, 2), (100, 10, 1000, 8), (5, 10, 3, 1), (0, 0, 10, 1)],
)
def test_workers_fit_cores_inputs_and_memory(
    monkeypatch: pytest.MonkeyPatch, count: int, peak: int, size: int, workers: int
) -> None:
    monkeypatch.setattr(resources, "cores", lambda: 8)
    assert choose_count(count, peak=peak, memory=size) == workers


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("jobs", [1, 2])
def test_memory_does_not_grow_with_the_number_of_exposures(folder: Path, jobs: int) -> None:
    make_linearity(folder / "linearity.fits")
    first = make_ramp(folder / "e0_uncal.fits", shape=(1, 3, 12, 16))
    for number in range(1, 150):
        (folder / f"e{number}_uncal.fits").write_bytes(first.read_bytes())
    code = (
        "import sys\n"
        "from jwst import batch\n"
        "from jwst.linearity import LinearityStep\n"
        "step = LinearityStep(override_linearity='linearity.fits', output_dir='out')\n"
        f"report = batch.run(step, '.', glob='*_uncal.fits', jobs={jobs})\n"
        "print(*(f'{row.worker} {row.peak}' for row in report.results), sep='\\n')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    peaks: dict[str, list[int]] = {}
    for line in done.stdout.splitlines():
        worker, peak = line.split()
        peaks.setdefault(worker, []).append(int(peak))
    assert len(peaks) == jobs
    for seen in peaks.values():
        # the first some fill caches
        assert max(seen[20:]) - max(seen[:20]) < 2_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("name", ["linearity", "dq_init"])
def test_the_peak_of_workers_is_predicted_within_a_fifth(folder: Path, name: str) -> None:
    size = (1024, 1024)
    make_linearity(folder / "linearity.fits", size=size)
    make_mask(folder / "mask.fits", size=size)
    for each in "ab":
        place = {"SUBSTRT1": 1, "SUBSTRT2": 1}
        make_ramp(folder / f"{each}_uncal.fits", shape=(1, 6, *size), **place)
    kind = {"linearity": "linearity", "dq_init": "mask"}[name]
    words = [name, "a_uncal.fits", "b_uncal.fits", f"--override_{kind}={kind}.fits", "-j2"]
    told = subprocess.run([STRUN, *words, "--dry-run"], capture_output=True, text=True, check=True)
    predicted = [float(word) for word in re.findall(r"^memory +(\d+) MB$", told.stdout, re.M)]
    subprocess.run([STRUN, *words, "--summary=s.json"], capture_output=True, check=True)
    measured = [each["peak_bytes"] for each in json.loads(Path("s.json").read_text())["exposures"]]
    assert predicted == pytest.approx([peak / 1e6 for peak in measured], rel=0.2)


def test_workers_are_fewer_where_memory_is_short(three: list[Path]) -> None:
    step = DQInitStep(override_mask="mask.fits")
    assert jwst.batch.run(step, three, jobs=2, max_memory="1G").workers == 2
    assert jwst.batch.run(step, three, jobs=2, max_memory="40M").workers == 1


def test_what_this_process_holds_does_not_make_workers_fewer(three: list[Path]) -> None:
    held = bytearray(300_000_000)
    held[::4096] = b"x" * len(held[::4096])
    step = DQInitStep(override_mask="mask.fits")
    assert jwst.batch.run(step, three, jobs=2, max_memory="200M").workers == 2
