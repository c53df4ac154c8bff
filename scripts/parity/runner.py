"""Run steps from Python in whichever environment this file is executed.

    python runner.py JOBS.json RESULTS.json

The jobs are shared out between processes, each of which imports the steps once: starting jwst
takes seconds, a small exposure milliseconds. Both environments run this same file, so that it
also shows that the calls users know work in both.
"""

from __future__ import annotations

import importlib
import json
import logging
import multiprocessing
import os
import sys
import time
import warnings
from collections.abc import Mapping
from typing import Any

Job = Mapping[str, Any]


def run_job(job: Job) -> dict[str, Any]:
    """Run one step; report what happened as data.

    A job has ``id``, ``class`` (dotted), ``input``, ``output_dir`` and ``options``.
    """
    module, _, name = job["class"].rpartition(".")
    started = time.perf_counter()
    try:
        step = getattr(importlib.import_module(module), name)
        os.makedirs(job["output_dir"], exist_ok=True)
        result = step.call(
            job["input"], save_results=True, output_dir=job["output_dir"], **job["options"]
        )
        message = ""
        if hasattr(result, "close"):
            result.close()
    except Exception as error:  # anything a step raises is a result here
        message = f"{type(error).__name__}: {error}"
    return {"id": job["id"], "error": message, "seconds": time.perf_counter() - started}


def main(jobs_path: str, results_path: str) -> None:
    with open(jobs_path, encoding="utf-8") as stream:
        jobs = json.load(stream)
    workers = max(1, min(len(jobs), os.cpu_count() or 1, 4))
    with multiprocessing.get_context("spawn").Pool(workers, initializer=be_quiet) as pool:
        results = pool.map(run_job, jobs, chunksize=1)
    with open(results_path, "w", encoding="utf-8") as stream:
        json.dump(results, stream)


def be_quiet() -> None:
    """Keep the log of hundreds of runs off the screen; errors come back as results."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


if __name__ == "__main__":
    main(*sys.argv[1:])
