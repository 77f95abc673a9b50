"""HTTP of friends."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, Router, delete, get, post, put
from litestar.params import JSONBody, PathParameter

from api.accounts.errors import TooManyAttemptsError
from api.game.friends.errors import (
    FriendCodeError,
    FriendCodeNeededError,
    FriendNotFoundError,
    FriendQuestOpenError,
    TooManyFriendsError,
)
from api.game.friends.schemas import AcceptFriend, AddFriend, Friends, FriendSettings, InviteCode, ReportFriend
from api.game.friends.service import FriendService
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, raises

FRIENDS: Slot[FriendService] = Slot("friends")
ONE = "/me/friends/{friend_id:str}"
FriendId = Annotated[str, PathParameter(description="One of your friendships.", max_length=64)]
CHANGES = raises(FriendNotFoundError, VersionClashError)


@get("/me/friends", operation_id="listFriends", summary="Your friends")
async def list_friends(request: LearnerRequest) -> Friends:
    """Friends with the quest of this week, requests, and whom you blocked. You see a friend's name, and whether they
    are on a streak if they want that; there is no search."""
    return await FRIENDS.of(request).friends(request.user)


@post(
    "/me/friends/codes",
    operation_id="createFriendCode",
    summary="Get a code to show to a friend",
    opt=raises(TooManyAttemptsError),
)
async def create_friend_code(request: LearnerRequest) -> InviteCode:
    """It works once within a week, and takes the place of the one before."""
    return await FRIENDS.of(request).invite(request.user)


@post(
    "/me/friends",
    operation_id="addFriend",
    summary="Ask the owner of a code",
    status_code=200,
    opt=raises(FriendCodeError, TooManyFriendsError, TooManyAttemptsError, VersionClashError),
)
async def add_friend(request: LearnerRequest, data: JSONBody[AddFriend]) -> Friends:
    """They accept or decline. If they showed your code before, you are friends at once."""
    return await FRIENDS.of(request).add(request.user, data.code)


@post(
    ONE + "/acceptance",
    operation_id="acceptFriend",
    summary="Accept a request",
    status_code=200,
    opt=raises(FriendNotFoundError, FriendCodeNeededError, FriendCodeError, TooManyAttemptsError, VersionClashError),
)
async def accept_friend(request: LearnerRequest, friend_id: FriendId, data: JSONBody[AcceptFriend]) -> Friends:
    """Where one of you is under 18, each shows the other's code: send theirs along."""
    return await FRIENDS.of(request).accept(request.user, friend_id, data.code)


@delete(ONE, operation_id="removeFriend", summary="End a friendship, or decline a request", opt=CHANGES)
async def remove_friend(request: LearnerRequest, friend_id: FriendId) -> Response[None]:
    """Takes a block back, too. The other is not told."""
    await FRIENDS.of(request).remove(request.user, friend_id)
    return Response(None, status_code=204)


@post(ONE + "/block", operation_id="blockFriend", summary="Want no contact", status_code=204, opt=CHANGES)
async def block_friend(request: LearnerRequest, friend_id: FriendId) -> Response[None]:
    """They see nothing of you any more and are not told, and no code brings them back until you take it back."""
    await FRIENDS.of(request).block(request.user, friend_id)
    return Response(None, status_code=204)


@post(ONE + "/reports", operation_id="reportFriend", summary="Report and block", status_code=204, opt=CHANGES)
async def report_friend(request: LearnerRequest, friend_id: FriendId, data: JSONBody[ReportFriend]) -> Response[None]:
    """Blocks them, and keeps for the operator that and why you did."""
    await FRIENDS.of(request).report(request.user, friend_id, data.reason)
    return Response(None, status_code=204)


@post(
    ONE + "/quest/reward",
    operation_id="takeSharedReward",
    summary="Take the gems of the quest you did together",
    status_code=200,
    opt=raises(FriendNotFoundError, FriendQuestOpenError),
)
async def take_shared_reward(request: LearnerRequest, friend_id: FriendId) -> Friends:
    """Once a week, with one friend, for each of the two by themselves. Sent again it changes nothing."""
    return await FRIENDS.of(request).reward(request.user, friend_id)


@put("/me/friends/settings", operation_id="setFriendSettings", summary="Choose what friends see")
async def set_friend_settings(request: LearnerRequest, data: JSONBody[FriendSettings]) -> Friends:
    """Beside your name: whether you are on a streak, which is off at first."""
    return await FRIENDS.of(request).choose(request.user, data)


router = Router(
    "/v1",
    route_handlers=[
        list_friends,
        create_friend_code,
        add_friend,
        accept_friend,
        remove_friend,
        block_friend,
        report_friend,
        take_shared_reward,
        set_friend_settings,
    ],
    tags=["Friends"],
)
