"""`pacer content import` and `export`: the report comes first, and nothing is written over."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from api.content_commands import content
from content.formats.yaml_track import load_track

QUIZ = b"What is it?\nA. this\nB. that\nANSWER: B\n\nNo key?\nA. x\nB. y\n"


def run(*words: object, answer: str = "") -> tuple[int, str]:
    """Exit code and output of a command."""
    result = CliRunner().invoke(content, [str(word) for word in words], input=answer)
    return result.exit_code, result.output


def test_a_file_becomes_a_track_once_the_report_is_accepted(tmp_path: Path) -> None:
    file, target = tmp_path / "quiz.txt", tmp_path / "bank"
    file.write_bytes(QUIZ)
    code, told = run("import", file, "--to", target, "--skill", "pointing", answer="n\n")
    assert (code, target.exists()) == (0, False)
    assert "1 items, 1 refused" in told
    assert "refused line 6: No key?: it has no line such as 'ANSWER: A'" in told
    code, told = run("import", file, "--to", target, "--skill", "pointing", answer="y\n")
    assert code == 0
    (item,) = load_track(target).items
    assert (item.prompt, item.skills) == ("What is it?", ("pointing",))
    code, told = run("import", file, "--to", target, "--yes")
    assert (code, "is not empty" in told) == (1, True)


def test_a_refused_file_writes_nothing_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "bank.xml"
    file.write_bytes(b"<quiz><question>")
    code, told = run("import", file, "--to", tmp_path / "bank", "--yes")
    assert code == 1
    assert "not well-formed XML" in told
    assert not (tmp_path / "bank").exists()


def test_a_track_is_exported_with_its_losses(tmp_path: Path) -> None:
    file, bank = tmp_path / "quiz.txt", tmp_path / "bank"
    file.write_bytes(QUIZ)
    assert run("import", file, "--to", bank, "--yes")[0] == 0
    code, told = run("export", bank, "--format", "moodle", "--to", tmp_path)
    assert code == 0, told
    (written,) = tmp_path.glob("*.xml")
    assert b'<question type="multichoice">' in written.read_bytes()
