"""
Directives that show what the program itself says of its steps, commands and errors.

``{strun-step} saturation``
    What the step is called and reads and writes, and its parameters.
``{strun-parameters}``
    Parameters that all steps have.
``{strun-steps}``
    All steps with what they do.
``{strun-command} strun``
    The options of a command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from strun.cli.collect_pipeline_cfgs import collect_pipeline_cfgs
from strun.cli.diff import diff
from strun.cli.options import GLOBAL
from strun.cli.quicklook import quicklook
from strun.cli.strun import strun
from strun.datamodels.keywords import table
from strun.parameters.spec import Parameter
from strun.provenance.record import checksum_keyword
from strun.steps.pipeline import Pipeline
from strun.steps.registry import ALIASES, find_class
from strun.steps.step import Step

COMMANDS = {
    "strun": strun,
    "strun diff": diff,
    "quicklook": quicklook,
    "collect_pipeline_cfgs": collect_pipeline_cfgs,
}


def steps_and_pipelines() -> tuple[list[str], list[str]]:
    """Return the aliases of steps, and those of pipelines."""
    found = {alias: issubclass(find_class(alias), Pipeline) for alias in ALIASES}
    return [a for a, many in found.items() if not many], [a for a, many in found.items() if many]


def cells(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table; the first row is its head."""
    for number, row in enumerate(rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
        if number == 0:
            yield "|" + " --- |" * len(row)


def _first_sentence(step: type[Step]) -> str:
    return " ".join((step.__doc__ or "").split(".\n")[0].split(". ")[0].split()).rstrip(".")


def _status(step: type[Step]) -> str:
    paths = table().by_path
    name = step.cal_step or step.class_alias
    found = paths.get(f"meta.cal_step.{name}")
    return f"`{found.keyword}`" if found else "none"


def _reference(kind: str) -> str:
    found = table().by_path.get(f"meta.ref_file.{kind}.name")
    names = [found.keyword, checksum_keyword(kind)] if found else []
    return f"{kind} ({', '.join(f'`{name}`' for name in names)})" if names else kind


def facts(alias: str) -> Iterator[str]:
    """Yield a table of what a step is called, reads and writes."""
    step = find_class(alias)
    module, _, name = ALIASES[alias].rpartition(".")
    # the references and keywords of a pipeline are those of its steps
    pipeline = issubclass(step, Pipeline)
    kinds = [_reference(kind) for kind in step.reference_file_types or ()]
    rows = [
        ("", ""),
        ("On the command line", f"`strun {alias}`, `strun {module}.{name}`, `strun {alias}.cfg`"),
        ("In Python", f"`from {module} import {name}`"),
        *([] if pipeline else [("References", ", ".join(kinds) or "none")]),
        *([("Product", f"`_{step.product_suffix}.fits`")] if step.product_suffix else []),
        *([] if pipeline else [("Status keyword", _status(step))]),
    ]
    yield from cells(rows)


def _default(parameter: Parameter) -> str:
    default = parameter.default
    if default in (None, "", []):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _values(parameter: Parameter) -> str:
    if parameter.choices:
        return ", ".join(f"`{choice}`" for choice in parameter.choices)
    kinds = {
        "input_file": "file",
        "output_file": "file",
        "saved_file": "file",
        "string": "text",
        "float": "number",
    }
    kind = kinds.get(parameter.kind, parameter.kind)
    limits = [
        each.strip() for each in parameter.arguments if each.strip().startswith(("min", "max"))
    ]
    return f"{kind} ({', '.join(limits)})" if limits else kind


def parameters(chosen: Iterable[Parameter]) -> Iterator[str]:
    """Yield a table of parameters."""
    rows = [("Parameter", "Value", "Default", "Meaning")]
    rows += [(f"`{p.name}`", _values(p), _default(p), p.comment) for p in chosen]
    yield from cells(rows) if len(rows) > 1 else ("None but those of every step.",)


def own_parameters(step: type[Step]) -> list[Parameter]:
    """Return the parameters that a step adds to those of every step, without its substeps'."""
    every = Step.parameters
    return [
        p
        for name, p in step.parameters.items()
        if "." not in name
        and not p.is_override
        and (name not in every or p.default != every[name].default)
    ]


def listed(_: str) -> Iterator[str]:
    """Yield a table of steps, in their order."""
    steps, _pipelines = steps_and_pipelines()
    rows = [("Step", "What it does")]
    rows += [(f"[{alias}]({alias}.md)", _first_sentence(find_class(alias))) for alias in steps]
    yield from cells(rows)


def parameters_of(alias: str) -> Iterator[str]:
    """Yield a table of the parameters of a step; without one, of those that all steps have."""
    if alias:
        yield from parameters(own_parameters(find_class(alias)))
    else:
        yield from parameters(p for p in Step.parameters.values() if not p.is_override)


def options(name: str) -> Iterator[str]:
    """Yield the usage and the options of a command."""
    command = COMMANDS[name]
    context = click.Context(command, info_name=name)
    yield "```text"
    yield " ".join([name, *command.collect_usage_pieces(context)])
    yield "```"
    yield ""
    groups = {option.name: option.group for option in GLOBAL} if name == "strun" else {}
    found: dict[str, list[tuple[str, str]]] = {}
    for option in command.get_params(context):
        record = option.get_help_record(context)
        if record is not None:
            title = groups.get(str(option.name), "")
            found.setdefault(title, []).append((f"`{record[0]}`", record[1]))
    # those without a step have no group: they come last
    for title in dict.fromkeys([*groups.values(), ""]):
        records = found.get(title, [])
        if groups:
            yield from (f"**{title or 'Without a step'}**", "")
        yield from cells([("Option", "Meaning"), *records])
        yield ""


class _Said(SphinxDirective):
    """Shows lines of Markdown that a function makes."""

    optional_arguments = 1
    final_argument_whitespace = True
    lines: ClassVar[Callable[[str], Iterator[str]]]

    def run(self) -> list[nodes.Node]:
        text = "\n".join(type(self).lines(self.arguments[0] if self.arguments else ""))
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives."""
    for name, lines in {
        "strun-step": facts,
        "strun-steps": listed,
        "strun-parameters": parameters_of,
        "strun-command": options,
    }.items():
        app.add_directive(name, type(name, (_Said,), {"lines": staticmethod(lines)}))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
