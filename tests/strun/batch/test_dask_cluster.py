"""A real scheduler and two workers on 127.0.0.1, of which one is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.io import fits
from batch_helpers import HERE, STRUN, until
from factories import make_ramp
from in_process import LIMIT

from strun.references.reference_pack import Packed, write_pack

pytest.importorskip("distributed")
DASK = str(Path(sys.executable).with_name("dask"))
# the test kills workers and wants to see the job tried again, not where
QUIET = {
    "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error",
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s",
}


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.log = (folder / "dask.log").open("w")
        self.environment = {**os.environ, **QUIET, "PYTHONPATH": str(HERE), "TMPDIR": str(folder)}
        self.processes: list[subprocess.Popen[bytes]] = []
        # port 0: any that is free
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        until(self.address, "the scheduler's file")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [DASK, *words, "--scheduler-file", str(self.file)]
        process = subprocess.Popen(
            command, env=self.environment, stdout=self.log, stderr=self.log, cwd=self.folder
        )
        self.processes.append(process)
        return process

    def address(self) -> str:
        try:
            return str(json.loads(self.file.read_text())["address"])
        except (OSError, ValueError):
            return ""

    def worker(self, threads: int = 1) -> subprocess.Popen[bytes]:
        # without a nanny the process is the worker itself
        where = ("--local-directory", str(self.folder), "--host", "127.0.0.1")
        return self.start("worker", "--no-nanny", f"--nthreads={threads}", "--no-dashboard", *where)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        self.log.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return a cluster with two workers."""
    cluster = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        cluster.worker()
        cluster.worker()
        yield cluster
    finally:
        cluster.close()


