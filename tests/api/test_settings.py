import os
import stat
from pathlib import Path

import pytest

from api.settings import SECRET_FILE, Settings, SettingsError, load_settings, server_secret


def test_without_an_environment_the_defaults_hold() -> None:
    assert load_settings({}) == Settings()


def test_the_environment_sets_and_an_option_wins() -> None:
    settings = load_settings({"PACER_PORT": "8001", "PACER_HOST": "0.0.0.0", "OTHER": "x"}, port=9000, data=None)
    assert (settings.port, settings.host, settings.data) == (9000, "0.0.0.0", "data")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PACER_PORT", "http", "whole number from 0 to 65535"),
        ("PACER_PORT", "65536", "whole number from 0 to 65535"),
        ("PACER_PORT", "-1", "whole number from 0 to 65535"),
        ("PACER_STARTER", "maybe", "true or false"),
        ("PACER_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("PACER_SECRET", "short", "at least 32 characters"),
    ],
)
def test_a_bad_value_names_the_variable_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError, match=allowed) as caught:
        load_settings({name: value})
    assert name in str(caught.value)
    assert name == "PACER_SECRET" or value in str(caught.value)
    assert name != "PACER_SECRET" or value not in str(caught.value)


def test_the_shipped_tracks_can_be_switched_off() -> None:
    assert load_settings({}).starter
    assert not load_settings({"PACER_STARTER": "false"}).starter


def test_a_variable_that_is_no_setting_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingsError, match=r"no setting PACER_PROT; allowed: .*PACER_DATA.*PACER_PORT"):
        load_settings({"PACER_PROT": "8001"})


def test_every_bad_value_is_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"PACER_PORT.*PACER_LOG_LEVEL"):
        load_settings({"PACER_PORT": "x", "PACER_LOG_LEVEL": "y"})


def test_track_directories_are_separated_like_a_search_path() -> None:
    assert load_settings({"PACER_TRACKS": f"/a{os.pathsep}/b"}).track_paths == (Path("/a"), Path("/b"))
    assert load_settings({}).track_paths == ()


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path / "new" / "data"))
    secret = server_secret(settings)
    path = settings.data_path / SECRET_FILE
    assert len(secret) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert server_secret(settings) == secret
    assert os.listdir(settings.data_path) == [SECRET_FILE]


def test_a_given_secret_needs_no_file(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path / "data"), secret="s" * 32)
    assert server_secret(settings) == "s" * 32
    assert not settings.data_path.exists()


def test_a_secret_that_others_can_read_is_refused_with_the_way_out(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path))
    server_secret(settings)
    (tmp_path / SECRET_FILE).chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        server_secret(settings)


def test_a_secret_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("abc")
    (tmp_path / SECRET_FILE).chmod(0o600)
    with pytest.raises(SettingsError, match="3 characters; at least 32"):
        server_secret(Settings(data=str(tmp_path)))


def test_a_data_directory_that_cannot_be_made_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="PACER_DATA"):
        server_secret(Settings(data=str(tmp_path / "file" / "data")))
