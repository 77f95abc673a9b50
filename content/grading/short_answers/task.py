"""The worker's side of judging English texts: holds the encoder and the fitted model, about 300 MB of memory."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from content.grading.sentences.encoder import Encoder
from content.grading.short_answers.features import Features, Passage, compare_answer
from content.grading.short_answers.messages import Judged, Response
from content.grading.short_answers.model import ShortAnswerModel, question_key
from content.grading.short_answers.sets import LABELS
from content.grading.worker.tasks import Handler

N_KEPT_PASSAGES = 2_000


def open_task() -> Handler:
    """Load the encoder and the model. Raises ModelMissingError, ModelError."""
    encoder, model = Encoder(), ShortAnswerModel.load()
    decoder = msgspec.json.Decoder(Response)

    @lru_cache(maxsize=N_KEPT_PASSAGES)
    def passage(text: str) -> Passage:
        return Passage.of(text, encoder.encode([text])[0])

    def answer(request: bytes) -> bytes:
        asked = decoder.decode(request)
        given = Passage.of(asked.answer, encoder.encode([asked.answer])[0])
        features = compare_answer(passage(asked.question), [passage(one) for one in asked.references], given)
        return msgspec.json.encode(judge(model, features, question_key(asked.question, asked.references)))

    return answer


def judge(model: ShortAnswerModel, features: Features, key: str) -> Judged:
    """What the model says of one answer to the question with this key."""
    found = model.estimate([features], [key])
    chances = found.probabilities[0]
    best = int(chances.argmax())
    return Judged(
        label=LABELS[best],
        confidence=float(chances[best]),
        score=float(found.scores[0]),
        sure=bool(chances[best] >= model.calibration.threshold),
        known=key in model.adapters,
    )
