"""The list of passwords known from breaches."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from api.accounts.signin.breached import BreachedList
from api.settings import SettingsError
from tests.api.accounts.conftest import Desk
from tests.api.conftest import MovableClock, running


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


def written(path: Path, lines: list[str], end: str = "\n") -> Path:
    path.write_text("".join(line + end for line in sorted(lines)))
    return path


KNOWN = [f"password{number}" for number in range(500)]


@pytest.mark.parametrize("form", ["{hash}", "{hash}:12345", "{prefix}"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_password_of_the_list_is_found_and_no_other(tmp_path: Path, form: str, end: str) -> None:
    lines = [form.format(hash=sha1(word), prefix=sha1(word)[:12]) for word in KNOWN]
    listed = BreachedList(written(tmp_path / "list", lines, end))
    assert all(listed.holds(word) for word in KNOWN)
    assert not any(listed.holds(f"other{number}") for number in range(500))


@pytest.mark.parametrize("n_lines", [1, 2, 3])
def test_a_short_list_is_searched_to_its_ends(tmp_path: Path, n_lines: int) -> None:
    listed = BreachedList(written(tmp_path / "list", [sha1(word) for word in KNOWN[:n_lines]]))
    assert [listed.holds(word) for word in KNOWN[:4]] == [True] * n_lines + [False] * (4 - n_lines)


def test_a_list_in_small_letters_without_a_last_line_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("\n".join(sorted(sha1(word).lower() for word in KNOWN)))
    assert all(BreachedList(path).holds(word) for word in KNOWN)


@pytest.mark.parametrize("content", ["", "password\n", "abc\n", "not:hex\n"])
def test_a_file_that_is_no_list_stops_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list"
    path.write_text(content)
    with pytest.raises(SettingsError, match="SHA-1"):
        BreachedList(path)


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        BreachedList(tmp_path / "none")


async def test_a_breached_password_is_not_taken(trackless: object, clock: MovableClock, tmp_path: Path) -> None:
    path = written(tmp_path / "list", [sha1("correct horse battery")])
    settings = msgspec.structs.replace(trackless, breached_passwords=str(path))  # type: ignore[type-var]
    async with running(settings, clock) as served:
        answer = await Desk(served).register()
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/password"
        assert (await Desk(served).register(password="another horse battery")).status_code == 201
