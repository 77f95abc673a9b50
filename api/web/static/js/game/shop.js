// The shop: what gems buy, at clear prices. Gems come from learning alone.
import { api } from "../api.js";
import { openSheet } from "../dialog.js";
import { h, icon, plural, refill } from "../dom.js";
import { newEvent } from "../events.js";
import { showGame } from "../header.js";
import { look, wear } from "../looks.js";
import { notify } from "../notices.js";
import { send } from "../outbox.js";
import { frame, once, panel } from "./frame.js";

export async function shopView(root) {
  const shop = await api.get("/me/shop");
  frame(root, "#/shop", "Shop");
  const body = h("div", { class: "stack" });
  root.append(body);
  const again = async () => show(await api.get("/me/shop"));
  const show = (told) => refill(body, parts(told, again));
  show(shop);
}

function parts(shop, again) {
  return [
    h("p", { class: "panel wallet" }, icon("gem"), h("strong", {}, plural(shop.gems, "gem")), h("span", {}, "Gems come from quests and levels, never from money.")),
    panel("On offer", h("ul", { class: "offers", role: "list" }, shop.offers.map((offer) => row(offer, shop.gems, again)))),
  ];
}

function row(offer, gems, again) {
  const { name, rest } = words(offer.text);
  return h(
    "li",
    { class: "offer", data: { offer: offer.id } },
    h("div", { class: "quest-words" }, h("strong", { id: `offer-${offer.id}` }, name), rest ? h("span", {}, rest) : null, note(offer, gems)),
    act(offer, name, gems, again),
  );
}

function words(text) {
  const [first, ...others] = text.replace(/\.$/, "").split(": ");
  const rest = others.join(": ");
  return { name: first, rest: rest && `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.` };
}

function note(offer, gems) {
  if (offer.owned || offer.available) return null;
  const why = offer.price > gems ? `${plural(offer.price - gems, "more gem")} and it can be yours.` : "You hold as many as fit.";
  return h("span", { class: "help" }, why);
}

function act(offer, name, gems, again) {
  if (offer.owned) return wearButton(offer.id, name, again);
  const price = h("span", { class: "price" }, icon("gem"), h("span", { "aria-hidden": "true" }, String(offer.price)), h("span", { class: "unseen" }, `Price: ${plural(offer.price, "gem")}`));
  if (!offer.available) return price;
  const button = h("button", { type: "button", class: "secondary buy", id: `buy-${offer.id}`, "aria-label": `Buy ${name} for ${plural(offer.price, "gem")}`, onclick: () => ask(offer, name, gems, button, again) }, icon("gem"), String(offer.price));
  return button;
}

function wearButton(id, name, again) {
  const worn = look(id) === id;
  const change = () => {
    wear(id, !worn);
    again();
  };
  return h("button", { type: "button", class: "quiet", id: `wear-${id}`, "aria-pressed": String(worn), "aria-label": `Use ${name}`, onclick: change }, worn ? icon("check") : null, worn ? "In use" : "Use");
}

function ask(offer, name, gems, button, again) {
  openSheet(`${name} for ${plural(offer.price, "gem")}?`, (close) => {
    const buy = () => {
      close();
      purchase(offer, name, button, again);
    };
    return h(
      "div",
      { class: "why" },
      h("p", {}, `You have ${plural(gems, "gem")}; ${gems - offer.price} stay with you.`),
      h("button", { type: "button", class: "primary wide", onclick: buy }, "Buy"),
      h("button", { type: "button", class: "quiet wide", onclick: close }, "Not now"),
    );
  });
}

async function purchase(offer, name, button, again) {
  const done = await once(button, async () => {
    const bought = await send("/me/shop/purchases", newEvent({ offer: offer.id, price: offer.price }));
    notify(`Yours: ${name}. You have ${plural(bought.gems, "gem")} now.`);
  });
  await again().catch(() => {}); // What is shown stays until it can be had anew.
  if (done) showGame();
}
