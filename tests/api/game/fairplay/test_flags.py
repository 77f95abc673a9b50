"""From new work to a flag, its effect, the learner's word against it, and a person's verdict, on the real app."""

from __future__ import annotations

from api.accounts.organisations.organisation import HOME
from api.accounts.organisations.roles import ORGANISATIONS
from api.game.fairplay.book import MOST_ANSWERS, Answer, Book
from api.game.fairplay.flags import Flag, open_kinds
from api.game.fairplay.watching import FLAG_DAYS, Watch
from tests.api.conftest import Served
from tests.api.game.fairplay.conftest import burst, looked
from tests.api.sessions.conftest import Phone

DAY = 86_400


async def test_a_script_is_flagged_told_and_softened_and_the_flag_ends_by_itself(served: Served, watch: Watch) -> None:
    phone = Phone(served, await served.guest())
    await burst(phone)
    assert await looked(served, watch) is False
    served.clock.forward(1)
    told = await phone.get("/me/flags")
    kinds = {flag["kind"] for flag in told["items"]}
    assert kinds
    assert kinds <= {"rates", "clocks"}
    assert told["xpShare"] == 0.5
    assert all(flag["evidence"].endswith(".") and not flag["outcome"] for flag in told["items"])
    assert {flag["kind"] for flag in (await phone.get("/me/game"))["flags"]} == kinds
    session = await phone.start("first-spanish")
    reward = (await phone.answer(session["id"], session["exercise"]))["reward"]
    assert "flagged" in reward["reasons"]
    assert await looked(served, watch) is False  # the same work is not flagged again
    await phone.sleep(FLAG_DAYS * DAY)
    assert await looked(served, watch) is False
    assert len((await phone.get("/me/flags"))["items"]) == len(kinds)
    assert (await phone.get("/me/game"))["flags"] == []
    session = await phone.open(session["enrolmentId"])
    reward = (await phone.answer(session["id"], session["exercise"]))["reward"]
    assert "flagged" not in reward["reasons"]


async def test_from_version_2_on_a_flag_softens_only_what_looks_like_it(served: Served, watch: Watch) -> None:
    served.clock.forward(280 * DAY)
    phone = Phone(served, await served.guest())
    await burst(phone)
    await looked(served, watch)
    session = await phone.start("first-spanish")
    earnest = await phone.answer(session["id"], session["exercise"])
    assert "flagged" not in earnest["reward"]["reasons"]
    served.clock.forward(1)
    body = phone.answering(earnest["next"], seconds=14.0)
    again = await phone.post(f"/sessions/{session['id']}/answers", body)
    assert earnest["reward"]["xp"] > again["reward"]["xp"]
    assert "flagged" in again["reward"]["reasons"]


async def test_an_honest_lesson_is_not_flagged_and_is_read_once(served: Served, watch: Watch) -> None:
    phone = Phone(served, await served.guest())
    session = await phone.start()
    for number, seconds in enumerate((11.0, 23.5, 9.25, 31.0, 14.75) * 2):
        if session["exercise"] is None:
            break
        served.clock.forward(seconds + 5)
        body = phone.answering(session["exercise"], right=number % 3 > 0, seconds=seconds)
        session["exercise"] = (await phone.post(f"/sessions/{session['id']}/answers", body))["next"]
    await looked(served, watch)
    assert (await phone.get("/me/flags"))["items"] == []
    seen = await watch._cases.seen(phone.tokens["learnerId"])
    assert await watch._journal.read(phone.tokens["learnerId"], seen.seq) == []


async def test_an_appeal_is_settled_by_an_educator_of_the_organisation_alone(served: Served, watch: Watch) -> None:
    phone = Phone(served, await served.guest())
    learner_id = phone.tokens["learnerId"]
    await burst(phone)
    await looked(served, watch)
    flag_id = (await phone.get("/me/flags"))["items"][0]["id"]
    await phone.post(f"/me/flags/{flag_id}/appeal", phone.envelope(text="My class did these aloud."))
    organisations = ORGANISATIONS.fetch(served.app)
    people = {}
    for name, roles in (("educator", ("educator",)), ("learner", ("learner",))):
        people[name] = Phone(served, await served.guest())
        await organisations.admit(HOME, people[name].tokens["learnerId"], roles)
    path = f"/organisations/{HOME}/flags"
    body = {"outcome": "cleared", "note": "I was there."}
    await people["educator"].post(f"{path}/{flag_id}/settlement", body, 404)  # not yet a member
    await organisations.admit(HOME, learner_id, ("learner", "educator"))
    await phone.post(f"{path}/{flag_id}/settlement", body, 404)  # nobody settles their own
    await people["learner"].post(f"{path}/{flag_id}/settlement", body, 403)
    cases = (await people["educator"].get(path))["items"]
    case = next(case for case in cases if case["id"] == flag_id)
    assert (case["learnerId"], case["appeal"], case["outcome"]) == (learner_id, "My class did these aloud.", "")
    settled = await people["educator"].post(f"{path}/{flag_id}/settlement", body)
    assert (settled["outcome"], settled["note"]) == ("cleared", "I was there.")
    assert settled["settledBy"] == people["educator"].tokens["learnerId"]
    own = next(flag for flag in (await phone.get("/me/flags"))["items"] if flag["id"] == flag_id)
    assert (own["outcome"], own["appealed"]) == ("cleared", True)


def test_an_upheld_flag_goes_on_and_a_cleared_one_does_not() -> None:
    flag = Flag(kind="rates", evidence="", at=10, until=20)
    assert [open_kinds({"f": flag}, now) for now in (9, 10, 19, 20)] == [set(), {"rates"}, {"rates"}, set()]
    flag.outcome = "upheld"
    assert open_kinds({"f": flag}, 15) == {"rates"}
    flag.outcome = "cleared"
    assert open_kinds({"f": flag}, 15) == set()


def answer(event_id: str, at: int = 0) -> Answer:
    return Answer(event_id, "item", 1, 1.0, 0.25, 12.0, 15.0, 1.0, at, at, at, "phone")


def test_the_book_is_bounded_and_a_merged_event_counts_once() -> None:
    book = Book(most_learners=2)
    book.add("old", [answer("e0")])
    book.add("guest", [answer(f"e{number}", number) for number in range(1, MOST_ANSWERS + 50)])
    book.add("account", [answer("e70", 70), answer("f", 1)])
    attempts, learners = book.attempts()
    assert learners == ["guest", "account"]
    assert attempts.counts.tolist() == [MOST_ANSWERS - 1, 2]
    book.forget("guest")
    assert book.attempts()[1] == ["account"]
