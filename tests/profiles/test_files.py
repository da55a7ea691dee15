import gzip
from pathlib import Path

import pytest

from profiles import ProfileError
from profiles.files import Kind, locate, names, read_text, read_toml


def test_a_name_is_a_shipped_file_and_a_path_is_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tier1.toml").write_text("")
    assert locate("limits", "tier1").parent.name == "limits"
    assert locate("limits", "tier1.toml") == Path("tier1.toml")
    assert locate("limits", "./tier1.toml") == Path("tier1.toml")


@pytest.mark.parametrize("kind", ["latency", "limits", "faults", "workloads", "traces"])
def test_every_kind_ships_profiles_and_finds_them_by_name(kind: Kind) -> None:
    assert names(kind)
    assert all(locate(kind, name).is_file() for name in names(kind))


def test_a_misspelt_name_gets_the_near_one_and_the_choice() -> None:
    with pytest.raises(ProfileError) as caught:
        locate("limits", "teir1")
    assert str(caught.value) == (
        "teir1: no limits profile of that name; did you mean 'tier1'? "
        f"there are: {', '.join(names('limits'))}, or a path to a .toml"
    )


def test_a_name_like_no_other_gets_only_the_choice() -> None:
    with pytest.raises(ProfileError, match=r"^xyzzy: no faults profile of that name; there are: .*flaky"):
        locate("faults", "xyzzy")


@pytest.mark.parametrize("path", ["nowhere.toml", "no/where", "/"])
def test_a_path_to_nothing_is_told(path: str) -> None:
    with pytest.raises(ProfileError, match=r"no such file$"):
        locate("limits", path)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"a = ", "not valid TOML: Invalid value (at end of document)"), (b"a = '\xff'", "not valid UTF-8")],
)
def test_what_is_no_toml_is_told_with_the_place(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    with pytest.raises(ProfileError) as caught:
        read_toml(file)
    assert str(caught.value) == f"{file}: {why}"
    assert (caught.value.file, caught.value.key, caught.value.why) == (str(file), "", why)


def test_a_packed_file_is_read_like_any_other(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl.gz"
    file.write_bytes(gzip.compress("é\n".encode()))
    assert read_text(file) == "é\n"
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(ProfileError, match="cannot be read: Compressed file ended before"):
        read_text(file)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read: Is a directory"):
        read_toml(tmp_path)


def test_a_trace_of_any_ending_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records.jsonl").write_text("")
    assert locate("traces", "records.jsonl") == Path("records.jsonl")
    with pytest.raises(
        ProfileError, match=r"^two-mintes: no traces profile of that name; did you mean 'two-minutes'\?"
    ):
        locate("traces", "two-mintes")
