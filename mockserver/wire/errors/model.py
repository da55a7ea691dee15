"""What the application refuses because of the model: it does not take a parameter, a value, or so much of it."""

from collections.abc import Sequence

from .refusal import Refusal, application, listed


def unsupported_parameter(name: str, instead: str | None = None) -> Refusal:
    """400: a parameter that this model does not take; `instead` is the one that it does."""
    hint = f" Use '{instead}' instead." if instead else ""
    return application(
        f"Unsupported parameter: '{name}' is not supported with this model.{hint}", name, "unsupported_parameter"
    )


def only_default(name: str, value: float, default: int) -> Refusal:
    """400: a value other than the one that this model has."""
    return application(
        f"Unsupported value: '{name}' does not support {value:g} with this model. Only the default ({default}) value "
        "is supported.",
        name,
        "unsupported_value",
    )


def value_not_for_model(name: str, value: str, supported: Sequence[str]) -> Refusal:
    """400: a value that other models take."""
    return application(
        f"Unsupported value: '{name}' does not support '{value}' with this model. "
        f"Supported values are: {listed(supported)}.",
        name,
        "unsupported_value",
    )


def unverified_organization() -> Refusal:
    """400: a stream of a model that is only streamed to organisations that have shown who they are."""
    return application(
        "Your organization must be verified to stream this model. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just "
        "verified, it can take up to 15 minutes for access to propagate.",
        "stream",
        "unsupported_value",
    )


def no_web_search() -> Refusal:
    """400: a web search asked of a model that cannot search."""
    return application("Web search options not supported with this model.", "web_search_options")


def both_maxima() -> Refusal:
    """400: the old and the new limit of the answer at once."""
    return application(
        "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
        "max_tokens",
        "invalid_parameter_combination",
    )


def unsupported_value(path: str, value: str) -> Refusal:
    """400: a value that the API knows but this model does not take."""
    return application(
        f"Unsupported value: '{path}' does not support {value} with this model.", path, "unsupported_value"
    )


def too_many_output_tokens(path: str, maximum: int, got: int) -> Refusal:
    """400: a longer answer asked for than the model can give."""
    return application(
        f"{path} is too large: {got}. This model supports at most {maximum} completion tokens, "
        f"whereas you provided {got}.",
        path,
        "invalid_value",
    )
