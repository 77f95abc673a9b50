// Words of the game that the page makes itself: dates in the reader's own way, names of badges and leagues.
import { api } from "../api.js";
import { h, noun, plural } from "../dom.js";

const ENGLISH = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
const DAY = new Intl.DateTimeFormat(ENGLISH, { day: "numeric", month: "long", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat(ENGLISH, { day: "numeric", month: "short", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat(ENGLISH, { weekday: "long", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
const CLOCK = new Intl.DateTimeFormat(ENGLISH, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const LOCAL_DAY = new Intl.DateTimeFormat(ENGLISH, { day: "numeric", month: "long" });
const LOCAL_DATE = new Intl.DateTimeFormat(ENGLISH, { day: "numeric", month: "long", year: "numeric" });
const badges = new Map();

/** A local date (YYYY-MM-DD) in words. */
export function dayWords(date) {
  return DAY.format(new Date(`${date}T00:00:00Z`));
}

/** The local date of an instant in words, with its year where that is another than this. */
export function dayOf(instant) {
  const at = new Date(instant);
  return (at.getFullYear() === new Date().getFullYear() ? LOCAL_DAY : LOCAL_DATE).format(at);
}

export function shortDay(date) {
  return SHORT.format(new Date(`${date}T00:00:00Z`));
}

/** An instant by the reader's own clock, with its zone. */
export function momentWords(instant) {
  return MOMENT.format(new Date(instant));
}

export function clockWords(ms) {
  return CLOCK.format(new Date(ms));
}

/** Learn what badges are called; without an answer they are named by what they are: a badge. */
export async function learnBadges() {
  if (badges.size) return;
  try {
    const told = await api.get("/me/badges");
    for (const badge of told.items) badges.set(badge.id, badge);
  } catch {
    // Asked for again when the next lesson begins.
  }
}

/** Name and text of a tier of a badge, as far as they are known. */
export function badgeWords(id, tier) {
  const text = badges.get(id)?.tiers[tier - 1]?.text ?? "";
  return { name: badgeName(text) || "A badge", text: badgeFor(text) };
}

/** "Practised" of "Practised: answer 50 exercises." */
export function badgeName(text) {
  return text.split(":")[0].replace(/\.$/, "");
}

/** "Answer 50 exercises." of "Practised: answer 50 exercises."; "" where the name says it all. */
export function badgeFor(text) {
  const rest = text.slice(text.indexOf(":") + 1).trim();
  return text.includes(":") ? rest.charAt(0).toUpperCase() + rest.slice(1) : "";
}

/** What somebody is called: the name they gave, or words in its place. */
export function nameOf({ name }) {
  return name || "somebody without a name";
}

/** The same as an element: a name keeps its own direction, whatever stands around it. */
export function person(friend) {
  const name = nameOf(friend);
  return friend.name ? h("bdi", {}, name) : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

const UNITS = { minutes: ["minute"], items: ["exercise"], xp: ["XP", "XP"] };

/** So much of what a goal counts: "1 minute", "12 exercises". */
export function amount(n, unit) {
  return plural(n, ...UNITS[unit]);
}

/** [unit, its name], for all of them. */
export const UNIT_NAMES = Object.entries(UNITS).map(([unit, names]) => [unit, noun(2, ...names)]);

export function leagueName(code) {
  return `${code.charAt(0).toUpperCase()}${code.slice(1)} league`;
}
