"""What SECURITY.md says, held: no code from files, no shell but for hooks, no secrets in logs."""

from __future__ import annotations

import ast
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from factories import make_mask

from strun.cli.shell import say_error
from strun.errors import ConfigError, HookError, ReferenceFileError, StrunError
from strun.logs import Target, applied
from strun.parameters.asdf_parameters import read_document
from strun.references import crds_lookup
from strun.references.reference_folder import choose_from
from strun.references.reference_pack import Packed, folder_of, write_pack
from strun.steps import registry
from strun.steps.shell_hooks import SystemCall

SOURCE = Path(__file__).resolve().parents[1] / "src"
STRUN = Path(sys.executable).with_name("strun")

# what runs code or makes objects of bytes, and where alone it may be
ALLOWED: dict[str, set[str]] = {
    "eval": set(),
    "exec": set(),
    "compile": set(),
    "__import__": set(),
    "os.system": set(),
    "os.popen": set(),
    "marshal.loads": set(),
    "shelve.open": set(),
    # from and to workers that this process has started; never a file
    "pickle.loads": {"strun/batch/worker.py"},
    "pickle.load": set(),
    # a child of SafeLoader, see the test below
    "yaml.load": {"strun/parameters/asdf_parameters.py"},
    "yaml.unsafe_load": set(),
    "yaml.full_load": set(),
    "shell=True": {"strun/steps/shell_hooks.py"},
    "allow_pickle=True": set(),
    "tar.extractall": set(),
    "tar.extract": set(),
    # what the user names, a class path and a hook; and the panels that the class of a step names
    "importlib.import_module": {
        "strun/steps/registry.py",
        "strun/steps/hooks.py",
        "strun/quicklook/figures.py",
    },
}


def dotted(node: ast.expr) -> str:
    """Return a name as it is written: yaml.load."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def dangerous(tree: ast.AST) -> Iterator[str]:
    """Yield what a module calls that `ALLOWED` speaks of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func)
            for each in node.keywords:
                if isinstance(each.value, ast.Constant):
                    yield f"{each.arg}={each.value.value}"
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_nothing_runs_code_or_a_shell_but_where_it_is_said() -> None:
    found: dict[str, set[str]] = {name: set() for name in ALLOWED}
    for path in SOURCE.rglob("*.py"):
        for name in dangerous(ast.parse(path.read_text())):
            if name in found:
                found[name].add(path.relative_to(SOURCE).as_posix())
    assert found == ALLOWED


@pytest.mark.parametrize("word", ["eval(x)", "os.system(x)", "f(shell=True)", "pickle.loads(x)"])
def test_the_search_finds_what_it_looks_for(word: str) -> None:
    assert set(dangerous(ast.parse(word))) & set(ALLOWED)


