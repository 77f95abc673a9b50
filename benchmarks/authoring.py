"""What a large course costs: imports of files, publishing, and search among many items, on the store of a URL.

Run as ``python -m benchmarks.authoring [--items 10000] [--searched 100000] [--store URL]``. Without a URL it is a file
of SQLite in a directory of its own. Seconds and milliseconds are on the clock, each with the CPU time of this process
beside it: on a busy machine only the latter tells.

- `import`: a file of so many questions of each format read, reviewed and confirmed, each into a course of its own.
- `submit`: the whole course checked and put up for review; `publish`: the approved draft made a version and served.
- `long`: the same version with texts of 2,000 characters in each item, kept and read again: more than 16 MB.
- `search`: 300 queries of one to three words of an item, drawn as words are (Zipf), among so many items; p50 and p95.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from api.accounts.organisations.organisation import HOME, Organisations
from api.authoring.audit import Audit
from api.authoring.course import ELEMENT, Course
from api.authoring.courses import Courses
from api.authoring.imports.review import Imports
from api.authoring.imports.service import File, ImportService
from api.authoring.media.files import FileBlobs
from api.authoring.media.library import Library
from api.authoring.publishing.service import Asked, PublishingService
from api.authoring.publishing.version import Versions
from api.authoring.reviews.review import Reviews
from api.authoring.reviews.service import ReviewService
from api.authoring.service import AuthoringService
from api.composition import system_clock
from api.store.opening import Store, open_store
from api.store.ports import Document
from api.tracks.heads import Heads
from api.tracks.registry import Registry
from api.tracks.versions import TrackVersions
from api.wire import new_id
from benchmarks.question_files import question_file
from content.formats.exchange import Placement
from content.formats.registry import FORMATS
from content.graph import Skill
from content.items import Item
from content.tracks import Band, Unit, content_hash
from rl.runtime import Tutor

QUERIES = 300
VOCABULARY = 20_000
WORDS_OF_ITEM = 40
SEARCHED = "searched:item"
Add = Callable[[Sequence[Document]], Awaitable[None]]


@contextmanager
def told(name: str) -> Iterator[None]:
    """Print how long something took."""
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    click.echo(f"{name:15} {time.perf_counter() - clock:8.2f} s   {time.process_time() - cpu:8.2f} s CPU")


def course(by: str, name: str = "large") -> Course:
    """A course with a skill and a band."""
    now = system_clock()
    return Course(
        id=new_id(),
        organisation_id=HOME,
        track_id=name,
        title="Large",
        description="Many items.",
        locale="en",
        licence="CC0-1.0",
        source="Made for a measurement.",
        bands=(Band(id="easy", title="Easy", difficulty=0.0),),
        units=(Unit(id="all", title="All", skills=("sums",)),),
        created_by=by,
        created_at=now,
        changed_at=now,
    )


async def measure(url: str, n_items: int, n_searched: int, folder: Path, formats: Sequence[str]) -> None:
    """All of it, on one store."""
    store = await open_store(url)
    desk = await Desk.open(store, folder)
    large = course("benchmark")
    for format in formats:
        large = await desk.imported(format, n_items)
    await desk.published(large, store)
    await search(desk.service.courses, store.contents.add_documents, n_searched)
    await store.close()


@dataclass
class Desk:
    """The use cases of authors on a store."""

    service: AuthoringService
    reviewing: ReviewService
    publishing: PublishingService
    importing: ImportService

    @classmethod
    async def open(cls, store: Store, folder: Path) -> Desk:
        """As the app makes them."""
        documents = store.documents
        courses, audit = Courses(documents), Audit(documents, system_clock)
        reviews, versions, imports = Reviews(documents), Versions(documents), Imports(documents)
        library = Library(documents, FileBlobs(folder / "media"), system_clock)
        organisations = Organisations(documents, system_clock)
        kinds = (courses, audit, reviews, versions, imports, library, Heads(documents), TrackVersions(documents))
        for kept in (*kinds, organisations):
            await kept.declare()
        service = AuthoringService(courses, audit, system_clock)
        reviewing = ReviewService(service, reviews, organisations)
        publishing = PublishingService(service, reviewing, versions, Registry(documents, Tutor.rule()))
        return cls(service, reviewing, publishing, ImportService(service, imports, library))

    async def imported(self, format: str, n_items: int) -> Course:
        """A new course with the items of a file."""
        filename, data = await asyncio.to_thread(question_file, format, n_items)
        made = await self.service.create(course("benchmark", format), "benchmark")
        await self.service.add(made, "benchmark", self.service.made(made, Skill(id="sums", title="Sums")))
        with told(f"import {format}"):
            found = await self.importing.read(
                made, "benchmark", File(data, filename, format), Placement("sums", "easy")
            )
            done = await self.importing.confirm(made, "benchmark", found.id, "rename", None)
        if done.n_written != n_items:
            raise click.ClickException(f"{format}: {done.n_written} of {n_items} items were written")
        return made

    async def published(self, large: Course, store: Store) -> None:
        """Review and publish a course; then keep it as a track of long texts."""
        with told("submit"):
            review = await self.reviewing.submit(large, "benchmark", "")
        await self.reviewing.approve(large, review.id, "another", "")
        with told("publish"):
            await self.publishing.publish(large, "another", Asked())
        draft = await self.publishing.draft(large)
        long = msgspec.structs.replace(draft, items=tuple(map(lengthened, draft.items)))
        version = content_hash(long)
        click.echo(f"{'size':15} {len(msgspec.json.encode(long)) / 1e6:8.1f} MB")
        with told("long"):
            await Registry(store.documents, Tutor.rule()).keep(long, version)
            await Registry(store.documents, Tutor.rule()).ensure(version)


def lengthened(item: Item) -> Item:
    """The item with an explanation of 2,000 characters."""
    return msgspec.structs.replace(item, explanation="Count on, one by one. " * 91)


async def search(courses: Courses, add: Add, n_items: int) -> None:
    """Fill and ask."""
    rng = random.Random(1)
    words = ["".join(rng.choice("abcdefghiklmnoprstuvw") for _ in range(rng.randint(3, 9))) for _ in range(VOCABULARY)]
    shares = list(itertools.accumulate(1.0 / (rank + 1) for rank in range(VOCABULARY)))
    texts = [list(dict.fromkeys(rng.choices(words, cum_weights=shares, k=WORDS_OF_ITEM))) for _ in range(n_items)]
    with told("fill"):
        for start in range(0, n_items, 2000):
            await add([_element(place, texts[place]) for place in range(start, min(start + 2000, n_items))])
    clock, cpu = [], []
    for _ in range(QUERIES):
        asked = rng.sample(rng.choice(texts), rng.choice((1, 1, 2, 2, 3)))
        began, worked = time.perf_counter(), time.thread_time()
        await courses.documents.search(ELEMENT, SEARCHED, asked, 300)
        clock.append(time.perf_counter() - began)
        cpu.append(time.thread_time() - worked)
    for name, times in (("search", sorted(clock)), ("of CPU", sorted(cpu))):
        p50, p95 = 1000 * times[QUERIES // 2], 1000 * times[QUERIES * 95 // 100]
        click.echo(f"{name:15} p50 {p50:8.2f} ms   p95 {p95:8.2f} ms")


def _element(place: int, words: list[str]) -> Document:
    name = f"{SEARCHED}:i{place:06d}"
    body = {"id": name, "course_id": "searched", "part": SEARCHED, "words": " ".join(words), "prompt": " ".join(words)}
    return Document(kind=ELEMENT, id=name, version=1, body=msgspec.json.encode(body))


@click.command()
@click.option("--items", default=10_000, show_default=True, help="Items to import and publish.")
@click.option("--searched", default=100_000, show_default=True, help="Items to search among.")
@click.option("--store", default="", help="URL of an empty MongoDB database; a file of SQLite if there is none.")
@click.option("--format", "formats", multiple=True, type=click.Choice(list(FORMATS)), help="Only these; repeatable.")
def main(items: int, searched: int, store: str, formats: tuple[str, ...]) -> None:
    """Measure what a large course costs."""
    with tempfile.TemporaryDirectory() as folder:
        url = store or str(Path(folder) / "pacer.db")
        asyncio.run(measure(url, items, searched, Path(folder), formats or tuple(FORMATS)))


if __name__ == "__main__":
    main()
