// Requests of friends: those of others to accept or decline, one's own to take back, and blocks to take back.
import { api } from "../api.js";
import { openSheet } from "../dialog.js";
import { h } from "../dom.js";
import { notify } from "../notices.js";
import { form, field, once } from "./frame.js";
import { codeInput } from "./invite.js";
import { nameOf, person } from "./words.js";

const CODE_NEEDED = "urn:pacer:problem:friend-code-needed";

/** Somebody who showed this learner's code. */
export function requestRow(friend, group) {
  const accept = h("button", { type: "button", class: "secondary", id: `accept-${friend.id}`, "aria-label": `Accept ${nameOf(friend)}` }, "Accept");
  accept.addEventListener("click", () => (group.young ? askForCode(friend, accept, group) : once(accept, () => acceptPlainly(friend, accept, group))));
  return row(friend, h("span", { class: "row-buttons" }, removal(friend, group, "Decline"), accept));
}

/** Somebody whose code this learner showed. */
export function waitingRow(friend, group) {
  return row(friend, removal(friend, group, "Take back"));
}

export function blockedRow(friend, group) {
  return row(friend, removal(friend, group, "Unblock"));
}

function row(friend, ...controls) {
  return h("li", { class: "spread", data: { friend: friend.id } }, h("strong", {}, person(friend)), controls);
}

function removal(friend, group, words) {
  const remove = () =>
    once(button, async () => {
      await api.remove(`/me/friends/${encodeURIComponent(friend.id)}`);
      await group.again();
    });
  const button = h("button", { type: "button", class: "quiet", id: `remove-${friend.id}`, "aria-label": `${words}: ${nameOf(friend)}`, onclick: remove }, words);
  return button;
}

async function acceptPlainly(friend, button, group) {
  try {
    await accepted(friend, {}, group);
  } catch (error) {
    if (error.type !== CODE_NEEDED) throw error;
    askForCode(friend, button, group);
  }
}

/** Where one of the two is under 18, each shows the other's code. */
function askForCode(friend, button, group) {
  openSheet(`Be friends with ${nameOf(friend)}?`, (close) => {
    const code = codeInput();
    const send = async () => {
      const typed = code.value;
      close();
      await once(button, () => accepted(friend, { code: typed }, group));
    };
    return form(
      { class: "why" },
      send,
      h("p", {}, "Where one of you is under 18, each shows the other’s code. Ask them for theirs, and enter it here."),
      field("Their code", code),
      h("button", { type: "submit", class: "primary wide" }, "Accept"),
    );
  });
}

async function accepted(friend, fields, group) {
  group.show(await api.post(`/me/friends/${encodeURIComponent(friend.id)}/acceptance`, fields));
  notify(`You and ${nameOf(friend)} are friends now.`);
}
