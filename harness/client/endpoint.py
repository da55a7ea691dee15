"""The endpoint: which requests an API wants, and the way to it. Pure; nothing here touches a socket."""

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import quote

from .headers import Header, header_value, merged, secrets_of
from .proxy import Proxy
from .target import Target

Api = Literal["openai", "azure"]

AZURE_API_VERSION: Final = "2024-10-21"
"""The newest version of Azure's inference API that is not a preview and has deployments in its routes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where requests go and how they are signed. `headers` are the user's own; they win over ours."""

    target: Target
    api: Api = "openai"
    api_version: str = AZURE_API_VERSION
    api_key: str | None = field(default=None, repr=False)
    headers: tuple[Header, ...] = field(default=(), repr=False)
    proxy: Proxy | None = None

    @property
    def hop(self) -> Target:
        """Whom connections are opened to: the proxy where there is one."""
        return self.target if self.proxy is None else self.proxy.target

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be shown nowhere."""
        return (*([self.api_key] if self.api_key else []), *secrets_of(self.headers))

    def route(self, model: str) -> str:
        """The path of chat completions, with the query; on Azure the model is the name of a deployment."""
        if self.api == "azure":
            base = self.target.prefix.removesuffix("/openai")
            version = quote(self.api_version, safe="")
            return f"{base}/openai/deployments/{quote(model, safe='')}/chat/completions?api-version={version}"
        return f"{self.target.base}/chat/completions"

    def request_target(self, model: str) -> str:
        """What stands in the request line: the route, to a proxy of plain http the whole URL."""
        if self.proxy is None or self.target.scheme == "https":
            return self.route(model)
        return f"http://{self.target.authority}{self.route(model)}"

    def head(self, user_agent: str) -> tuple[Header, ...]:
        """The headers that are the same in every request. Raises ValueError for a key that no header can carry."""
        own = [("User-Agent", user_agent)]
        if self.api_key is not None:
            key = header_value(self.api_key, "the API key")
            own.append(("api-key", key) if self.api == "azure" else ("Authorization", f"Bearer {key}"))
        headers = merged(own, self.headers)
        if self.proxy is not None and self.target.scheme == "http":
            headers += self.proxy.headers
        return headers
