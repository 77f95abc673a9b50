"""How the page's files are served: under a strict policy, and never sent twice for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from api.web.site import STATIC, load_site

LINK = re.compile(rb'(?:href|src)="(/web/[^"]+)"')
SECURITY = Path(__file__).parents[3] / "docs" / "security.md"
DIRECTIVE = re.compile(r"^\| `([a-z-]+)` \| `([^`]+)` \|", re.MULTILINE)
IMPORT = re.compile(r'^import .* from "(\./|\.\./)([^"]+)";$', re.MULTILINE)


async def test_the_page_is_served_under_a_strict_policy(service: object) -> None:
    answer = await get(service, "/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_policy_that_is_sent_is_the_one_that_is_written_down(service: object) -> None:
    text = SECURITY.read_text(encoding="utf-8").partition("## What the page may do")[2].partition("\n## ")[0]
    written = [f"{name} {value}" for name, value in DIRECTIVE.findall(text)]
    assert "worker-src 'self'" in written
    page = await get(service, "/")
    for path in ("/", "/worker.js", LINK.findall(page.content)[0].decode()):
        sent = (await get(service, path)).headers["content-security-policy"]
        assert sent.split("; ") == written, path


async def test_the_page_is_not_sent_again_to_who_has_it(service: object) -> None:
    first = await get(service, "/")
    assert first.headers["cache-control"] == "no-cache"
    again = await get(service, "/", {"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_what_the_page_loads_may_be_kept_for_good(service: object) -> None:
    links = LINK.findall((await get(service, "/")).content)
    assert links
    for link in links:
        answer = await get(service, link.decode())
        assert answer.status_code == 200, link
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["other/js/main.js", "{version}/js/none.js", "{version}/../site.py", "{version}/"])
async def test_nothing_else_is_served(service: object, path: str) -> None:
    answer = await get(service, "/web/" + path.format(version=load_site().version))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_worker_has_an_address_that_stays_and_is_the_only_one_the_page_may_register(service: object) -> None:
    worker = await get(service, "/worker.js")
    assert (worker.status_code, worker.headers["cache-control"]) == (200, "no-cache")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert f"/web/{load_site().version}/icon.svg" in worker.text
    policy = set((await get(service, "/")).headers["content-security-policy"].split("; "))
    assert {"worker-src 'self'", "require-trusted-types-for 'script'", "trusted-types pacer-worker"} <= policy


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    for name, text in (("index.html", '<a href="/web/{{version}}/a.js">'), ("worker.js", ""), ("a.js", "1")):
        (tmp_path / name).write_text(text)
    first = load_site(tmp_path)
    assert first.version.encode() in first.page.body
    load_site.cache_clear()
    (tmp_path / "a.js").write_text("2")
    assert load_site(tmp_path).version != first.version
    load_site.cache_clear()


def test_every_script_is_used_and_short() -> None:
    scripts = sorted((STATIC / "js").rglob("*.js"))
    imported = {
        (script.parent / "".join(found)).resolve() for script in scripts for found in IMPORT.findall(script.read_text())
    }
    assert {script for script in scripts if script.name != "main.js"} == imported
    assert all(len(script.read_text().splitlines()) <= 200 for script in scripts)


def test_nothing_comes_from_elsewhere() -> None:
    site = load_site()
    for name, file in {**site.assets, "worker": site.worker}.items():
        text = file.body.decode().replace("http://www.w3.org/", "")
        assert "://" not in text, name


async def get(service: object, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    answer: httpx.Response = await service.client.get(path, headers=headers)  # type: ignore[attr-defined]
    return answer
