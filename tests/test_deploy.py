"""What operators copy is true: the compose file, the image, what Prometheus asks and what Grafana shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from litestar import Litestar
from prometheus_client.parser import text_string_to_metric_families

from api.app import ROUTERS
from api.metrics import Metrics
from api.openapi import find_operations
from api.settings import PREFIX, Settings, load_settings
from api.store.mongo.schema import INDEXES
from tests.api.servers import running_server

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"
NAME = re.compile(r"\bpacer_[a-z_]+")
SOURCES = ("grafana/pacer.json", "alerts.yml")
SERIES = re.compile(r"_(?:bucket|count|sum|created|total)$")
CHOSEN = re.compile(r"\b(pacer_\w+)\{([^}]*)\}")
OPERATION = re.compile(r'operation="(\w+)"')
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def parsed(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compose() -> Any:
    return parsed("compose.yaml")


def shown() -> set[str]:
    """The name of every series that /metrics can show."""
    lines = Metrics().text().decode().splitlines()
    kinds = {line.split()[2]: line.split()[3] for line in lines if line.startswith("# TYPE")}
    names = set(kinds)
    for name, kind in kinds.items():
        if kind == "histogram":
            names |= {f"{name}_{part}" for part in ("bucket", "count", "sum")}
    return names


def asked_by(name: str) -> Iterator[str]:
    """Every query of the dashboard, or of the alerts."""
    if name.endswith(".json"):
        for panel in json.loads((DEPLOY / name).read_text(encoding="utf-8"))["panels"]:
            yield from (target["expr"] for target in panel["targets"])
    else:
        for group in parsed(name)["groups"]:
            yield from (rule["expr"] for rule in group["rules"])


def defaults(value: str) -> str:
    """A value with the defaults of its variables; one that must be given becomes "given"."""
    return VARIABLE.sub(lambda match: "given" if match[2] == "?" else match[3] or "", value)


@pytest.mark.parametrize("name", SOURCES)
def test_every_query_names_metrics_that_there_are(name: str) -> None:
    queries = list(asked_by(name))
    assert len(queries) > 5
    for query in queries:
        names = set(NAME.findall(query))
        assert names <= shown(), query
        assert names or "up{" in query


@pytest.mark.slow
def test_every_metric_that_is_asked_for_is_shown_by_a_server(tmp_path: Path) -> None:
    with running_server(tmp_path, PACER_STARTER="false") as server:
        server.get("/health")
        lines = server.get("/metrics").text.splitlines()
    families = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    asked = {name for source in SOURCES for query in asked_by(source) for name in NAME.findall(query)}
    assert {SERIES.sub("", name) for name in asked} <= {SERIES.sub("", name) for name in families}
    assert 'pacer_requests_total{operation="getHealth",status="200"} 1.0' in lines
    assert {"pacer_workers 1.0", "pacer_worker_starts_total 1.0", "pacer_dead_jobs 0.0"} <= set(lines)


@pytest.mark.parametrize("name", SOURCES)
def test_every_query_names_labels_that_its_metrics_have(name: str) -> None:
    there = labels()
    for query in asked_by(name):
        metrics = {SERIES.sub("", metric) for metric in NAME.findall(query)}
        for metric, chosen in CHOSEN.findall(query):
            assert set(re.findall(r"(\w+)[=!]", chosen)) <= there[SERIES.sub("", metric)], query
        for kept in re.findall(r"\bby \(([^)]*)\)", query):
            assert set(kept.split(", ")) <= set.intersection(*(there[metric] for metric in metrics)), query


def labels() -> dict[str, set[str]]:
    """The labels of each metric, by its name without suffix."""
    metrics = Metrics()
    metrics.request("getHealth", 200, 0.001)
    metrics.decision("rule")
    metrics.fallback("noPolicy")
    metrics.answer("correct")
    metrics.job("letter", "done")
    metrics.live_error("locks")
    metrics.synced("accepted")
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            found.setdefault(SERIES.sub("", sample.name), set()).update(sample.labels)
    return found


def test_every_operation_that_is_asked_for_is_one() -> None:
    asked = {name for source in SOURCES for query in asked_by(source) for name in OPERATION.findall(query)}
    app = Litestar(ROUTERS, openapi_config=None, logging_config=None)
    assert asked
    assert asked <= {operation.handler.operation_id for operation in find_operations(app)}


def test_every_legend_shows_labels_that_its_query_keeps() -> None:
    for panel in json.loads((DEPLOY / "grafana" / "pacer.json").read_text(encoding="utf-8"))["panels"]:
        for target in panel["targets"]:
            kept = {label for labels in re.findall(r"\bby \(([^)]*)\)", target["expr"]) for label in labels.split(", ")}
            assert set(re.findall(r"{{(\w+)}}", target.get("legendFormat", ""))) == kept - {"le"}, target


def test_the_dashboard_shows_every_metric() -> None:
    asked = " ".join(asked_by("grafana/pacer.json"))
    families = {name for name in shown() if not name.endswith(("_bucket", "_count", "_sum", "_created"))}
    assert [name for name in sorted(families) if name not in asked] == []


def test_every_metric_is_documented() -> None:
    rows = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(pacer_\w+)` \|", rows, re.MULTILINE))
    families = {name.removesuffix("_total") for name in shown()}
    assert told == {name for name in families if not name.endswith(("_bucket", "_count", "_sum", "_created"))}


def test_panels_lie_beside_each_other() -> None:
    panels = json.loads((DEPLOY / "grafana" / "pacer.json").read_text(encoding="utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_compose_file_sets_what_can_be_set(compose: Any) -> None:
    variables = {name: defaults(str(value)) for name, value in compose["services"]["pacer"]["environment"].items()}
    settings = load_settings({name: value for name, value in variables.items() if name.startswith(PREFIX)})
    assert settings.workers == 2
    assert settings.store.startswith("mongodb://mongo:27017/pacer")
    assert settings.redis.startswith("redis://redis:")
    assert settings.host == "0.0.0.0"


def test_every_variable_with_our_prefix_is_a_setting() -> None:
    """Any other would stop a server that is started from the same shell."""
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        named = set(re.findall(rf"\b{PREFIX}(\w+)", path.read_text(encoding="utf-8")))
        assert {name.lower() for name in named} <= set(Settings.__struct_fields__), path


def test_the_compose_file_starts_known_versions_of_what_it_waits_for(compose: Any) -> None:
    services = compose["services"]
    for service in services.values():
        image = service.get("image", "built:here")
        assert re.search(r":v?\d", image) or image == "built:here"
        waited = service.get("depends_on", {})
        assert set(waited) <= set(services)
        for name in waited if isinstance(waited, dict) else ():
            assert "healthcheck" in services[name]
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]
    build = services["pacer"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).exists()


def test_the_image_holds_what_serving_needs_and_serves() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [source for line in lines if line.startswith("COPY ") for source in line.split()[1:-1]]
    assert {"api", "rl", "content", "pyproject.toml", "constraints.txt"} <= set(copied)
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in ignored
    assert 'ENTRYPOINT ["pacer"]' in lines
    assert any(line.startswith("USER ") and line != "USER root" for line in lines)


def test_prometheus_finds_the_metrics_and_the_alerts(compose: Any) -> None:
    config = parsed("prometheus.yml")
    (job,) = config["scrape_configs"]
    (target,) = job["static_configs"][0]["targets"]
    host, _, port = target.partition(":")
    assert host in compose["services"]
    assert compose["services"]["pacer"]["ports"][0].endswith(f":{port}")
    assert job["metrics_path"] == "/metrics"
    assert [(DEPLOY / name).exists() for name in config["rule_files"]] == [True]


def test_grafana_finds_the_dashboard(compose: Any) -> None:
    provider = parsed("grafana/provider.yaml")["providers"][0]
    mounted = [volume.split(":")[1] for volume in compose["services"]["grafana"]["volumes"]]
    assert any(path.startswith(provider["options"]["path"]) for path in mounted)
    source = parsed("grafana/datasource.yaml")["datasources"][0]
    assert source["url"].split("//")[1].split(":")[0] in compose["services"]


def test_what_is_sharded_is_what_may_be_by_the_key_that_is_told() -> None:
    """A unique index of a sharded collection has to begin with the shard key."""
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    keys = re.findall(r"""sh\.shardCollection\("pacer\.([\w.]+)", \{ (.*?) \}\)""", told)
    assert {collection for collection, _ in keys} == set(INDEXES)
    for collection, key in keys:
        fields = [field.removesuffix(": 1") for field in key.split(", ")]
        for index in INDEXES[collection]:
            assert list(index.document["key"])[: len(fields)] == fields, index.document["name"]
