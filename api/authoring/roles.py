"""Which roles of an organisation open which part of authoring."""

from __future__ import annotations

from typing import Annotated, Any

from litestar.params import PathParameter

from api.accounts.errors import ForbiddenError, OrganisationNotFoundError
from api.accounts.organisations.roles import needs
from api.authoring.errors import CourseNotFoundError, PartNotFoundError
from api.wire import raises

OrganisationId = Annotated[str, PathParameter(description="The organisation.", max_length=128)]
CourseId = Annotated[str, PathParameter(description="The course.", max_length=64)]
SkillId = Annotated[str, PathParameter(description="The author's id of the skill.", max_length=100)]
ItemId = Annotated[str, PathParameter(description="The author's id of the item or template.", max_length=100)]

_EVERYBODY = (ForbiddenError, OrganisationNotFoundError)


def reading(*errors: type[Exception]) -> dict[str, Any]:
    """`opt=` of a route for all who work on courses, and admins."""
    return needs("author", "reviewer", "publisher", "admin") | raises(*_EVERYBODY, CourseNotFoundError, *errors)


def writing(*errors: type[Exception]) -> dict[str, Any]:
    """`opt=` of a route for authors."""
    return needs("author") | raises(*_EVERYBODY, CourseNotFoundError, *errors)


def reviewing(*errors: type[Exception]) -> dict[str, Any]:
    """`opt=` of a route for reviewers."""
    return needs("reviewer") | raises(*_EVERYBODY, CourseNotFoundError, PartNotFoundError, *errors)


def discussing(*errors: type[Exception]) -> dict[str, Any]:
    """`opt=` of a route for all who work on courses."""
    return needs("author", "reviewer", "publisher") | raises(
        *_EVERYBODY, CourseNotFoundError, PartNotFoundError, *errors
    )


def publishing(*errors: type[Exception]) -> dict[str, Any]:
    """`opt=` of a route for publishers."""
    return needs("publisher") | raises(*_EVERYBODY, CourseNotFoundError, *errors)
