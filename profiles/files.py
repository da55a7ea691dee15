"""Finding and reading profile files, by the name of a shipped one or by path."""

import difflib
import gzip
import tomllib
import zlib
from pathlib import Path
from typing import Any, Final, Literal

from .errors import ProfileError

Kind = Literal["latency", "limits", "faults", "workloads", "traces"]

_HERE = Path(__file__).parent
_OTHER_SUFFIXES: Final[dict[Kind, str]] = {"traces": ".csv"}
"""What the shipped files of a kind end in that are not TOML."""


def names(kind: Kind) -> list[str]:
    """The names of the profiles that ship with the package, sorted."""
    return sorted(path.stem for path in (_HERE / kind).glob(f"*{_suffix(kind)}"))


def locate(kind: Kind, name_or_path: str) -> Path:
    """The file meant by a name ("tier1") or a path ("./mine.toml", "mine.toml").

    What ends in ".toml" or holds a slash is a path; a trace of any ending is one too. Raises ProfileError when there is
    no such file.
    """
    if is_path(kind, name_or_path):
        path = Path(name_or_path)
        if not path.is_file():
            raise ProfileError(name_or_path, "", "no such file")
        return path
    known = names(kind)
    if name_or_path not in known:
        near = difflib.get_close_matches(name_or_path, known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ProfileError(
            name_or_path,
            "",
            f"no {kind} profile of that name; {hint}there are: {', '.join(known)}, or a path to a {_suffix(kind)}",
        )
    return _HERE / kind / f"{name_or_path}{_suffix(kind)}"


def is_path(kind: Kind, name_or_path: str) -> bool:
    """Whether a path is meant, rather than the name of a shipped file."""
    ends = Path(name_or_path).suffix != "" if kind in _OTHER_SUFFIXES else name_or_path.endswith(".toml")
    return ends or "/" in name_or_path


def _suffix(kind: Kind) -> str:
    return _OTHER_SUFFIXES.get(kind, ".toml")


def read_text(path: Path) -> str:
    """The text of a file, unpacked where its name ends with .gz. Raises ProfileError when it cannot be read."""
    try:
        if path.suffix == ".gz":
            return gzip.decompress(path.read_bytes()).decode("utf-8")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ProfileError(str(path), "", "not valid UTF-8") from None
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise ProfileError(str(path), "", f"cannot be read: {why}") from None


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises ProfileError with `file` and the line when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(file, "", f"not valid TOML: {error}") from None


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises ProfileError with the line when it is not TOML or cannot be read."""
    return parse_toml(read_text(path), str(path))
