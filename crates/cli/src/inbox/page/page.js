// Keeps the page up to date, and does what its buttons say.
import { openDetail } from "./detail.js";
import { cost, drawMessage, drawPhone, drawPlay, language, playTitle, say } from "./draw.js";

const $ = (selector, root = document) => root.querySelector(selector);
const status = $("#status");
const list = (view) => $(`#${view} [data-part="list"]`);

// What was seen so far: messages with what was drawn of them, plays by their numbers.
let seen = { era: "", revision: 0 };
let messages = [];
let plays = new Map();

async function follow() {
  for (;;) {
    try {
      const query = new URLSearchParams({ ...seen, messages: messages.length });
      const answer = await fetch(`/inbox/news?${query}`);
      if (!answer.ok) throw new Error(answer.statusText);
      show(await answer.json());
    } catch {
      status.textContent = say("disconnected");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

function show(news) {
  if (status.textContent === say("disconnected")) status.textContent = "";
  if (news.era !== seen.era) forget();
  seen = { era: news.era, revision: news.revision };
  const stuck = [...document.querySelectorAll(".chat.scroll")].filter(isAtEnd);
  news.plays.forEach(showPlay);
  news.messages.forEach(showMessage);
  showFaults(news.faults);
  filter();
  for (const chat of document.querySelectorAll(".chat.scroll")) {
    if (stuck.includes(chat) || chat.scrollTop === 0) chat.scrollTop = chat.scrollHeight;
  }
  announce(news.plays);
}

function forget() {
  messages = [];
  plays = new Map();
  for (const view of ["events", "phones", "telegram", "mail"]) list(view).replaceChildren();
}

function isAtEnd(chat) {
  return chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
}

function showPlay(play) {
  const drawn = drawPlay(play, () => openDetail(`/inbox/plays/${play.number}`));
  const before = plays.get(play.number);
  if (before) before.drawn.replaceWith(drawn);
  else list("events").prepend(drawn);
  plays.set(play.number, { ...play, drawn });
}

function showMessage(message) {
  // It may be told twice.
  if (message.place < messages.length) return;
  const drawn = drawMessage(message, () => openDetail(`/inbox/messages/${message.place}`));
  if (message.channel === "telegram") list("telegram").append(drawn);
  else if (message.channel === "sns-email") list("mail").prepend(drawn);
  else $('[data-part="list"]', phoneOf(message.to)).append(drawn);
  messages.push({ ...message, drawn });
}

// Phones stand in the order of their numbers, whichever rings first.
function phoneOf(number) {
  const phones = [...list("phones").children];
  const known = phones.find((phone) => phone.dataset.number === number);
  if (known) return known;
  const next = phones.find((phone) => phone.dataset.number > number);
  return list("phones").insertBefore(drawPhone(number), next ?? null);
}

// What a message is about: the alert of its play whose id it ends with.
function alertOf(message) {
  const play = plays.get(message.play);
  return [...(play?.alerts ?? []), ...(play?.notices ?? [])].find((alert) => message.text.includes(`#${alert.id}`)) ?? play?.alerts?.[0];
}

function filter() {
  const source = $("#source").value;
  const severity = $("#severity").value;
  const fits = (alert) => (!source || alert?.source === source) && (!severity || alert?.severity === severity);
  const everything = !source && !severity;
  for (const message of messages) message.drawn.hidden = !everything && !fits(alertOf(message));
  for (const play of plays.values()) play.drawn.hidden = !everything && !(play.alerts ?? []).some(fits);
  for (const phone of list("phones").children) total(phone);
  for (const view of ["events", "phones", "telegram", "mail"]) {
    const shown = view === "events" ? [...plays.values()] : messages.filter((it) => list(view).contains(it.drawn));
    $(`#${view} .empty`).hidden = shown.some((it) => !it.drawn.hidden);
  }
}

// How many texts a phone shows, and what they cost.
function total(phone) {
  const texts = messages.filter((it) => !it.drawn.hidden && phone.contains(it.drawn));
  const won = texts.reduce((sum, it) => sum + cost(it), 0);
  $('[data-part="total"]', phone).textContent = say("total", { count: texts.length, won: won.toLocaleString(language) });
}

function showFaults(faults) {
  for (const item of document.querySelectorAll("#switches li")) {
    const broken = faults.filter((fault) => fault.channel === item.dataset.channel);
    const state = $('[data-part="state"]', item);
    item.dataset.broken = broken.length > 0;
    state.dataset.works ??= state.textContent;
    state.textContent = broken.map((fault) => say(fault.kind)).join(", ") || state.dataset.works;
    $('[data-part="kind"]', item).hidden = $('[data-part="break"]', item).hidden = broken.length > 0;
    $('[data-part="heal"]', item).hidden = broken.length === 0;
  }
}

// Says in one line, to those who hear the page too, what came of the last play.
function announce(news) {
  const play = news.at(-1);
  if (!play || play.state === "running") return;
  const count = messages.filter((message) => message.play === play.number).length;
  status.textContent = `${playTitle(play)} · ${say("arrived", { count })}`;
}

async function ask(method, path, body) {
  const headers = body ? { "content-type": "application/json" } : {};
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) status.textContent = `${say("refused-request")}: ${await answer.text()}`;
}

function wire() {
  const play = (event) => ask("POST", "/inbox/plays", { event, language });
  $("#play").addEventListener("submit", (event) => {
    event.preventDefault();
    play({ sample: $("#sample").value });
  });
  $("#paste").addEventListener("submit", (event) => {
    event.preventDefault();
    play({ pasted: $("#pasted").value });
  });
  $("#filter").addEventListener("change", filter);
  $("#clear").addEventListener("click", () => ask("DELETE", "/api/messages"));
  for (const item of document.querySelectorAll("#switches li")) {
    const { channel } = item.dataset;
    const button = (name) => $(`[data-part="${name}"]`, item);
    const change = async (to, method, path, body) => {
      await ask(method, path, body);
      // The button that was pressed goes away; the keyboard stays where it was.
      showFaults(await (await fetch("/api/faults")).json());
      button(to).focus();
    };
    button("break").addEventListener("click", () =>
      change("heal", "POST", "/api/faults", { channel, kind: button("kind").value }));
    button("heal").addEventListener("click", () => change("break", "DELETE", `/api/faults/${channel}`));
  }
  for (const button of document.querySelectorAll("#views button")) button.addEventListener("click", () => view(button.dataset.view));
}

// On a small screen one list at a time.
function view(name) {
  $("#messages").dataset.view = name;
  for (const button of document.querySelectorAll("#views button")) {
    button.setAttribute("aria-pressed", button.dataset.view === name);
  }
  for (const chat of document.querySelectorAll(`#${name} .chat.scroll`)) chat.scrollTop = chat.scrollHeight;
}

// There it would hide what arrives.
if (matchMedia("(max-width: 700px)").matches) $("#fold").open = false;
wire();
follow();
