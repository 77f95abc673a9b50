"""Letters over a real SMTP server on loopback."""

import asyncio
import ssl
from pathlib import Path

import pytest

from api.mail.opening import LogMailer, open_mailer
from api.mail.ports import Letter, MailError
from api.mail.smtp import Relay, SmtpMailer, read_relay
from api.settings import SettingsError
from tests.servers.smtp import Mailbox, certificate, running_smtp

LETTER = Letter(id="0195506e", to="ana@example.org", subject="Grüße, Señora", text="Eine Zeile.\n\nNoch eine: ñ.\n")
SENDER = "Pacer <no-reply@pacer.test>"


def relay(mailbox: Mailbox, security: str = "none", user: str = "", password: str = "") -> Relay:
    return Relay("127.0.0.1", mailbox.port, security, user, password)  # type: ignore[arg-type]


@pytest.fixture
def contexts(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificate(tmp_path)


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with running_smtp() as mailbox:
        await SmtpMailer(relay(mailbox), SENDER).send(LETTER)
        found = await mailbox.next()
    assert (found["From"], found["To"], found["Subject"]) == (SENDER, LETTER.to, LETTER.subject)
    assert found["Message-ID"] == "<0195506e@pacer.test>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_content_type() == "text/plain"
    assert found.get_content().replace("\r\n", "\n") == LETTER.text
    assert mailbox.recipients == [LETTER.to]


async def test_an_address_beyond_ascii_is_written_to() -> None:
    async with running_smtp() as mailbox:
        await SmtpMailer(relay(mailbox), SENDER).send(Letter(id="1", to="añä@example.org", subject="x", text="y"))
        assert mailbox.recipients == ["añä@example.org"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_the_relay_is_spoken_to_in_secret_and_signed_in_to(
    security: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    serving, trusting = contexts
    async with running_smtp(**{security: serving}, auth=True) as mailbox:  # type: ignore[arg-type]
        await SmtpMailer(relay(mailbox, security, "pacer", "open"), SENDER, trusting).send(LETTER)
        assert mailbox.logins == [("pacer", "open")]
        assert len(mailbox.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_relay_whose_certificate_is_not_trusted_gets_neither_letter_nor_password(
    security: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    async with running_smtp(**{security: contexts[0]}, auth=True) as mailbox:  # type: ignore[arg-type]
        with pytest.raises(MailError, match="cannot be reached"):
            await SmtpMailer(relay(mailbox, security, "pacer", "open"), SENDER).send(LETTER)
        assert (mailbox.logins, mailbox.taken) == ([], [])


async def test_a_relay_that_offers_no_encryption_gets_neither_letter_nor_password() -> None:
    async with running_smtp(auth=True) as mailbox:
        with pytest.raises(MailError) as caught:
            await SmtpMailer(relay(mailbox, "starttls", "pacer", "open"), SENDER).send(LETTER)
        assert caught.value.lasting
        assert (mailbox.logins, mailbox.taken) == ([], [])


async def test_a_wrong_password_is_told_without_it(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    async with running_smtp(starttls=contexts[0], auth=True) as mailbox:
        with pytest.raises(MailError, match="answered 535") as caught:
            await SmtpMailer(relay(mailbox, "starttls", "pacer", "shut"), SENDER, contexts[1]).send(LETTER)
    assert caught.value.lasting
    assert "shut" not in str(caught.value)


@pytest.mark.parametrize(("answer", "lasting"), [("451 later", False), ("550 no such mailbox", True)])
async def test_a_refusal_says_whether_it_will_last_and_names_nobody(answer: str, lasting: bool) -> None:
    async with running_smtp() as mailbox:
        mailbox.answers = [answer]
        mailer = SmtpMailer(relay(mailbox), SENDER)
        with pytest.raises(MailError) as caught:
            await mailer.send(LETTER)
        assert caught.value.lasting is lasting
        assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)
        assert "ana" not in str(caught.value)
        await mailer.send(LETTER)
        assert len(mailbox.taken) == 1


async def test_a_relay_that_is_not_there_is_an_error_that_passes() -> None:
    async with running_smtp() as mailbox:
        port = mailbox.port
    with pytest.raises(MailError, match="cannot be reached") as caught:
        await SmtpMailer(Relay("127.0.0.1", port, "none"), SENDER).send(LETTER)
    assert not caught.value.lasting


async def test_a_relay_that_says_nothing_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    mailer = SmtpMailer(Relay("127.0.0.1", server.sockets[0].getsockname()[1], "none"), SENDER, timeout=0.2)
    with pytest.raises(MailError, match="cannot be reached"):
        await mailer.send(LETTER)
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mail.example", Relay("mail.example", 587, "starttls")),
        ("smtp://me%40x:p%2Fw@mail.example:25", Relay("mail.example", 25, "starttls", "me@x", "p/w")),
        ("smtps://me:pw@mail.example", Relay("mail.example", 465, "tls", "me", "pw")),
        ("smtp+plain://localhost", Relay("localhost", 25, "none")),
    ],
)
def test_a_relay_is_read_from_its_url(url: str, found: Relay) -> None:
    assert read_relay(url) == found


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://x:port"])
def test_a_url_that_is_no_relay_is_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(SettingsError, match=r"port|begins with smtp://, smtps://"):
        read_relay(url)


def test_no_password_is_sent_in_the_clear() -> None:
    with pytest.raises(SettingsError, match="in the clear") as caught:
        read_relay("smtp+plain://me:hidden@localhost")
    assert "hidden" not in str(caught.value)


def test_mail_is_off_unless_asked_for_and_needs_a_sender() -> None:
    assert open_mailer("", "") is None
    assert isinstance(open_mailer("log:", ""), LogMailer)
    assert isinstance(open_mailer("smtp://mail.example", SENDER), SmtpMailer)
    with pytest.raises(SettingsError, match="PACER_MAIL_FROM"):
        open_mailer("smtp://mail.example", "")


async def test_a_developer_finds_letters_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    await LogMailer().send(LETTER)
    assert LETTER.text in caplog.text
