"""What each interaction of QTI 2 and 3 becomes; interactions of places, pictures and uploads are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from content.formats.collector import QuestionError
from content.formats.kinds import (
    Choice,
    add_choice,
    add_matching,
    add_numeric,
    add_open,
    add_ordering,
    add_range,
    add_response,
    add_text,
    number_text,
    strict_policy,
)
from content.formats.markup.reading import TextReader
from content.formats.names import slug, unique
from content.formats.qti.feedback import share_out
from content.formats.qti.item import ItemReader, listed
from content.formats.qti.values import Value, Variable, plain
from content.formats.question import Question
from content.formats.xmltree import Node
from content.items import ResponseMisconception

NO_KIND = {
    "hotspotInteraction": "it asks for a place in a picture",
    "selectPointInteraction": "it asks for a place in a picture",
    "graphicOrderInteraction": "it asks for an order of places in a picture",
    "graphicAssociateInteraction": "it asks for lines between places in a picture",
    "graphicGapMatchInteraction": "it asks to drop pictures on places in a picture",
    "positionObjectInteraction": "it asks to place an object in a picture",
    "drawingInteraction": "it asks for a drawing",
    "uploadInteraction": "it asks for a file",
    "customInteraction": "it needs a program of its own",
    "portableCustomInteraction": "it needs a program of its own",
}


class InteractionReader:
    """Makes the items of single interactions."""

    def __init__(self, item: ItemReader) -> None:
        self.item = item

    def add(self, node: Node, suffix: str) -> None:
        """Add what one interaction becomes; `suffix` tells several of one item apart."""
        tag = node.tag
        if tag in NO_KIND:
            raise QuestionError(f"{NO_KIND[tag]} ({tag}), which Pacer has no kind for")
        make = {
            "choiceInteraction": self._choice,
            "hottextInteraction": self._hottext,
            "orderInteraction": self._order,
            "matchInteraction": self._match,
            "associateInteraction": self._associate,
            "textEntryInteraction": self._text,
            "extendedTextInteraction": self._text,
            "sliderInteraction": self._slider,
        }.get(tag)
        if make is None:
            raise QuestionError(f"<{tag}> is not known")
        question, reader = self.item.question(suffix)
        own = node.first("prompt")
        told = self.item.prompt(reader, self._gap(node))
        asked = reader.nodes(own.children, self.item.unseen) if own else ""
        question.prompt = "\n\n".join(part for part in (told, asked) if part.strip())
        make(node, question, reader)

    def _gap(self, node: Node) -> Callable[[Node], str]:
        inline = node.tag == "textEntryInteraction" and not self.item.stands_alone(node)
        return lambda one: " _____ " if inline and one is node else ""

    def variable(self, node: Node) -> tuple[str, Variable]:
        """Name and declaration of an interaction's response."""
        name = node.get("responseIdentifier") or "RESPONSE"
        return name, self.item.scoring.processing.responses.get(name, Variable())

    def _choice(self, node: Node, question: Question, reader: TextReader) -> None:
        choices = [
            Choice(reader.nodes(one.children, self.item.unseen, option=True), id=one.get("identifier"))
            for one in node.find_all("simpleChoice")
        ]
        self._choose(node, choices, question, reader)

    def _hottext(self, node: Node, question: Question, reader: TextReader) -> None:
        found = [one for one in node.walk() if one.tag == "hottext"]
        text = reader.nodes([child for child in node.children if getattr(child, "tag", "") != "prompt"])
        question.prompt = "\n\n".join(part for part in (question.prompt, text) if part)
        question.lose("changed", "words to point at in the text", "they became options")
        choices = [Choice(reader.nodes(one.children), id=one.get("identifier")) for one in found]
        self._choose(node, choices, question, reader)

    def _choose(self, node: Node, choices: list[Choice], question: Question, reader: TextReader) -> None:
        name, variable = self.variable(node)
        ids = [choice.id for choice in choices]
        single = variable.cardinality == "single" or node.get("maxChoices") == "1"
        scoring = self.item.scoring
        right = scoring.best_single(name, ids) if single else scoring.best_set(name, ids)
        for choice in choices:
            choice.right = choice.id in right
        if not right:
            why = f": {scoring.trouble} was not followed" if scoring.trouble else ", as in a survey"
            raise QuestionError(f"nothing in it is right or wrong{why}")
        shuffle = node.get("shuffle") == "true"
        key: Value = [choice.id for choice in choices if choice.right]
        if single:
            key = key[:1] if key else None
            self._feedback(name, choices, question, reader)
        self.item.finish(question, reader, {name: key})
        if not single and self._has_mistakes(name, choices, question, reader, shuffle):
            return
        add_choice(question, choices, single=single, shuffle=shuffle)

    def _feedback(self, name: str, choices: list[Choice], question: Question, reader: TextReader) -> None:
        said = {
            choice.id: {
                node.get("identifier"): self.item.words(reader, node)
                for node in self.item.scoring.said({name: [choice.id]})
            }
            for choice in choices
        }
        share_out(question, choices, said)

    def _has_mistakes(
        self, name: str, choices: list[Choice], question: Question, reader: TextReader, shuffle: bool
    ) -> bool:
        """Add a multiple response with the wrong sets that the rules name; False if they name none."""
        key = [choice.id for choice in choices if choice.right]
        ids = {choice.id for choice in choices}
        variable = Variable("multiple", correct=list[str | float | bool](key))
        mistakes = [
            ResponseMisconception(id=idea, answer=tuple(answer), feedback=text)
            for idea, answer, text in self._mistakes(name, variable, reader)
            if set(answer) <= ids and set(answer) != set(key)
        ]
        texts = [choice.text for choice in choices]
        if not mistakes or len(set(texts)) < len(texts) or len(ids) < len(choices):
            return False
        add_response(question, choices, mistakes, shuffle)
        return True

    def _order(self, node: Node, question: Question, reader: TextReader) -> None:
        name, variable = self.variable(node)
        options = [
            (one.get("identifier"), reader.nodes(one.children, self.item.unseen, option=True))
            for one in node.find_all("simpleChoice")
        ]
        key = listed(variable.correct)
        if not key:
            raise QuestionError("no right order is declared")
        self.item.finish(question, reader, {name: variable.correct})
        left_out = [one for one in options if one[0] not in key]
        for _, text in left_out:
            question.lose("dropped", f"option {text[:80]!r}", "it is not part of the right order")
        mistakes = [
            (idea, tuple(answer), text)
            for idea, answer, text in self._mistakes(name, variable, reader)
            if sorted(answer) == sorted(key) and answer != key
        ]
        add_ordering(question, [one for one in options if one[0] in key], key, mistakes)

    def _mistakes(self, name: str, variable: Variable, reader: TextReader) -> list[tuple[str, list[str], str]]:
        """Id, answer and feedback of the wrong answers to a response that the rules name."""
        found: list[tuple[str, list[str], str]] = []
        taken: set[str] = set()
        for given, said in self.item.scoring.wrong_answers([name], {name: variable.correct}):
            text = "\n".join(filter(None, (self.item.words(reader, node) for node in said)))
            if text:
                idea = unique(slug(said[0].get("identifier"), "wrong"), taken)
                taken.add(idea)
                found.append((idea, listed(given[name]), text))
        return found

    def _match(self, node: Node, question: Question, reader: TextReader) -> None:
        name, variable = self.variable(node)
        sets = node.named("simpleMatchSet")
        if len(sets) != 2:
            raise QuestionError("it does not have two sets to match")
        left, right = (
            [
                (one.get("identifier"), reader.nodes(one.children, self.item.unseen, option=True))
                for one in side.named("simpleAssociableChoice")
            ]
            for side in sets
        )
        pairs = _split_pairs(self._pairs(name, variable))
        self.item.finish(question, reader, {name: variable.correct})
        mistakes = [
            (idea, dict(_split_pairs(answer)), text) for idea, answer, text in self._mistakes(name, variable, reader)
        ]
        if all(one.startswith("left.") for one, _ in left) and all(one.startswith("right.") for one, _ in right):
            left = [(one.removeprefix("left."), text) for one, text in left]
            right = [(one.removeprefix("right."), text) for one, text in right]
            pairs = [(a.removeprefix("left."), b.removeprefix("right.")) for a, b in pairs]
            mistakes = [
                (idea, {a.removeprefix("left."): b.removeprefix("right.") for a, b in answer.items()}, text)
                for idea, answer, text in mistakes
            ]
        self._match_pairs(question, left, right, pairs, mistakes)

    def _pairs(self, name: str, variable: Variable) -> list[str]:
        pairs = listed(variable.correct) or [key for key, worth in variable.mapping.items() if worth > 0]
        if not pairs:
            raise QuestionError(f"no pairs of {name} are declared right")
        return pairs

    def _match_pairs(
        self,
        question: Question,
        left: list[tuple[str, str]],
        right: list[tuple[str, str]],
        pairs: list[tuple[str, str]],
        mistakes: list[tuple[str, dict[str, str], str]],
    ) -> None:
        left_ids, right_ids = [name for name, _ in left], {name for name, _ in right}
        pairs = [(b, a) if a in right_ids and b in left_ids and a not in left_ids else (a, b) for a, b in pairs]
        firsts = [a for a, _ in pairs]
        if len(set(firsts)) == len(firsts):
            add_matching(question, left, right, dict(pairs), mistakes)
        elif len({b for _, b in pairs}) == len(pairs):
            question.lose(
                "changed", "the sides of the pairs", "several belong to one on the left, so they changed sides"
            )
            add_matching(question, right, left, {b: a for a, b in pairs})
        else:
            question.lose("changed", "pairs of several with several", "each on the left became a question of its own")
            self._match_many(question, left, right, pairs)

    def _match_many(
        self,
        question: Question,
        left: list[tuple[str, str]],
        right: list[tuple[str, str]],
        pairs: list[tuple[str, str]],
    ) -> None:
        prompt, ident = question.prompt, question.ident
        for number, (name, text) in enumerate(left, 1):
            own = {b for a, b in pairs if a == name}
            if not own:
                question.lose("dropped", f"left option {text[:80]!r}", "it has no match")
                continue
            question.prompt, question.ident = f"{prompt}\n{text}".strip(), f"{ident}-{number}"
            choices = [Choice(told, b in own, id=b) for b, told in right]
            _attempt(question, text, choices)

    def _associate(self, node: Node, question: Question, reader: TextReader) -> None:
        name, variable = self.variable(node)
        texts = {
            one.get("identifier"): reader.nodes(one.children, self.item.unseen, option=True)
            for one in node.find_all("simpleAssociableChoice")
        }
        pairs = [pair.split() for pair in self._pairs(name, variable)]
        key = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
        if len(key) < len(pairs) or set(key) & set(key.values()):
            raise QuestionError("one thing belongs to several others, so that the pairs have no two sides")
        self.item.finish(question, reader, {name: variable.correct})
        question.lose("changed", "pairs out of one set", "they became a left and a right side")
        left = [(one, texts.get(one, one)) for one in key]
        add_matching(question, left, [(one, text) for one, text in texts.items() if one not in key], key)

    def _text(self, node: Node, question: Question, reader: TextReader) -> None:
        name, variable = self.variable(node)
        right = self.item.scoring.best_texts(name)
        if not right:
            if node.tag == "extendedTextInteraction":
                self.item.finish(question, reader, {})
                add_open(question)
                return
            if variable.base_type not in ("float", "integer"):
                raise QuestionError("no right answer is declared, nor found in its scoring")
        if variable.base_type in ("float", "integer"):
            self._number(name, right, question, reader)
            return
        key: Value = [right[0]]
        self.item.finish(question, reader, {name: key})
        policy = strict_policy(question.locale, not self.item.scoring.ignores_case(name, right[0]))
        add_text(question, right, policy=policy, wrong=self.item.wrong(reader, name, {name: key}))

    def _number(self, name: str, right: list[str], question: Question, reader: TextReader) -> None:
        low, high = ("", "") if right else self._interval(name)
        if not right and not low:
            raise QuestionError("no right number is declared, nor found in its scoring")
        key: Value = [float(number_text(right[0]) or 0)] if right and _is_float(right[0]) else None
        self.item.finish(question, reader, {name: key})
        wrong = self.item.wrong(reader, name, {name: key})
        if low:
            add_range(question, low, high, wrong)
            return
        if len(right) > 1:
            question.lose("dropped", "further right numbers", "a number has one key")
        widest: dict[str, Decimal] = {}
        for mode, sizes in self.item.scoring.processing.tolerances():
            widest[mode] = max(widest.get(mode, Decimal(0)), *(Decimal(repr(abs(size))) for size in sizes))
        absolute, relative = widest.get("absolute", Decimal(0)), widest.get("relative", Decimal(0)) / 100
        add_numeric(question, right[0], float(absolute), relative=float(relative), wrong=wrong)

    def _interval(self, name: str) -> tuple[str, str]:
        """The stretch between two numbers of the rules within which answers are right."""
        points = self.item.scoring.processing.numbers()[:100]
        nothing = self.item.scoring.score({name: None}) or 0.0
        for low, high in pairwise(points):
            if (self.item.scoring.score({name: [(low + high) / 2]}) or 0.0) > nothing:
                return plain(low), plain(high)
        return "", ""

    def _slider(self, node: Node, question: Question, reader: TextReader) -> None:
        name, variable = self.variable(node)
        if not variable.correct:
            raise QuestionError("no right place on the slider is declared")
        self.item.finish(question, reader, {name: variable.correct})
        span = f"{node.get('lowerBound')} to {node.get('upperBound')}"
        question.lose("changed", "a slider", f"its number ({span}) is typed")
        add_numeric(question, plain(variable.correct[0]))


def _split_pairs(pairs: list[str]) -> list[tuple[str, str]]:
    parts = [pair.split() for pair in pairs]
    return [(pair[0], pair[1]) for pair in parts if len(pair) == 2]


def _attempt(question: Question, text: str, choices: list[Choice]) -> None:
    question.out.attempt(question.where, text[:80], lambda: add_choice(question, choices, single=False))


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
