// Friends: who they are, what is done together this week, requests, and codes. Nobody can be searched for by name.
import { api } from "../api.js";
import { h, refill } from "../dom.js";
import { notify, say } from "../notices.js";
import { frame, panel } from "./frame.js";
import { friendRow } from "./friend-row.js";
import { blockedRow, requestRow, waitingRow } from "./friend-requests.js";
import { seenPanel } from "./friend-settings.js";
import { invitePanel } from "./invite.js";
import { watch } from "./live.js";
import { nameOf } from "./words.js";

const MINORS = ["under13", "under18"];

export async function friendsView(root) {
  const [first, me] = await Promise.all([api.get("/me/friends"), api.get("/me")]);
  frame(root, "#/friends", "Friends");
  const body = h("div", { class: "stack" });
  const group = { told: first, young: MINORS.includes(me.ageGroup), show: null, again: null };
  group.show = (told) => {
    group.told = told;
    refill(body, lists(group));
  };
  group.again = async () => group.show(await api.get("/me/friends"));
  group.show(first);
  root.append(body, invitePanel(group.young, (told) => added(group, told)), seenPanel(me, first.settings));
  const look = () => group.again().catch(() => {}); // What is shown stays until it can be had anew.
  watch({ shown: look, friendQuest: (moved) => look().then(() => say(movedWords(group.told, moved))) });
}

function lists(group) {
  const of = (state) => group.told.items.filter((one) => one.state === state);
  const part = (title, state, row, className = "days") => {
    const some = of(state);
    return some.length ? panel(title, h("ul", { class: className, role: "list" }, some.map((one) => row(one, group)))) : null;
  };
  return [
    part("They would like to be your friends", "theyAsked", requestRow),
    part("Your friends", "friends", friendRow, "quests") ?? panel("Your friends", h("p", {}, "None yet. Show your code to somebody you know, or enter theirs.")),
    part("You asked", "youAsked", waitingRow),
    part("Blocked", "blocked", blockedRow),
  ];
}

function added(group, told) {
  const known = new Set(group.told.items.map((one) => `${one.id} ${one.state}`));
  const fresh = told.items.find((one) => !known.has(`${one.id} ${one.state}`));
  group.show(told);
  notify(fresh?.state === "friends" ? `You and ${nameOf(fresh)} are friends now.` : "Asked. You are friends as soon as they accept.");
}

function movedWords({ items }, { friendId, target, yours, theirs, done }) {
  const friend = items.find((one) => one.id === friendId);
  const name = friend ? nameOf(friend) : "a friend";
  return done ? `Your quest with ${name} is done.` : `Your quest with ${name}: ${Math.min(yours + theirs, target)} of ${target} together.`;
}
