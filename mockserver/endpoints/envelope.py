"""The outside of a request: what the proxy and the gateway look at before anything reads the fields."""

import base64
import binascii
from typing import Final, NamedTuple

from starlette.types import Scope

from profiles.catalogue import ModelFacts

from ..chance import identity
from ..request.body import Body, body_of
from ..simulation import Bodies, Simulation
from ..wire import errors
from ..wire.errors import Refusal
from .encoding import takes_gzip

_BEARER: Final = "bearer "
_BASIC: Final = "basic "
_FORMS: Final = (b"application/x-www-form-urlencoded", b"multipart/form-data")
"""Content types that are not read as JSON, whatever the body is: there is no model in a form."""
ASKS_MOCK: Final = b"x-mock-"
_CLIENT_ID_LENGTH: Final = 512
_COUNT_DIGITS: Final = 6


class Envelope(NamedTuple):
    """A request unopened.

    `takes_gzip`: the answer may be compressed; `origin`: a browser asks, for somebody's page; `is_form`: the body is a
    form, in which nobody looks for JSON; `asks_mock`: a header asks something of the mock; `retry`: how often the
    client says that it asked before.
    """

    method: str
    path: str
    body: Body
    key: str | None
    client_id: str | None
    takes_gzip: bool = False
    origin: bool = False
    is_form: bool = False
    asks_mock: bool = False
    retry: int | None = None

    @property
    def identity(self) -> bytes:
        """What makes two requests the same question."""
        return identity(self.key or "", self.path, self.body.digest)


def envelope_of(scope: Scope, content: bytes, bodies: Bodies) -> Envelope:
    """The envelope of a request whose body has been read; `bodies` are those that were parsed before."""
    key = client_id = retry = None
    packed = origin = is_form = asks_mock = False
    for name, value in scope["headers"]:
        match name:
            case b"authorization" if key is None:
                key = _key(value.decode("latin-1"))
            case b"x-client-request-id":
                client_id = value.decode("latin-1")[:_CLIENT_ID_LENGTH]
            case b"accept-encoding":
                packed = takes_gzip(value.decode("latin-1"))
            case b"x-stainless-retry-count":
                retry = _count(value)
            case b"origin":
                origin = True
            case b"content-type":
                is_form = value.lower().startswith(_FORMS)
            case _ if name.startswith(ASKS_MOCK):
                asks_mock = True
    return Envelope(
        scope["method"],
        scope["path"],
        body_of(content, json=False) if is_form else bodies.get(content, lambda: body_of(content)),
        key,
        client_id,
        takes_gzip=packed,
        origin=origin,
        is_form=is_form,
        asks_mock=asks_mock,
        retry=retry,
    )


def check_key(envelope: Envelope, simulation: Simulation) -> Refusal | None:
    """The refusal of a request without an accepted key."""
    if envelope.key is None:
        return errors.missing_key()
    if not simulation.accounts.accepts(envelope.key):
        return errors.incorrect_key(envelope.key)
    match simulation.accounts.of(envelope.key).refused:
        case "scopes":
            return errors.missing_scopes()
        case "region":
            return errors.unsupported_region()
        case None:
            return None


def check_gateway(envelope: Envelope, simulation: Simulation) -> ModelFacts | Refusal:
    """The model that a request may use, or why the gateway turns it away: key first, then JSON, then the model.

    The real order of these three is not known.
    """
    refusal = check_key(envelope, simulation)
    if refusal is not None:
        return refusal
    if envelope.body.fields is None:
        return errors.missing_model() if envelope.is_form else errors.not_json()
    if envelope.body.model is None:
        return errors.missing_model()
    facts = simulation.model(envelope.body.model)
    if facts is None:
        return errors.unknown_model(envelope.body.model)
    return errors.retired_model(envelope.body.model) if facts.retired else facts


def _count(value: bytes) -> int | None:
    """A number of retries, as far as it is one that anybody makes."""
    return int(value) if value.isdigit() and len(value) <= _COUNT_DIGITS else None


def _key(authorization: str) -> str | None:
    """The key of an Authorization header: the bearer's, or the password of Basic."""
    scheme = authorization[: len(_BEARER)].lower()
    if scheme == _BEARER:
        return authorization[len(_BEARER) :].strip() or None
    if scheme.startswith(_BASIC):
        try:
            pair = base64.b64decode(authorization[len(_BASIC) :].strip(), validate=True).decode("latin-1")
        except binascii.Error:
            return None
        return pair.partition(":")[2].strip() or None
    return None