# what SECURITY.md says under each head, and the tests that hold it
HELD: dict[str, list[str]] = {
    "A class path": [
        "test_no_module_is_looked_for_among_the_data_unless_a_step_of_the_user_is",
        "test_file_in_the_current_folder_hides_no_module",
    ],
    "A parameter file": [
        "test_text_of_a_cfg_file_never_runs",
        "test_objects_of_a_yaml_document_are_plain_values",
        "test_module_of_a_step_may_lie_beside_its_cfg",
    ],
    "Hooks": [
        "test_a_hook_in_the_header_of_an_exposure_never_runs",
        "test_a_hook_of_a_record_is_refused",
        "test_hooks_of_a_record_are_printed_before_they_run",
        "test_arguments_of_a_hook_are_literals",
    ],
    "CRDS": [
        "test_parameters_of_crds_are_taken",
        "test_download_with_a_wrong_bit_leaves_nothing",
        "test_download_that_is_cut_leaves_nothing",
        "test_cache_serves_when_the_server_has_gone",
    ],
    "A Dask cluster": ["test_nothing_runs_code_or_a_shell_but_where_it_is_said"],
    "The cache of strun": [
        "test_a_damaged_note_is_no_note",
        "test_kept_dark_that_is_damaged_is_made_again",
    ],
    "The environment": ["test_a_class_of_an_installed_package_is_taken"],
    "Exposures and references": [
        "test_nothing_runs_code_or_a_shell_but_where_it_is_said",
        "test_open_raises_only_fits_errors_when_tiles_are_damaged",
        "test_a_fault",
    ],
    "Files of windows": [
        "test_file_that_leads_to_another_is_refused",
        "test_changed_values_are_found_by_their_checksum",
        "test_cut_file_is_refused_in_one_line",
        "test_damaged_file_gives_windows_or_one_line",
    ],
    "Records": [
        "test_nothing_of_a_foreign_record_is_in_a_product",
        "test_nothing_of_a_foreign_record_is_in_a_skipped_product",
        "test_nothing_of_a_foreign_record_is_in_a_result_in_memory",
        "test_nothing_of_a_foreign_record_is_in_what_a_step_of_a_pipeline_saves",
        "test_nothing_of_a_foreign_record_is_in_what_save_model_saves",
        "test_a_class_of_the_current_folder_is_not_imported",
        "test_the_current_folder_is_no_package_of_the_one_above",
        "test_a_module_that_holds_no_steps_is_not_imported",
        "test_a_hook_behind_a_gap_of_the_numbers_is_refused",
        "test_a_parameter_that_no_record_has_is_refused",
        "test_nothing_is_written_outside_of_the_folder",
        "test_an_input_is_not_looked_for_by_an_absolute_path",
        "test_a_sum_that_is_none_is_refused",
        "test_a_forged_record_is_refused_in_one_line",
    ],
    "The journal": [
        "test_lines_that_are_not_of_strun_are_told_once",
        "test_what_is_no_journal_is_refused_and_left_as_it_is",
        "test_names_in_a_journal_give_the_terminal_no_commands",
    ],
    "File names": [
        "test_a_file_name_never_runs_in_a_hook",
        "test_a_name_within_quotes_of_a_hook_is_refused_when_it_is_not_plain",
        "test_an_error_gives_the_terminal_no_commands",
        "test_a_record_gives_the_terminal_no_commands",
        "test_a_log_gives_the_terminal_no_commands",
    ],
    "Packs of references": [
        "test_a_pack_makes_no_file_outside_of_its_private_folder",
        "test_member_that_is_not_listed_is_refused",
        "test_member_with_holes_is_refused",
        "test_member_of_another_size_than_listed_is_refused",
        "test_pack_that_is_larger_than_the_disk_is_refused_before_it_is_unpacked",
        "test_member_that_is_there_twice_is_refused",
        "test_member_that_is_no_plain_file_is_refused",
        "test_a_manifest_cannot_name_a_file_of_another_folder",
        "test_changed_file_of_an_unpacked_folder_is_refused",
    ],
    "What lies where a product goes": [
        "test_input_is_not_overwritten",
        "test_reference_is_not_overwritten",
        "test_an_output_over_what_the_run_reads_or_writes_is_a_wrong_call",
        "test_a_link_to_what_the_run_reads_is_no_output",
        "test_no_product_takes_the_place_of_a_list",
        "test_no_product_takes_the_place_of_the_log",
    ],
    "commands of hooks stand in the log, and parameters that differ from their defaults": [
        "test_parameters_that_are_not_default_stand_with_their_origin",
        "test_folders_of_one_machine_are_left_out",
        "test_the_server_is_named_without_its_secrets",
    ],
}


def test_each_line_is_held_by_tests() -> None:
    tests = Path(__file__).parent
    security = " ".join((tests.parent / "SECURITY.md").read_text().split())
    found = re.findall(r"\*\*(.+?)\*\*", security)
    assert [head for head in found if not any(head.startswith(held) for held in HELD)] == []
    assert [held for held in HELD if not any(head.startswith(held) for head in found)] == []
    defined = "".join(path.read_text() for path in tests.rglob("test_*.py"))
    wanted = {name for names in HELD.values() for name in names}
    assert [name for name in sorted(wanted) if f"def {name}(" not in defined] == []


def test_the_files_that_run_code_are_those_of_the_table() -> None:
    table = (SOURCE.parent / "SECURITY.md").read_text().partition("| what | where")[2]
    named = {f"strun/{path}" for path in re.findall(r"`(\w+/\w+\.py)`", table)}
    assert named == set().union(*ALLOWED.values())


# -- parameter files --------------------------------------------------------------------------

OWNED = "__import__('pathlib').Path('owned').touch()"


