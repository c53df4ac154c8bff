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
    """Run one step, or several one after the other; report what happened as data.

    A job has ``id``, ``class`` (dotted), ``input``, ``output_dir``, ``options``, ``later`` with
    pairs of class and options, and ``before`` with pairs of input and output folder.
    """
    started = time.perf_counter()
    stages = [(job["class"], job["options"]), *job["later"]]
    logged = Errors()
    logging.getLogger().addHandler(logged)
    try:
        for earlier, folder in job["before"]:
            run_step(job["class"], earlier, folder, job["options"])
        source = job["input"]
        for number, (class_path, options) in enumerate(stages):
            last = number == len(stages) - 1
            folder = job["output_dir"] if last else os.path.join(job["output_dir"], str(number))
            run_step(class_path, source, folder, options)
            if not last:
                source = os.path.join(folder, os.listdir(folder)[0])
        message = ""
    except Exception as error:  # anything a step raises is a result here
        message = f"{type(error).__name__}: {error}"
    logging.getLogger().removeHandler(logged)
    seconds = time.perf_counter() - started
    return {"id": job["id"], "error": message, "seconds": seconds, "logged": logged.texts}


def run_step(class_path: str, source: str, folder: str, options: Mapping[str, str]) -> None:
    """Call a step or a pipeline, whose steps get the options that are named steps.STEP.NAME."""
    module, _, name = class_path.rpartition(".")
    step = getattr(importlib.import_module(module), name)
    os.makedirs(folder, exist_ok=True)
    own: dict[str, Any] = {}
    for key, value in options.items():
        if key.startswith("steps."):
            _, part, parameter = key.split(".")
            own.setdefault("steps", {}).setdefault(part, {})[parameter] = value
        else:
            own[key] = value
    result = step.call(source, save_results=True, output_dir=folder, **own)
    for each in result if isinstance(result, tuple | list) else [result]:
        if hasattr(each, "close"):
            each.close()


class Errors(logging.Handler):
    """Keeps the texts of what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text."""
        self.texts.append(record.getMessage())


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
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


if __name__ == "__main__":
    main(*sys.argv[1:])