def start(*words: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [STRUN, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )


def finished(running: subprocess.Popen[str], code: int = 0) -> tuple[str, str]:
    said, errors = running.communicate(timeout=LIMIT)
    assert running.returncode == code, errors
    assert "Traceback" not in errors
    return said, errors


def test_the_summary_is_that_of_processes(cluster: Cluster, three: list[Path]) -> None:
    words = ("dq_init", *three, "none.fits", "--override_mask=mask.fits")
    there, _ = finished(start(*words, f"--scheduler={cluster.address()}", "--summary=t"), 1)
    finished(start(*words, "-j2", "--output_dir=here", "--summary=h"), 1)
    assert there.splitlines()[-1].startswith("4 exposures: 3 done, 1 failed")
    keys = ("input", "outcome", "status", "error", "effect_line")
    rows = [json.loads(Path(name).read_text())["exposures"] for name in "th"]
    assert [[row[k] for k in keys] for row in rows[0]] == [[r[k] for k in keys] for r in rows[1]]
    for name in "abc":
        one, other = (
            fits.getdata(Path(d, f"{name}_dq_init.fits"), "PIXELDQ") for d in (".", "here")
        )
        assert (one == other).all()


def test_paths_hold_where_workers_are(cluster: Cluster, three: list[Path]) -> None:
    words = ("linearity", "a_uncal.fits", "b_uncal.fits", "--override_linearity=N/A")
    finished(start(*words, f"--scheduler={cluster.file}", "--output_dir=out"))
    assert fits.getval("out/a_linearitystep.fits", "S_LINEAR") == "SKIPPED"


def test_pipelines_in_threads_of_a_worker_keep_their_exposures_apart(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = [f"{number:02d}" for number in range(12)]
    for name in names:
        make_ramp(folder / f"{name}_uncal.fits")
    cluster = Cluster(tmp_path_factory.mktemp("threads"))
    try:
        cluster.worker(threads=4)
        words = ("batch_steps.QuarterPipeline", *sorted(folder.glob("*_uncal.fits")))
        more = ("--steps.first.save_results=true", "--output_dir=out", "--summary=s", "--report=p")
        finished(start(*words, *more, f"--scheduler={cluster.address()}"))
    finally:
        cluster.close()
    made = {path.name for path in Path("out").glob("*.fits")}
    kinds = ("between", "half", "quarter")
    assert made == {f"{name}_{kind}.fits" for name in names for kind in kinds}
    rows = json.loads(Path("s").read_text())["exposures"]
    assert [row["beside"] for row in rows] == [
        [f"out/{name}_half.fits", f"out/{name}_between.fits"] for name in names
    ]
    assert "12 of 12 done" in Path("p").read_text()


def test_resume_leaves_out_what_the_cluster_made(cluster: Cluster, three: list[Path]) -> None:
    words = ("dq_init", *three, "--override_mask=mask.fits")
    finished(start(*words, f"--scheduler={cluster.address()}"))
    said, _ = finished(start(*words, "--resume"))
    assert "3 exposures: 3 up to date" in said


def test_a_killed_workers_job_is_done_by_the_other(cluster: Cluster, folder: Path) -> None:
    names = "abcdefgh"
    inputs = [make_ramp(folder / f"{name}_uncal.fits") for name in names]
    words = ("batch_steps.GateStep", *inputs, "--gate", folder / "gate")
    running = start(*words, f"--scheduler={cluster.address()}")
    marks = lambda: [p for p in folder.glob("*.begun") if p.stat().st_size]  # noqa: E731
    until(lambda: len(marks()) == 2, "the begin of two jobs")
    pids = [int(mark.read_text()) for mark in marks()]
    os.kill(pids[0], signal.SIGKILL)
    cluster.worker()
    (folder / "gate").touch()
    said, _ = finished(running)
    assert "8 exposures: 8 done" in said
    for name in names:
        half, whole = fits.getdata(f"{name}_half.fits", "SCI"), fits.getdata(f"{name}_uncal.fits")
        assert (half == whole / 2).all()
    journal = (folder / "strun-journal.jsonl").read_text().splitlines()
    ends = [json.loads(line) for line in journal if '"end"' in line]
    assert sorted(end["input"] for end in ends) == sorted(map(str, inputs))
    products = {f"{name}_half.fits" for name in names}
    assert {p.name for p in folder.glob("*half*")} - {f"{p}.begun" for p in products} == products
    assert not list(folder.glob(".strun-*"))


def test_ctrl_c_ends_the_batch(cluster: Cluster, three: list[Path]) -> None:
    words = ("batch_steps.GateStep", *three, "--gate", three[0].parent / "gate")
    running = start(*words, f"--scheduler={cluster.address()}")
    try:
        until(lambda: list(three[0].parent.glob("*.begun")), "the begin of a job")
        running.send_signal(signal.SIGINT)
        said, errors = finished(running, 130)
    finally:
        Path("gate").touch()
    assert said.splitlines()[-1].endswith("; interrupted")
    assert errors.strip() == "strun: error: interrupted"


def test_a_lost_scheduler_is_one_line_for_each(folder: Path) -> None:
    cluster = Cluster(folder)
    try:
        cluster.worker()
        inputs = [make_ramp(folder / f"{name}_uncal.fits") for name in "ab"]
        words = ("batch_steps.GateStep", *inputs, "--gate", folder / "gate")
        running = start(*words, f"--scheduler={cluster.address()}")
        until(lambda: list(folder.glob("*.begun")), "the begin of a job")
        cluster.processes[0].kill()
        _, errors = finished(running, 1)
    finally:
        (folder / "gate").touch()
        cluster.close()
    assert errors.count("was lost or gave it up; run again with --resume\n") == 2


def test_what_a_lost_worker_had_published_is_left_alone(three: list[Path]) -> None:
    from jwst.dq_init import DQInitStep
    from strun.batch.executors import Serial
    from strun.batch.jobs import Job, JobResult, file_version
    from strun.batch.recipe import Recipe

    recipe = Recipe.of(DQInitStep(override_mask="mask.fits"))
    job = Job(0, "a_uncal.fits", recipe, product="a_dq_init.fits", retried=True)
    results = [each for each in Serial().run([job, job]) if isinstance(each, JobResult)]
    assert [row.outcome for row in results] == ["done", "done"]
    # the second found the first one's
    assert (results[0].status, results[1].status) == ("COMPLETE", "")
    old = Job(
        0,
        "a_uncal.fits",
        recipe,
        product=job.product,
        before=file_version(job.product),
        retried=True,
    )
    assert list(Serial().run([old]))[1].status == "COMPLETE"


def test_no_scheduler_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [make_ramp(folder / f"{name}_uncal.fits") for name in "ab"]
    words = ("batch_steps.OldStep", *paths)
    said, errors = finished(start(*words, "--scheduler=none.json"), 1)
    assert errors == (
        "strun: error: none.json: no such scheduler file; expected one, or tcp://host:port\n"
    )
    assert said == ""
    assert not (folder / "strun-journal.jsonl").exists()


def test_a_cluster_without_workers_is_waited_for_with_a_word(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from strun.batch.dask_cluster import DaskCluster

    cluster = Cluster(folder)
    try:
        DaskCluster(cluster.address())._client.close()
    finally:
        cluster.close()
    assert "the cluster has no workers yet; the exposures wait for them" in caplog.text


def test_a_worker_is_no_scheduler(cluster: Cluster, three: list[Path]) -> None:
    from distributed import Client

    with Client(cluster.address(), set_as_default=False) as client:
        client.wait_for_workers(1)
        worker = next(iter(client.scheduler_info()["workers"]))
    words = ("dq_init", *three, "--override_mask=mask.fits", f"--scheduler={worker}")
    said, errors = finished(start(*words), 1)
    assert "no Dask scheduler answers within 10 s (what answers is 'Worker')" in errors
    assert (len(errors.splitlines()), said) == (1, "")


def test_a_pack_of_references_holds_where_workers_are(cluster: Cluster, three: list[Path]) -> None:
    write_pack("refs.tar", [Packed("mask.fits", "mask", None, ())])
    words = ("dq_init", *three, "--refs=refs.tar", f"--scheduler={cluster.address()}")
    said, _ = finished(start(*words))
    assert "3 exposures: 3 done" in said
    assert fits.getval("a_dq_init.fits", "R_MASK") == "mask.fits"
