import pytest

from api.http.conditional import check_match, core_of, entity_tag, is_known
from api.http.errors import PreconditionError

BODY, OTHER = b'{"a":1}', b'{"a":2}'
TAG = entity_tag(core_of(BODY))


def test_tags_are_strong_and_differ_where_bytes_differ() -> None:
    assert TAG.startswith('"')
    assert TAG.endswith('"')
    tags = [
        TAG,
        entity_tag(core_of(BODY), "", "gzip"),
        entity_tag(core_of(BODY), "msgpack"),
        entity_tag(core_of(OTHER)),
    ]
    assert len(set(tags)) == 4
    assert entity_tag(core_of(BODY), "", "") == TAG


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"other" , {TAG}', "*"])
def test_a_tag_that_is_named_is_known(header: str) -> None:
    assert is_known(header, TAG)


@pytest.mark.parametrize("header", ["", '"other"', TAG.strip('"'), f'{TAG[:-1]}.gzip"', ",,"])
def test_a_tag_that_is_not_named_is_not_known(header: str) -> None:
    assert not is_known(header, TAG)


@pytest.mark.parametrize("header", [None, "*", TAG, f'"other", {TAG}', f'{TAG[:-1]}.msgpack.zstd"'])
def test_a_change_passes_if_the_state_is_named_in_any_representation(header: str | None) -> None:
    check_match(header, BODY)


@pytest.mark.parametrize("header", ["", '"other"', f"W/{TAG}", entity_tag(core_of(OTHER)), TAG.strip('"')])
def test_a_change_on_another_state_is_refused(header: str) -> None:
    with pytest.raises(PreconditionError, match="read it again"):
        check_match(header, BODY)
