"""Items as an Anki deck of schema 11: cards to look at, and a field with everything, which is read back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha1, sha256
from html import escape
from typing import Any

from content.formats.anki.read import DATA_FIELD, OUR_TYPE
from content.formats.archive import make_zip
from content.formats.exchange import Exported, FormatError
from content.formats.markup.render import to_html
from content.formats.names import slug
from content.formats.table.flat import to_row
from content.formats.writing import Report, all_media, held_media, media_name
from content.grading import expected_text
from content.grading.cloze import GAP
from content.items import Cloze, Item, Matching, Option

_MODEL = 1_700_000_000_001
_TIME = 1_700_000_000
_FIELDS = ("Prompt", "Options", "Answer", "Explanation", DATA_FIELD)
_FRONT = "{{Prompt}}{{#Options}}<ul>{{Options}}</ul>{{/Options}}"
_BACK = "{{FrontSide}}<hr id=answer>{{Answer}}{{#Explanation}}<p>{{Explanation}}</p>{{/Explanation}}"
_TABLES = """
CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
  ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
  models text not null, decks text not null, dconf text not null, tags text not null);
CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
  usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
  flags integer not null, data text not null);
CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
  mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
  ivl integer not null, factor integer not null, reps integer not null, lapses integer not null, left integer not null,
  odue integer not null, odid integer not null, flags integer not null, data text not null);
CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
  ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
  type integer not null);
CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null);
CREATE INDEX ix_notes_usn on notes (usn);
CREATE INDEX ix_cards_usn on cards (usn);
CREATE INDEX ix_revlog_usn on revlog (usn);
CREATE INDEX ix_cards_nid on cards (nid);
CREATE INDEX ix_cards_sched on cards (did, queue, due);
CREATE INDEX ix_revlog_cid on revlog (cid);
CREATE INDEX ix_notes_csum on notes (csum);
"""


def write_anki(items: Sequence[Item], blobs: Mapping[str, bytes], title: str) -> Exported:
    """A package (.apkg) with one note for each item. Equal items give equal bytes.

    Raises:
        FormatError: there is nothing to write.
    """
    if not items:
        raise FormatError("there are no items to write")
    report = Report()
    media = all_media(items, blobs)
    for item in items:
        held_media(item, blobs, report)
        why = "Anki asks by cards; an edit there changes the card, not the data that are read back"
        report.lose("kept", item, "", f"the kind {item.__struct_config__.tag} and its fields", why)
    names = {str(number): name for number, name in enumerate(media)}
    members = [
        ("collection.anki2", _database(items, media, title)),
        ("media", json.dumps(names).encode()),
        *((number, media[name]) for number, name in names.items()),
    ]
    name = f"{slug(title, 'items')}.apkg"
    return Exported("anki", name, "application/zip", make_zip(members), report.losses)


def _database(items: Sequence[Item], media: Mapping[str, bytes], title: str) -> bytes:
    deck = 1_000_000_000_000 + _number(title)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_TABLES)
        connection.execute("INSERT INTO col VALUES (1,?,?,?,11,0,0,0,?,?,?,?,'{}')", _collection(deck, title))
        for number, item in enumerate(items):
            note = _TIME * 1000 + number
            values = [_no_separator(value) for value in _values(item, media)]
            checksum = int(sha1(values[0].encode(), usedforsecurity=False).hexdigest()[:8], 16)
            tags = " ".join(["", *(f"skill::{skill}" for skill in item.skills), f"band::{item.band}", ""])
            row = (note, _guid(item), _MODEL, _TIME, -1, tags, "\x1f".join(values), values[0], checksum, 0, "")
            connection.execute("INSERT INTO notes VALUES (?,?,?,?,?,?,?,?,?,?,?)", row)
            card = (note, note, deck, 0, _TIME, -1, 0, 0, number + 1, 0, 0, 0, 0, 0, 0, 0, 0, "")
            connection.execute(f"INSERT INTO cards VALUES ({','.join('?' * 18)})", card)
        connection.commit()
        return connection.serialize()


def _number(text: str) -> int:
    return int(sha256(text.encode()).hexdigest()[:8], 16)


def _guid(item: Item) -> str:
    return sha256(item.id.encode()).hexdigest()[:10]


def _no_separator(text: str) -> str:
    return text.replace("\x1f", "").replace("\0", "")


def _values(item: Item, media: Mapping[str, bytes]) -> list[str]:
    pictures = []
    for one in item.media:
        name = media_name(one)
        if name in media:
            shown = f'<img src="{name}" alt="{escape(one.alt)}">'
            pictures.append(shown if one.type.startswith("image/") else f"[sound:{name}]")
    options: tuple[Option, ...] = getattr(item, "options", ())
    if isinstance(item, Matching):
        options = (*item.left, *item.right)
    listed = "".join(f"<li>{to_html(option.text)}</li>" for option in options)
    text = _gaps_shown(item) if isinstance(item, Cloze) else ""
    prompt = "<br>".join(part for part in (to_html(item.prompt), text, *pictures) if part)
    data = escape(json.dumps(to_row(item), ensure_ascii=False), quote=False)
    answer = to_html(expected_text(item))
    return [_no_braces(prompt), _no_braces(listed), answer, to_html(item.explanation), data]


def _gaps_shown(item: Cloze) -> str:
    """The text with a sign in place of each gap, or what may be chosen there; HTML."""
    shown = {gap.id: escape(" / ".join(gap.options) or "...") for gap in item.gaps}
    return GAP.sub(lambda match: f"[{shown[match[1]]}]", to_html(item.text))


def _no_braces(html: str) -> str:
    """A field in which Anki sees no gap of a cloze."""
    return html.replace("{{", "{\u200b{")


def _collection(deck: int, title: str) -> tuple[Any, ...]:
    fields = [
        {"name": name, "ord": k, "font": "Arial", "size": 20, "sticky": False, "rtl": False, "media": []}
        for k, name in enumerate(_FIELDS)
    ]
    template = {"name": "Card 1", "ord": 0, "qfmt": _FRONT, "afmt": _BACK, "did": None, "bqfmt": "", "bafmt": ""}
    model = {
        "id": _MODEL, "name": OUR_TYPE, "type": 0, "mod": _TIME, "usn": -1, "sortf": 0, "did": deck, "flds": fields,
        "tmpls": [template], "css": ".card {font-family: arial; font-size: 20px; text-align: left;}", "tags": [],
        "latexPre": "", "latexPost": "", "vers": [], "req": [[0, "any", [0]]],
    }  # fmt: skip
    decks = {str(one): _deck(one, name) for one, name in ((1, "Default"), (deck, title or "Items"))}
    conf = {"nextPos": 1, "curDeck": deck, "activeDecks": [deck], "curModel": str(_MODEL), "sortType": "noteFld"}
    return (_TIME, _TIME * 1000, _TIME * 1000, *map(json.dumps, (conf, {str(_MODEL): model}, decks, {"1": _options()})))


def _deck(number: int, name: str) -> dict[str, Any]:
    days = {f"{what}Today": [0, 0] for what in ("new", "rev", "lrn", "time")}
    return {
        "id": number, "name": name, "conf": 1, "mod": _TIME, "usn": -1, "desc": "", "dyn": 0, "collapsed": False,
        "extendNew": 0, "extendRev": 50, **days,
    }  # fmt: skip


def _options() -> dict[str, Any]:
    new = {"bury": True, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 7], "order": 1, "perDay": 20}
    review = {"bury": True, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36500, "minSpace": 1, "perDay": 100}
    lapse = {"delays": [10], "leechAction": 0, "leechFails": 8, "minInt": 1, "mult": 0}
    return {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0, "replayq": True,
        "new": new, "rev": review, "lapse": lapse,
    }  # fmt: skip
