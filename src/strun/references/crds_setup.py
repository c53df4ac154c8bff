"""What the environment says of CRDS: whether it can be asked, and what for."""

from __future__ import annotations

import os

OBSERVATORY = "jwst"
SERVER = "CRDS_SERVER_URL"
_DEFAULT_CACHE = "/grp/crds/cache"
_TRUE = frozenset({"true", "1", "yes"})


def cache_folder() -> str:
    """Return where CRDS keeps its files."""
    return os.environ.get("CRDS_PATH") or _DEFAULT_CACHE


def missing_setup() -> str | None:
    """Return what is missing to ask CRDS, None when it can be tried."""
    if os.environ.get(SERVER):
        return None
    cache = cache_folder()
    if not os.environ.get("CRDS_PATH") and not os.path.isdir(cache):
        return "CRDS_PATH is not set"
    settings = os.path.join(cache, "config", OBSERVATORY, "server_config")
    if not os.path.isfile(settings):
        return f"CRDS_SERVER_URL is not set and {settings} is not there"
    return None


def parameters_disabled() -> bool:
    """Return whether the environment says that CRDS's parameters are not wanted."""
    return os.environ.get("STPIPE_DISABLE_CRDS_STEPPARS", "").strip().lower() in _TRUE
