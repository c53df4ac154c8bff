"""A job in a worker of a Dask cluster: one of several threads, perhaps, of a process not ours."""

from __future__ import annotations

from dataclasses import replace

from strun.batch.jobs import Job, JobResult
from strun.batch.log_lines import LogCollector
from strun.logs import names_of

_collector = LogCollector(by_thread=True)


def work(job: Job, topic: str) -> JobResult:
    """Do a job whose paths are absolute; the client listens to the topic for what begins."""
    from distributed import get_worker

    from strun.batch.execution import execute
    from strun.engine import workers
    from strun.steps.registry import find_class

    me = get_worker()
    me.log_event(topic, {"index": job.index, "worker": me.address})
    # the cluster says how many jobs a machine does at a time
    workers.use_one()
    _collector.attach(names_of(find_class(job.recipe.step)), job.level)
    lines = _collector.begin()
    result = execute(job, caught=(Exception, SystemExit, KeyboardInterrupt))
    return replace(result, log=tuple(lines), worker=me.address)
