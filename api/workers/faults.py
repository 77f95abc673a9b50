"""What keeps a service from starting, and tells in its text what to do."""

from __future__ import annotations

from api.game.rules import RulesError
from api.live.ports import LiveError
from api.settings import SettingsError
from api.store.ports import StoreError
from content.faults import ContentError

START_FAULTS = (SettingsError, StoreError, LiveError, ContentError, RulesError)
