// Draws messages and plays. Everything from an event becomes text, never markup.
import { drawTelegram } from "./telegram.js";

const words = Object.fromEntries(
  [...document.querySelectorAll("#words li")].map((item) => [item.dataset.word, item.textContent]),
);

// A word of the page's language; {name} in it stands for a value.
export function say(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

export const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium", hour12: false });

// What one text costs, as docs/operations.md has it, and how many bytes it may have.
const TEXTS = { sms: { won: 20, limit: 90 }, lms: { won: 50, limit: 2000 } };

export function cost(message) {
  return TEXTS[message.kind]?.won ?? 0;
}

// A copy of a template, and its parts by their names.
export function copy(id) {
  const root = document.getElementById(id).content.firstElementChild.cloneNode(true);
  return { root, part: (name) => root.querySelector(`[data-part="${name}"]`) ?? (root.dataset.part === name ? root : null) };
}

export function time(element, at) {
  element.dateTime = at;
  element.textContent = clock.format(new Date(at));
}

export function tag(element, line) {
  element.dataset.severity = line.severity;
  element.dataset.status = line.status;
  element.textContent = line.status === "resolved" ? say("resolved") : say(line.severity);
}

// 010-1234-5678
export function phoneNumber(number) {
  return number.replace(/^(02|\d{3})(\d{3,4})(\d{4})$/, "$1-$2-$3");
}

export function size(message) {
  const text = TEXTS[message.kind];
  if (!text) return message.kind.toUpperCase();
  const pieces = [
    say("bytes", { bytes: message.bytes, limit: text.limit.toLocaleString(language) }),
    say("segment", { kind: message.kind.toUpperCase() }),
    say("won", { won: text.won }),
  ];
  return pieces.join(" · ");
}

// The number of a phone, and an empty screen.
export function drawPhone(number) {
  const { root, part } = copy("phone");
  part("number").textContent = phoneNumber(number);
  part("list").setAttribute("aria-label", phoneNumber(number));
  root.dataset.number = number;
  return root;
}

const DRAWERS = {
  "nhn-sms": drawText,
  solapi: drawText,
  telegram(message) {
    const { root, part } = copy("chat-message");
    part("to").textContent = message.to;
    // A text without markup has no entities.
    part("text").append(drawTelegram(message.text, message.entities));
    return { root, part };
  },
  "sns-email"(message) {
    const { root, part } = copy("letter");
    part("subject").textContent = message.subject ?? "";
    part("text").textContent = message.text;
    return { root, part };
  },
};

function drawText(message) {
  const { root, part } = copy("text");
  part("by").textContent = say("sent-by", { channel: say(message.channel) });
  part("by").dataset.channel = message.channel;
  part("subject").hidden = !message.subject;
  part("subject").textContent = message.subject ?? "";
  part("text").textContent = message.text;
  part("size").textContent = size(message);
  return { root, part };
}

// A message as its reader sees it; `open` shows its details.
export function drawMessage(message, open) {
  const { root, part } = DRAWERS[message.channel](message);
  time(part("time"), message.at);
  const details = part("details");
  details.setAttribute("aria-label", say("details-of", { what: message.subject ?? message.text.split("\n")[0] }));
  details.addEventListener("click", open);
  root.dataset.place = message.place;
  root.addEventListener("click", (event) => {
    const chosen = !document.getSelection().isCollapsed;
    if (!chosen && !event.target.closest("a, button")) open();
  });
  return root;
}

const SEVERITIES = ["critical", "high", "medium", "low", "info"];

// A play, one line for each alert, and what became of it in each channel.
export function drawPlay(play, open) {
  const { root, part } = copy("event-row");
  root.dataset.state = play.state;
  const alerts = play.alerts ?? [];
  part("name").textContent = playName(play);
  part("title").textContent = playTitle(play);
  const worst = SEVERITIES.map((it) => alerts.find((alert) => alert.severity === it)).find(Boolean);
  if (worst) tag(part("severity"), worst);
  part("severity").hidden = !worst;
  for (const delivery of alerts.flatMap((alert) => alert.deliveries ?? [])) part("marks").append(mark(delivery));
  root.firstElementChild.addEventListener("click", open);
  return root;
}

// The sample's name, as the list of samples has it.
export function playName(play) {
  return play.name.replace(/\.json$/, "") || say("pasted-event");
}

export function playTitle(play) {
  if (play.state === "running") return say("running");
  if (play.state === "failed") return `${say("failed")}: ${play.error}`;
  const titles = play.alerts.map((alert) => (alert.drill ? `[${say("drill")}] ` : "") + alert.title[language]);
  if (titles.length === 0) return say("ignored");
  return titles.length === 1 ? titles[0] : `${titles[0]} +${titles.length - 1}`;
}

// What went well is a tick to those who see it; what did not is said to everybody.
function mark(delivery) {
  const element = document.createElement("span");
  element.className = "mark";
  element.dataset.outcome = delivery.outcome;
  const outcome = document.createElement("span");
  outcome.className = delivery.outcome === "accepted" ? "unseen" : "";
  outcome.textContent = say(delivery.outcome);
  element.append(`${delivery.channel} `, outcome);
  return element;
}
