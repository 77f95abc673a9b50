"""HTTP of notifications."""

from __future__ import annotations

from typing import Annotated

from litestar import Request, Response, Router, delete, get, post, put
from litestar.datastructures import State
from litestar.params import JSONBody, PathParameter

from api.accounts.errors import LinkError
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.notifications.endpoints import EndpointError
from api.notifications.errors import ChannelOffError, DeviceNotRegisteredError
from api.notifications.pages import asking_page, done_page
from api.notifications.schemas import (
    DeviceRequest,
    NotificationChoices,
    NotificationLog,
    Notifications,
    NotifiedDevice,
    NotifiedDevices,
)
from api.notifications.service import NotificationService
from api.notifications.views import device_view, logged, notifications_view, place_of, preferences_of, target_of
from api.store.ports import VersionClashError
from api.wire import PUBLIC, LearnerRequest, Slot, WireError, raises

NOTIFICATIONS: Slot[NotificationService] = Slot("notifications")
DEVICES = "/me/notifications/devices"
UNSUBSCRIBE = "/unsubscribe/{link:str}"
SubscriptionId = Annotated[str, PathParameter(description="The device.", max_length=64)]
Link = Annotated[str, PathParameter(description="The token of the letter's link.", max_length=200)]
PublicRequest = Request[None, None, State]


@get("/me/notifications", operation_id="getNotifications", summary="Read what you are told, where and when")
async def get_notifications(request: LearnerRequest) -> Notifications:
    """Everything is off until you switch it on."""
    service = NOTIFICATIONS.of(request)
    return notifications_view(await service.overview(request.user), service.sender.carriers)


@put(
    "/me/notifications",
    operation_id="chooseNotifications",
    summary="Say what you want to be told, where and when",
    opt=raises(VersionClashError),
)
async def choose_notifications(request: LearnerRequest, data: JSONBody[NotificationChoices]) -> Notifications:
    """Replaces all choices. Quiet hours hold by the clock of the zone you are in; under 18 nothing is sent from 21:00
    to 07:00, whatever is chosen. A reminder comes 23.5 hours after the last practice at the earliest, once a day at
    most, and no more after four that practice did not answer."""
    service = NOTIFICATIONS.of(request)
    return notifications_view(await service.choose(request.user, preferences_of(data)), service.sender.carriers)


@post(
    DEVICES,
    operation_id="registerNotifiedDevice",
    summary="Register a device to be told on",
    status_code=200,
    opt=raises(ChannelOffError),
)
async def register_notified_device(request: LearnerRequest, data: JSONBody[DeviceRequest]) -> NotifiedDevice:
    """Registering the same again is harmless; a device that another account had is yours from then on."""
    try:
        device = await NOTIFICATIONS.of(request).register(request.user, target_of(data), data.name)
    except EndpointError as error:
        raise WireError(("/endpoint", str(error))) from error
    return device_view(device)


@get(DEVICES, operation_id="listNotifiedDevices", summary="List the devices you are told on")
async def list_notified_devices(request: LearnerRequest) -> NotifiedDevices:
    """Devices that their push service calls gone are removed by themselves."""
    found = await NOTIFICATIONS.of(request).books.devices.of(request.user)
    return NotifiedDevices(items=tuple(map(device_view, found)))


@delete(
    DEVICES + "/{subscription_id:str}",
    operation_id="removeNotifiedDevice",
    summary="Remove a device",
    opt=raises(DeviceNotRegisteredError),
)
async def remove_notified_device(request: LearnerRequest, subscription_id: SubscriptionId) -> Response[None]:
    """Nothing is sent to it any more."""
    await NOTIFICATIONS.of(request).books.devices.remove(request.user, subscription_id)
    return Response(None, status_code=204)


@get("/me/notifications/log", operation_id="listNotifications", summary="What was sent to you, and why")
async def list_notifications(
    request: LearnerRequest, cursor: Cursor = None, limit: Limit = MAX_PAGE
) -> NotificationLog:
    """The last decided first, those that were not sent included: what was chosen, among what, with which probability,
    and what became of it on every device."""
    found = await NOTIFICATIONS.of(request).log(request.user)
    scope = f"notifications of {request.user}"
    page, following = CURSORS.of(request).page(found, place_of, scope, cursor, limit)
    return NotificationLog(items=tuple(map(logged, page)), next_cursor=following)


@get(UNSUBSCRIBE, operation_id="getUnsubscribePage", include_in_schema=False, opt=PUBLIC, sync_to_thread=False)
def get_unsubscribe_page(link: Link) -> Response[bytes]:
    """Asks, so that a mail program which looks at links switches nothing off."""
    return asking_page(link)


@post(
    UNSUBSCRIBE,
    operation_id="stopLetters",
    include_in_schema=False,
    status_code=200,
    opt=PUBLIC | raises(LinkError, VersionClashError),
)
async def stop_letters(request: PublicRequest, link: Link) -> Response[bytes]:
    """The one click of RFC 8058: the link of a letter switches its kind off, without a sign-in. Any body is taken."""
    service = NOTIFICATIONS.of(request)
    if service.sender.carriers.links is None:
        raise LinkError("this server sends no such letters")
    await service.stop(*service.sender.carriers.links.read(link))
    return done_page()


router = Router(
    "/v1",
    route_handlers=[
        get_notifications,
        choose_notifications,
        register_notified_device,
        list_notified_devices,
        remove_notified_device,
        list_notifications,
    ],
    tags=["Notifications"],
)
letters_router = Router("/", route_handlers=[get_unsubscribe_page, stop_letters])
"""What links in letters lead to: for people and their mail programs, no part of the document."""
