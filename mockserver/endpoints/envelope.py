"""The outside of a request: what the proxy and the gateway look at before anything reads the fields."""

from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.types import Receive, Scope

from profiles.catalogue import ModelFacts

from ..chance import identity
from ..simulation import Simulation
from ..wire import errors
from ..wire.errors import Refusal

_BEARER: Final = "bearer "
_CLIENT_ID_LENGTH: Final = 512


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request unopened. `fields` is its parsed body, None when that is not a JSON object."""

    method: str
    path: str
    body: bytes
    fields: dict[str, Any] | None
    key: str | None
    client_id: str | None

    @property
    def identity(self) -> bytes:
        """What makes two requests the same question."""
        key = self.key or ""
        if self.fields is None:
            return identity(key, self.path, self.body)
        try:
            return identity(key, self.path, self.fields)
        except TypeError:  # nested too deeply to be written down again
            return identity(key, self.path, self.body)

    @property
    def model(self) -> str | None:
        """The model asked for, if one is named."""
        name = None if self.fields is None else self.fields.get("model")
        return name if isinstance(name, str) and name else None

    @property
    def stream(self) -> bool:
        """Whether a stream is asked for."""
        return self.fields is not None and self.fields.get("stream") is True


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or None when the client went away before its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def envelope_of(scope: Scope, body: bytes) -> Envelope:
    """The envelope of a request whose body has been read."""
    key = client_id = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            key = _bearer_key(value.decode("latin-1"))
        elif name == b"x-client-request-id":
            client_id = value.decode("latin-1")[:_CLIENT_ID_LENGTH]
    return Envelope(scope["method"], scope["path"], body, _json_object(body), key, client_id)


def check_key(envelope: Envelope, simulation: Simulation) -> Refusal | None:
    """The refusal of a request without an accepted key."""
    if envelope.key is None:
        return errors.missing_key()
    if simulation.keys is not None and envelope.key not in simulation.keys:
        return errors.incorrect_key(envelope.key)
    return None


def check_gateway(envelope: Envelope, simulation: Simulation) -> ModelFacts | Refusal:
    """The model that a request may use, or why the gateway turns it away: key first, then JSON, then the model.

    The real order of these three is not known.
    """
    refusal = check_key(envelope, simulation)
    if refusal is not None:
        return refusal
    if envelope.fields is None:
        return errors.not_json()
    if envelope.model is None:
        return errors.missing_model()
    facts = simulation.model(envelope.model)
    if facts is None:
        return errors.unknown_model(envelope.model)
    return errors.retired_model(envelope.model) if facts.retired else facts


def _bearer_key(authorization: str) -> str | None:
    if authorization[: len(_BEARER)].lower() != _BEARER:
        return None
    return authorization[len(_BEARER) :].strip() or None


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