@pytest.mark.parametrize(
    "line",
    [f"user_supplied_dq = {OWNED}", f"output_dir = %({OWNED})s", f"skip = {OWNED}", f"x = {OWNED}"],
)
def test_text_of_a_cfg_file_never_runs(ramp: Path, line: str) -> None:
    Path("a.cfg").write_text(f'class = "jwst.dq_init.DQInitStep"\n{line}\n')
    done = subprocess.run(
        [STRUN, "a.cfg", ramp, "--override_mask=N/A", "--dry_run"], capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    assert not Path("owned").exists()


@pytest.mark.parametrize(
    "value",
    ["!!python/object/apply:os.system ['touch owned']", "!!python/name:os.system", "!<x> {a: 1}"],
)
def test_objects_of_a_yaml_document_are_plain_values(folder: Path, value: str) -> None:
    text = f"#ASDF 1.0.0\n--- !core/asdf-1.1.0\nparameters:\n  skip: {value}\n...\n"
    Path("a.asdf").write_text(text)
    with suppress(ConfigError):
        made = read_document("a.asdf")["parameters"]["skip"]
        assert isinstance(made, str | list | dict)
    assert not Path("owned").exists()


# -- hooks ------------------------------------------------------------------------------------

NAMES = [
    *("$(touch owned).fits", "`touch owned`.fits", "';touch owned;'.fits", '";touch owned;".fits'),
    *("a;touch owned;.fits", "a\ntouch owned\n.fits", "'$(touch owned)'", '"`touch owned`"'),
    *("a\\';touch owned;\\'", "${x:-$(touch owned)}", "|touch owned", "a&touch owned&b", ">owned"),
]
COMMANDS = [
    *("echo {0}", "echo '{0}'", 'echo "{0}"', 'echo "a {0} b"', "echo 'a {0} b'", 'echo "x"{0}"y"'),
    *("echo 'x'{0}'y'", 'echo "$(basename {0})"', "echo `basename {0}`", 'echo "a\\"{0}"'),
    *("echo $(basename {0})", "cat <<END\n{0}\nEND", 'cat <<END\n"{0}"\nEND', "sh -c 'echo {0}'"),
    *(
        'sh -c "echo {0}"',
        "echo \\'{0}\\'",
        'echo "`basename {0}`"',
        "echo \\\\{0}",
        "echo {0}#{0}",
    ),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_never_runs_in_a_hook(folder: Path, command: str, name: str) -> None:
    # what the shell makes of a name that is quoted may fail, but not run
    with suppress(HookError):
        SystemCall(command, name="hook")(name)
    assert os.listdir() == []


def test_a_name_within_quotes_of_a_hook_is_refused_when_it_is_not_plain() -> None:
    with pytest.raises(HookError, match=r"'a b' has characters .* \{0\} stands within quotes"):
        SystemCall('echo "of {0}"', name="hook")("a b")


def test_a_plain_name_may_stand_within_quotes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    SystemCall("echo 'of {0}.'", name="hook")("x.fits")
    assert "of x.fits." in caplog.messages


# -- where modules and references come from ---------------------------------------------------


def test_no_module_is_looked_for_among_the_data_unless_a_step_of_the_user_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = list(sys.path)
    registry.find_class("dq_init")
    registry.find_class("jwst.linearity.LinearityStep")
    assert sys.path == before
    with suppress(StrunError):
        registry.find_class("mine.MyStep")
    assert sys.path == [*before, str(folder)]


def test_a_pack_makes_no_file_outside_of_its_private_folder(folder: Path) -> None:
    mask = make_mask(Path("mask.fits"))
    write_pack("refs.tar", [Packed(str(mask), "mask", None, ("x.fits",))])
    unpacked = Path(folder_of("refs.tar"))
    assert unpacked.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o111 for path in unpacked.iterdir()} == {0}
    assert set(os.listdir()) == {"mask.fits", "refs.tar"}


@pytest.mark.parametrize("name", ["../mask.fits", "a/../../mask.fits", "/mask.fits"])
def test_a_manifest_cannot_name_a_file_of_another_folder(folder: Path, name: str) -> None:
    Path("refs").mkdir()
    make_mask(Path("mask.fits"))
    sums = '"sha256": "", "size": 0, "crds": null, "exposures": ["x.fits"]'
    one = f'{{"name": "{name}", "reftype": "mask", {sums}}}'
    text = f'{{"format": "strun references 1", "references": [{one}]}}'
    Path("refs", "manifest.json").write_text(text)
    with pytest.raises(ReferenceFileError, match=r"leaves the folder"):
        choose_from("refs", "mask", {"meta.filename": "x.fits"})


# -- what is said -----------------------------------------------------------------------------


def test_the_server_is_named_without_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://me:secret@crds.example.org:8443/jwst?token=hidden#secret"
    monkeypatch.setenv("CRDS_SERVER_URL", url)
    assert crds_lookup._server() == "https://crds.example.org:8443/jwst"


def test_an_error_gives_the_terminal_no_commands(capsys: pytest.CaptureFixture[str]) -> None:
    say_error("strun", "\x1b]0;title\x07\x1b[2Jx\x9b31m\u202efits: no such\nfile é")
    said = capsys.readouterr().err
    assert said == "strun: error: \\x1b]0;title\\x07\\x1b[2Jx\\x9b31m\\u202efits: no such file é\n"


def test_a_log_gives_the_terminal_no_commands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with applied(Target(format="%(message)s")):
        logging.getLogger("stpipe").info("\x1b]0;title\x07\x9b31m\u202e %s é", "\udcff.fits")
    assert capsys.readouterr().err == "\\x1b]0;title\\x07\\x9b31m\\u202e \\udcff.fits é\n"
