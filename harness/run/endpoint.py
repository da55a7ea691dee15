"""From settings and environment to the endpoint: every flag checked, each mistake one line that names it."""

import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import orjson

from ..client.endpoint import Endpoint
from ..client.headers import Header, is_credential, parse_header
from ..client.proxy import proxy_for
from ..client.target import Target, prefix_of
from ..client.trust import client_context
from ..redact import REDACTED, redact
from .key import api_key
from .settings import RunSettings, SettingError, TargetKind

HEADERS_VARIABLE: Final = "HARNESS_HEADERS"
"""Headers from the environment, one a line: out of sight of whoever lists processes."""

_OWN_FIELDS: Final = {"model": "--model", "messages": "the workload", "stream": "the workload"}


def endpoint_of(settings: RunSettings, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint that these settings mean. Raises SettingError for what cannot be asked."""
    target = target_of(settings)
    mock = kind_of(settings, target) == "mock"
    if target.scheme == "http" and not (target.is_loopback or mock or settings.allow_http):
        raise SettingError(
            "--host", f"{target} is plain http to another machine, readable on the way; use https or add --allow-http"
        )
    signed = any(is_credential(name) for name, _ in settings.headers)
    try:
        proxy = proxy_for(target, environ)
    except ValueError as error:
        raise SettingError(*str(error).split(": ", 1)) from None
    endpoint = Endpoint(
        target=target,
        api=settings.api,
        api_key=api_key(target, environ, mock=mock, signed=signed),
        headers=settings.headers,
        proxy=proxy,
    )
    return replace(endpoint, api_version=settings.api_version) if settings.api_version else endpoint


def target_of(settings: RunSettings) -> Target:
    """Host and path prefix together. Raises SettingError."""
    try:
        target = Target.parse(settings.host)
    except ValueError as error:
        raise SettingError("--host", str(error)) from None
    if settings.path_prefix is None:
        return target
    if target.prefix:
        raise SettingError("--path-prefix", f"--host has a path already ({target.prefix}); write one or the other")
    try:
        return replace(target, prefix=prefix_of(f"/{settings.path_prefix.strip('/')}"))
    except ValueError as error:
        raise SettingError("--path-prefix", f"{settings.path_prefix!r}: the {error}; write /like/this") from None


def kind_of(settings: RunSettings, target: Target) -> TargetKind:
    """Whether the target is a mock: as told, else a server on this machine is one."""
    return settings.target or ("mock" if target.is_loopback else "real")


def trust_of(settings: RunSettings) -> ssl.SSLContext:
    """Whose certificates are believed. Raises SettingError for a file that holds none."""
    return trust_in(settings.ca_file)


def trust_in(ca_file: str | None) -> ssl.SSLContext:
    """The trust in the authorities of a file, in the system's where there is none. Raises SettingError."""
    try:
        return client_context(None if ca_file is None else Path(ca_file))
    except OSError as error:
        why = "holds no PEM certificates" if isinstance(error, ssl.SSLError) else f"cannot be read ({error.strerror})"
        raise SettingError("--ca-file", f"{ca_file} {why}; name the PEM file of the authority") from None


def headers_of(given: Iterable[str], environ: Mapping[str, str]) -> tuple[Header, ...]:
    """The headers of HARNESS_HEADERS and then those of --header, of which the last by a name counts.

    Raises SettingError, which never shows a value.
    """
    lines = [line for line in environ.get(HEADERS_VARIABLE, "").splitlines() if line.strip()]
    found: dict[str, Header] = {}
    for flag, texts in ((HEADERS_VARIABLE, lines), ("--header", list(given))):
        for text in texts:
            try:
                header = parse_header(text)
            except ValueError as error:
                raise SettingError(flag, str(error)) from None
            found[header[0].lower()] = header
    return tuple(found.values())


def extra_body_of(text: str | None) -> Mapping[str, Any] | None:
    """The fields that --extra-body adds to every request. Raises SettingError."""
    if not text:
        return None
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SettingError("--extra-body", f"not JSON ({error}); write for example '{{\"top_p\": 0.9}}'") from None
    if not isinstance(fields, dict):
        raise SettingError("--extra-body", "not a JSON object; write for example '{\"top_p\": 0.9}'")
    for name in fields.keys() & _OWN_FIELDS.keys():
        raise SettingError("--extra-body", f"{name} is decided by {_OWN_FIELDS[name]}; leave it out")
    return fields


def shown(words: Sequence[str], endpoint: Endpoint) -> list[str]:
    """A command line as it may be kept: of --header the names only, and no secret anywhere."""
    return [redact(_shown(before, word), *endpoint.secrets) for before, word in pairwise(["", *words])]


def _shown(before: str, word: str) -> str:
    flag = "--header=" if word.startswith("--header=") else ""
    if not flag and before != "--header":
        return word
    name, colon, _ = word.removeprefix(flag).partition(":")
    return f"{flag}{name}: {REDACTED}" if colon else f"{flag}{REDACTED}"
