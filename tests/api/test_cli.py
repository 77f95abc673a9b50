import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from click.testing import CliRunner

from api import cli
from api.cli import COMMANDS, Lazy, main
from api.composition import DATABASE_FILE
from api.doctor import examine
from api.settings import SECRET_FILE, Settings
from tests.api.servers import PACER, environment


def pacer(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [*PACER, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment(**settings), check=False, timeout=120
    )


def test_help_teaches_every_command_without_importing_any() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name, lazy in COMMANDS.items():
        assert name in result.output
        assert lazy.help.split(",")[0][:20] in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_its_help_shows_an_example(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert f"pacer {name}" in result.output


def test_an_unknown_command_is_told() -> None:
    result = CliRunner().invoke(main, ["sevre"])
    assert result.exit_code == 2
    assert "sevre" in result.output


def test_a_missing_package_is_told_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "train", Lazy("no_such_package.at_all", "train", "x", "train"))
    result = CliRunner().invoke(main, ["train"])
    assert result.exit_code == 1
    assert "pip install 'pacer[train]'" in result.output


def test_a_server_starts_answers_and_stops_when_told(serving: Any, tmp_path: Path) -> None:
    with serving() as server:
        assert server.get("/health").json() == {"status": "alive"}
        assert httpx.post(f"{server.url}/v1/auth/guest", json={"zone": "UTC"}).status_code == 201
        server.stop()
        assert server.process.returncode == 0
        assert "Traceback" not in server.log.read_text()
    assert (tmp_path / "data" / DATABASE_FILE).exists()


def test_a_server_says_what_chooses_the_exercises(serving: Any, tmp_path: Path) -> None:
    with serving("--policy", str(tmp_path / "none.onnx")) as server:
        parts = {part["name"]: part for part in server.get("/ready").json()["parts"]}
        assert parts["tutor"]["state"] == "rule"
        assert "none.onnx" in parts["tutor"]["detail"]
        assert "tutor: ok, rule" in server.stop(signal.SIGINT)


def test_a_busy_port_is_told_with_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = pacer("serve", "--port", str(port), "--data", str(tmp_path / "data"))
    assert result.returncode == 1
    assert f"--port {port + 1}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_damaged_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    damaged = b"not a database" * 100
    (tmp_path / DATABASE_FILE).write_bytes(damaged)
    result = pacer("serve", "--port", "0", "--data", str(tmp_path))
    assert result.returncode == 1
    assert DATABASE_FILE in result.stderr
    assert "pacer doctor" in result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / DATABASE_FILE).read_bytes() == damaged


def test_a_second_server_on_the_same_data_is_refused_and_the_first_goes_on(serving: Any, tmp_path: Path) -> None:
    with serving() as server:
        server.get("/health")
        result = pacer("serve", "--port", "0", "--data", str(tmp_path / "data"))
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert server.get("/ready").status_code == 200


def test_a_bad_setting_names_its_variable() -> None:
    result = pacer("serve", PACER_PORT="eighty")
    assert result.returncode == 1
    assert "PACER_PORT is 'eighty'; allowed: a whole number from 0 to 65535" in result.stderr


def doctor(data: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["doctor", "--data", str(data), "--port", "0", *options])
    return result.exit_code, result.output


def test_the_doctor_finds_nothing_on_a_fresh_machine_and_changes_nothing(tmp_path: Path) -> None:
    code, output = doctor(tmp_path / "data")
    assert code == 0, output
    assert "Nothing keeps Pacer from serving" in output
    assert not (tmp_path / "data").exists()


def test_the_doctor_finds_a_damaged_database_and_an_open_secret(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"not a database" * 100)
    (tmp_path / SECRET_FILE).write_text("s" * 64)
    (tmp_path / SECRET_FILE).chmod(0o644)
    code, output = doctor(tmp_path)
    assert code == 1
    assert "FAIL database" in output
    assert "restore a backup" in output
    assert f"chmod 600 {tmp_path / SECRET_FILE}" in output
    assert "2 things to put right" in output


def test_the_doctor_finds_a_busy_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = {f.name: f for f in examine(Settings(data=str(tmp_path), port=taken.getsockname()[1]))}
    assert not found["port"].ok
    assert "in use" in found["port"].detail


def test_the_doctor_looks_at_every_track_and_at_the_policy(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: [")
    found = {f.name: f for f in examine(Settings(data=str(tmp_path), port=0, tracks=str(broken), policy="nowhere"))}
    assert not found["track broken.yaml"].ok
    assert sum(name.startswith("track ") and finding.ok for name, finding in found.items()) == 3
    assert not found["policy"].ok
    assert found["policy"].optional


@pytest.mark.parametrize("data", ["file", "file/data"])
def test_the_doctor_finds_a_data_directory_that_cannot_be(tmp_path: Path, data: str) -> None:
    (tmp_path / "file").write_text("")
    code, output = doctor(tmp_path / data)
    assert code == 1
    assert "FAIL data directory" in output


def test_content_check_passes_shipped_tracks_and_lists_the_faults_of_others(tmp_path: Path) -> None:
    from content.starter import starter_tracks

    good = CliRunner().invoke(main, ["content", "check", str(starter_tracks()[0])])
    assert good.exit_code == 0, good.output
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: x\nskills: 3\n")
    bad = CliRunner().invoke(main, ["content", "check", str(broken)])
    assert bad.exit_code == 1
    assert "broken.yaml" in bad.output
    assert "Fix:" in bad.output


def test_the_group_lists_commands_in_the_order_people_meet_them() -> None:
    assert main.list_commands(click.Context(main))[0] == "serve"
