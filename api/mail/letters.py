"""The texts of letters, by language. They name nobody: what a stranger typed into a form is never mailed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.mail.ports import Letter
from api.plurals import fill

Kind = Literal["confirm", "taken", "reset", "changed"]
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a letter; the body has places for {link} and {validity}."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Language:
    """All letters in one language, and its words for a validity."""

    letters: dict[Kind, Text]
    hours: str
    minutes: str

    def validity(self, seconds: int) -> str:
        """How long a link works, in whole hours or minutes."""
        hours = seconds % 3600 == 0
        return fill(self.hours, n=seconds // 3600) if hours else fill(self.minutes, n=seconds // 60)


def write(kind: Kind, locale: str, *, to: str, id: str, link: str = "", seconds: int = 0) -> Letter:
    """A letter in the language of a locale (BCP 47), in English where there is none."""
    language = LANGUAGES.get(locale.partition("-")[0].lower(), LANGUAGES[FALLBACK])
    text = language.letters[kind]
    return Letter(
        id=id, to=to, subject=text.subject, text=text.body.format(link=link, validity=language.validity(seconds))
    )


LANGUAGES = {
    "en": Language(
        {
            "confirm": Text(
                "Confirm your address",
                "Somebody, we hope you, wants to use this address to sign in to Pacer.\n\n"
                "To confirm it, use this within {validity}:\n\n{link}\n\n"
                "If it was not you, do nothing: without it the address is not used.\n",
            ),
            "taken": Text(
                "You already have an account",
                "Somebody, we hope you, wanted to register this address with Pacer. It has an account already.\n\n"
                "Sign in with it. If you have forgotten the password, ask for a new one in the app.\n\n"
                "If it was not you, do nothing: nothing was changed.\n",
            ),
            "reset": Text(
                "Choose a new password",
                "Somebody, we hope you, asked for a new password for Pacer.\n\n"
                "To choose one, use this within {validity}:\n\n{link}\n\n"
                "If it was not you, do nothing: your password stays as it is.\n",
            ),
            "changed": Text(
                "The way to sign in was changed",
                "The password or the address of your Pacer account was changed.\n\n"
                "If it was not you, ask for a new password in the app at once: that ends all other sign-ins.\n",
            ),
        },
        "{n:# hour|# hours}",
        "{n:# minute|# minutes}",
    ),
    "de": Language(
        {
            "confirm": Text(
                "Bestätige deine Adresse",
                "Jemand, hoffentlich du, will sich mit dieser Adresse bei Pacer anmelden.\n\n"
                "Um sie zu bestätigen, verwende innerhalb von {validity}:\n\n{link}\n\n"
                "Warst du es nicht, dann tu nichts: Ohne das wird die Adresse nicht verwendet.\n",
            ),
            "taken": Text(
                "Du hast schon ein Konto",
                "Jemand, hoffentlich du, wollte diese Adresse bei Pacer registrieren. Sie hat schon ein Konto.\n\n"
                "Melde dich damit an. Hast du das Passwort vergessen, dann verlange in der App ein neues.\n\n"
                "Warst du es nicht, dann tu nichts: Es wurde nichts geändert.\n",
            ),
            "reset": Text(
                "Wähle ein neues Passwort",
                "Jemand, hoffentlich du, hat ein neues Passwort für Pacer verlangt.\n\n"
                "Um eines zu wählen, verwende innerhalb von {validity}:\n\n{link}\n\n"
                "Warst du es nicht, dann tu nichts: Dein Passwort bleibt, wie es ist.\n",
            ),
            "changed": Text(
                "Deine Anmeldung wurde geändert",
                "Das Passwort oder die Adresse deines Pacer-Kontos wurde geändert.\n\n"
                "Warst du es nicht, dann verlange in der App sofort ein neues Passwort: Das beendet alle anderen"
                " Anmeldungen.\n",
            ),
        },
        "{n:# Stunde|# Stunden}",
        "{n:# Minute|# Minuten}",
    ),
    "es": Language(
        {
            "confirm": Text(
                "Confirma tu dirección",
                "Alguien, esperamos que tú, quiere usar esta dirección para entrar en Pacer.\n\n"
                "Para confirmarla, usa esto en un plazo de {validity}:\n\n{link}\n\n"
                "Si no has sido tú, no hagas nada: sin esto la dirección no se usa.\n",
            ),
            "taken": Text(
                "Ya tienes una cuenta",
                "Alguien, esperamos que tú, quiso registrar esta dirección en Pacer. Ya tiene una cuenta.\n\n"
                "Entra con ella. Si has olvidado la contraseña, pide una nueva en la aplicación.\n\n"
                "Si no has sido tú, no hagas nada: no ha cambiado nada.\n",
            ),
            "reset": Text(
                "Elige una contraseña nueva",
                "Alguien, esperamos que tú, ha pedido una contraseña nueva para Pacer.\n\n"
                "Para elegirla, usa esto en un plazo de {validity}:\n\n{link}\n\n"
                "Si no has sido tú, no hagas nada: tu contraseña sigue siendo la misma.\n",
            ),
            "changed": Text(
                "Ha cambiado tu forma de entrar",
                "La contraseña o la dirección de tu cuenta de Pacer ha cambiado.\n\n"
                "Si no has sido tú, pide enseguida una contraseña nueva en la aplicación: así se cierran las demás"
                " sesiones.\n",
            ),
        },
        "{n:# hora|# horas}",
        "{n:# minuto|# minutos}",
    ),
}
