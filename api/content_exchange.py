"""`pacer content import` and `pacer content export`: files of others' formats on the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from content.faults import ContentError
from content.formats.exchange import FormatError, Imported, Loss, Placement
from content.formats.registry import FORMATS, read, write
from content.formats.yaml_track import load_track

_READ = [name for name, known in FORMATS.items() if known.read]
_WRITTEN = [name for name, known in FORMATS.items() if known.write]


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new directory."
)
@click.option("--format", "format_", type=click.Choice(_READ), help="Of the file; found from its content otherwise.")
@click.option("--skill", default="imported", show_default=True, help="Skill of items that name none.")
@click.option("--band", default="imported", show_default=True, help="Difficulty band of items that name none.")
@click.option("--locale", default="en", show_default=True, help="Language of items that name none.")
@click.option("--yes", is_flag=True, help="Write without asking, once the report is shown.")
def import_file(file: Path, target: Path, format_: str | None, skill: str, band: str, locale: str, yes: bool) -> None:
    """Bring in questions from QTI, Common Cartridge, Moodle XML, GIFT, Aiken, Anki, H5P, CSV, Excel or Open Trivia.

    What is kept elsewhere, changed, dropped or refused is listed before anything is written.

    \b
    A Moodle question bank, into a directory of YAML and media:
        pacer content import bank.xml --to my-bank
    """
    if target.exists() and any(target.iterdir()):
        raise click.ClickException(f"{target} is not empty; name a new directory")
    try:
        imported = read(file.read_bytes(), file.name, Placement(skill, band, locale), format_)
    except FormatError as error:
        raise click.ClickException(f"{file}: {error}") from error
    _tell(imported)
    if not imported.items:
        raise click.ClickException("none of the questions gives an item; nothing was written")
    if not yes and not click.confirm(f"Write {len(imported.items)} items to {target}?"):
        click.echo("nothing was written")
        return
    media = {blob.sha256: blob.data for blob in imported.blobs}
    _unpack(write(imported.items, media, "yaml", imported.title or file.stem).data, target)
    click.echo(f"{target}: {len(imported.items)} items, {len(imported.blobs)} media files")


def _tell(imported: Imported) -> None:
    click.echo(f"{FORMATS[imported.format].title}: {len(imported.items)} items, {len(imported.refused)} refused")
    for loss in imported.refused:
        click.echo(f"refused {loss.where}: {loss.what}: {loss.why}")
    _tell_losses(imported.losses)


def _tell_losses(losses: Iterable[Loss]) -> None:
    """Each kind of loss once, with how often it occurs and where first."""
    losses = list(losses)
    counts = Counter((loss.kind, loss.what, loss.why) for loss in losses)
    first: Mapping[tuple[str, str, str], str] = {
        (loss.kind, loss.what, loss.why): loss.where for loss in reversed(losses)
    }
    for (kind, what, why), number in counts.items():
        more = f" and {number - 1} more" if number > 1 else ""
        click.echo(f"{kind} {first[kind, what, why]}{more}: {what}: {why}")


def _unpack(data: bytes, target: Path) -> None:
    """Write our own export as files."""
    from content.formats.archive import Archive, is_zip

    members = {"track.yaml": data}
    if is_zip(data):
        archive = Archive(data)
        members = {name: archive.read(name) for name in archive.names}
    for name, content in members.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@click.command("export")
@click.argument("track", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "format_", required=True, type=click.Choice(_WRITTEN), help="To write.")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="A file, or a directory for it.")
def export_file(track: Path, format_: str, target: Path) -> None:
    """Write the items of a track as QTI 3.0, Moodle XML, GIFT, CSV, an Anki deck or our YAML.

    Media are looked for in the directory media/ beside the track's files, by their hash. Templates are left out.

    \b
    A deck for Anki:
        pacer content export content/starter/first-spanish --format anki --to spanish.apkg
    """
    try:
        loaded = load_track(track)
        exported = write(loaded.items, _media(track), format_, loaded.title)
    except (ContentError, FormatError) as error:
        raise click.ClickException(str(error)) from error
    for template in loaded.templates:
        click.echo(f"dropped {template.id}: a template: it makes items but is none")
    _tell_losses(exported.losses)
    path = target / exported.filename if target.is_dir() else target
    path.write_bytes(exported.data)
    click.echo(f"{path}: {len(exported.data)} bytes")


def _media(track: Path) -> dict[str, bytes]:
    folder = (track if track.is_dir() else track.parent) / "media"
    if not folder.is_dir():
        return {}
    return {path.stem: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
