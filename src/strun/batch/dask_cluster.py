"""Jobs done by the workers of a Dask cluster; what comes back is the same as from processes."""

from __future__ import annotations

import os
import queue
from collections.abc import Generator, Iterable
from dataclasses import replace
from typing import Any

from strun.batch.dask_address import LIMIT, address_of, require_answer
from strun.batch.execution import LogCollector
from strun.batch.jobs import FAILED, Event, Job, JobResult, Started
from strun.errors import StepError
from strun.logs import get_logger, names_of, silent

log = get_logger("jwst.batch")

# workers that a job may lose before it has failed
_RETRIES = 3
# seconds for a result to come over the network
_PATIENCE = 60
# between looks at whether jobs have begun
_POLL = 0.2
_LOGGERS = (
    "distributed",
    "distributed.client",
    "distributed.comm",
    "distributed.core",
    "distributed.protocol",
    "tornado.application",
)


class DaskCluster:
    """
    Does jobs on a cluster.

    Its address is ``tcp://host:port``, or the path of a scheduler file. A job whose worker is lost
    is done again by another one. It finds the product if the lost worker had published it, and
    leaves it alone. Raises StepError when no scheduler answers, or distributed is not installed,
    and ValidationError when the address cannot be one.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = self._connected()
        if not self.workers:
            log.warning("%s: the cluster has no workers yet; the exposures wait for them", address)

    @property
    def workers(self) -> int:
        """How many workers the cluster has now."""
        return len(self._client.scheduler_info()["workers"])

    def run(self, jobs: Iterable[Job]) -> Generator[Event, None, None]:
        """Yield `Started` and `JobResult` of each job."""
        # what is lost is done again, or said in one line
        with silent(*_LOGGERS):
            yield from self._run(list(jobs))

    def _run(self, jobs: list[Job]) -> Generator[Event, None, None]:
        client = self._client
        heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
        futures: dict[Any, Job] = {}
        topic = f"strun-{os.uname().nodename}-{os.getpid()}-{os.urandom(3).hex()}"
        try:
            client.subscribe_topic(topic, lambda event: heard.put(_begun(event)))
            futures = _submitted(client, jobs, topic)
            for future, job in futures.items():
                future.add_done_callback(lambda done, job=job: heard.put(_result(done, job)))
            left = {job.index: job for job in jobs}
            while left:
                try:
                    event = heard.get(timeout=_POLL)
                except queue.Empty:
                    self._require_connection()
                    continue
                if event.index not in left:
                    continue
                if isinstance(event, JobResult):
                    event = replace(event, path=left.pop(event.index).path)
                yield event
        finally:
            client.cancel(list(futures), force=True)
            client.close(timeout=f"{LIMIT}s")

    def _connected(self) -> Any:  # noqa: ANN401
        try:
            from distributed import Client
        except ImportError as err:
            raise StepError(
                "--scheduler: distributed is not installed, and Dask clusters need it; pip install "
                "'strun[dask]'"
            ) from err
        address = address_of(self._address)
        make: Any = Client
        with silent(*_LOGGERS):
            require_answer(address)
            try:
                return make(address=address, timeout=f"{LIMIT}s", set_as_default=False)
            except (OSError, ValueError) as err:
                raise StepError(
                    f"{self._address}: the Dask scheduler does not take this as its client "
                    f"({type(err).__name__}); is it of the same version?"
                ) from err

    def _require_connection(self) -> None:
        if self._client.status in ("closed", "closing"):
            raise StepError(f"{self._address}: the Dask scheduler is gone; run again with --resume")


def _submitted(client: Any, jobs: list[Job], topic: str) -> dict[Any, Job]:  # noqa: ANN401
    if not jobs:
        return {}
    recipe, futures = jobs[0].recipe.anywhere(), {}
    for job in jobs:
        there = replace(
            job,
            path=os.path.abspath(job.source or job.path),
            product=None if job.product is None else os.path.abspath(job.product),
            recipe=recipe,
            retried=True,
        )
        key = f"{topic}-{job.index}"
        future = client.submit(work, there, topic, key=key, retries=_RETRIES, pure=False)
        futures[future] = job
    return futures


def _begun(event: Any) -> Started:  # noqa: ANN401
    _, said = event
    return Started(int(said["index"]), str(said["worker"]))


def _result(future: Any, job: Job) -> JobResult:  # noqa: ANN401
    """Return what became of a job; a cluster has more ways to fail than a job has."""
    try:
        result: JobResult = future.result(timeout=_PATIENCE)
    except Exception as err:
        text, kind = str(err) or "the cluster gave it up", type(err).__name__
        if "Cancelled" in kind:
            text = "the Dask scheduler was lost or gave it up; run again with --resume"
        elif kind == "KilledWorker":
            text = f"{_RETRIES} workers died while they did it, perhaps for lack of memory"
        elif isinstance(err, ImportError):
            text = f"the workers cannot import what it needs ({err}); install it there"
        error = " ".join(f"{job.path}: {text}".split())
        return JobResult(job.index, job.path, FAILED, error=error, error_kind=kind)
    if result.product is not None and result.product == os.path.abspath(job.product or ""):
        # as the user has named the folder
        folder = os.path.dirname(job.product or "")
        beside = tuple(
            os.path.join(folder, os.path.basename(path))
            if os.path.dirname(path) == os.path.abspath(folder)
            else path
            for path in result.beside
        )
        result = replace(result, product=job.product, beside=beside)
    return result


_collector = LogCollector(by_thread=True)


def work(job: Job, topic: str) -> JobResult:
    """
    Do a job, whose paths are absolute, in a worker of the cluster.

    It is one of several threads, perhaps, of a process that is not ours. The client listens to the
    topic for what begins.
    """
    from distributed import get_worker

    from strun.engine import workers
    from strun.steps.registry import find_class

    me = get_worker()
    me.log_event(topic, {"index": job.index, "worker": me.address})
    # the cluster says how many jobs a machine does at a time
    workers.use_one()
    _collector.attach(names_of(find_class(job.recipe.step)), job.level)
    return replace(_collector.execute(job), worker=me.address)
