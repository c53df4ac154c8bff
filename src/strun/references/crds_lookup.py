"""References chosen by CRDS: the only code that imports ``crds``, when one must be looked up."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import os
import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from strun.errors import ReferenceNotFoundError
from strun.logs import get_logger
from strun.references.crds_download import Downloads, checked_downloads
from strun.references.crds_setup import OBSERVATORY, SERVER, cache_folder, missing_setup

log = get_logger("stpipe.crds")

# crds's own word for none
_NO_SERVER = f"https://{OBSERVATORY}-serverless.stsci.edu"
# of crds; its module is not imported here
_SERVICE_ERROR = "ServiceError"


class Found(NamedTuple):
    """What CRDS chose: a path or N/A, its name for the product, the context and the software."""

    path: str
    name: str
    context: str
    version: str


def _server() -> str:
    """Return the server as messages name it: without user, password and query."""
    from urllib.parse import urlsplit

    parts = urlsplit(os.environ.get(SERVER, ""))
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return scheme + (parts.netloc + parts.path).rpartition("@")[2]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what crds logs and prints off the screen: what matters comes as an error."""
    logger = logging.getLogger("CRDS")
    disabled, logger.disabled = logger.disabled, True
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logger.disabled = disabled


def _import_crds() -> Any:  # noqa: ANN401 - a module without types
    """
    Import crds with its rules for JWST.

    They import a warning class of stdatamodels, which is not needed to choose references. Where
    that package is not installed, a stand-in lends the name during the import.
    """
    stand_in = importlib.util.find_spec("stdatamodels") is None
    if stand_in:
        package, errors = (types.ModuleType(f"stdatamodels{x}") for x in ("", ".exceptions"))
        errors.ValidationWarning = type("ValidationWarning", (Warning,), {})  # type: ignore[attr-defined]
        sys.modules |= {"stdatamodels": package, "stdatamodels.exceptions": errors}
    try:
        import crds
        import crds.jwst.locate
    finally:
        if stand_in:
            del sys.modules["stdatamodels"], sys.modules["stdatamodels.exceptions"]
    return crds


# the environment that crds has read its rules by
_known: dict[str, str] = {}


def _follow_environment(crds: Any) -> None:  # noqa: ANN401
    """Let crds read its rules anew when a notebook has changed the environment since."""
    said = {name: value for name, value in os.environ.items() if name.startswith("CRDS_")}
    if said == _known:
        return
    _known.clear()
    _known.update(said)
    crds.core.utils.clear_function_caches()
    crds.core.config.CRDS_REF_SUBDIR_MODE = None
    # made when it was imported, for the server of that time
    crds.client.api.set_crds_server(os.environ.get(SERVER) or _NO_SERVER)


def look_up(parameters: Mapping[str, Any], reftype: str) -> Found:
    """
    Ask CRDS for the reference of an exposure, chosen by metadata path and value.

    Its path is ``N/A`` when CRDS says that there is none for such an exposure. Raises
    ReferenceNotFoundError when CRDS is not set up, cannot be reached, or has no rule for the
    exposure.
    """
    missing = missing_setup()
    if missing is not None:
        raise _error(reftype, missing)
    downloads = Downloads([], [], [])
    try:
        with _quiet():
            crds = _import_crds()
            from crds.core import heavy_client

            _follow_environment(crds)
            with checked_downloads() as downloads:
                context = heavy_client.get_processing_mode(OBSERVATORY)[1]
                answer = crds.getreferences(
                    dict(parameters), reftypes=[reftype], context=context, observatory=OBSERVATORY
                )
    except (Exception, SystemExit) as err:
        # what was wrong may be fixed when it is asked the next time: no environment has this name
        _known[""] = ""
        # crds raises whatever its parts do, and leaves the process when it has no settings
        raise _error(reftype, _words(err, downloads)) from err
    for name, size in downloads.done:
        log.info("Downloaded %s (%.1f MB) from %s", name, size / 1e6, _server())
    path = str(answer[reftype])
    if "N/A" in path.upper():
        return Found("N/A", "N/A", context, crds.__version__)
    if path.upper().startswith("NOT FOUND"):
        raise _error(reftype, f"{context} has no rule for it ({path})")
    if not os.path.isfile(path):
        # crds only logs that it could not be downloaded
        raise _error(reftype, _absent(os.path.basename(path), downloads))
    return Found(path, f"crds://{os.path.basename(path)}", context, crds.__version__)


def _words(err: BaseException, downloads: Downloads) -> str:
    """Return what kept CRDS from an answer: a file that is missing, a server that is away."""
    if downloads.failed:
        return _absent(downloads.failed[-1][0], downloads)
    causes = list(_causes(err))
    # rules are opened, references are asked of whoever downloads them
    opened = [str(each.filename) for each in causes if isinstance(each, FileNotFoundError)]
    path = next((path for path in (*downloads.missing, *opened) if path), None)
    missing = f"{os.path.basename(path)} is not in the cache (no {path})" if path else None
    said = ", and ".join(filter(None, (missing, _no_server(causes))))
    first = str(err).strip().split("\n")[0]
    return said or f"CRDS could not answer: {first or type(err).__name__}"


def _causes(err: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it comes from."""
    found: BaseException | None = err
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _no_server(causes: list[BaseException]) -> str | None:
    """Return why no server was asked, None when one was, or it was not tried."""
    asked = next(
        (n for n, each in enumerate(causes) if type(each).__name__ == _SERVICE_ERROR), None
    )
    if asked is None:
        return None
    if not os.environ.get(SERVER):
        return f"{SERVER} is not set"
    # what the service's error was raised from: an error of the network, or of the address
    below = causes[asked + 1] if asked + 1 < len(causes) else causes[asked]
    reason = getattr(below, "reason", below)
    if isinstance(reason, str):
        words = f"{getattr(below, 'code', '')} {reason}".strip()
    elif isinstance(reason, OSError):
        words = reason.strerror or type(reason).__name__
    else:
        words = "it is no URL"
    return f"the server {_server()} cannot be reached ({words})"


def _absent(name: str, downloads: Downloads) -> str:
    faults = dict(downloads.failed)
    if name in faults:
        return f"{name} could not be downloaded from {_server()}: {faults[name]}"
    cache = cache_folder()
    return f"{name} is not in the cache {cache}, and was not downloaded (is it read-only?)"


def _error(reftype: str, reason: str) -> ReferenceNotFoundError:
    return ReferenceNotFoundError(
        f"no {reftype} reference: {reason}; give --override_{reftype} FILE (N/A skips the step), "
        "or --refs DIR with reference files, or set CRDS_PATH to a filled cache, or CRDS_PATH and "
        "CRDS_SERVER_URL"
    )
