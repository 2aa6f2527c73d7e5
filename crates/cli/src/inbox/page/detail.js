// The dialog with all that is known of a message or a play.
import { copy, drawMessage, language, playName, playTitle, say, tag, time } from "./draw.js";

const dialog = document.getElementById("detail");
const body = dialog.querySelector('[data-part="body"]');
dialog.querySelector('[data-part="close"]').addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  // Outside of its content is the backdrop.
  if (event.target === dialog) dialog.close();
});

export async function openDetail(path) {
  const answer = await fetch(path);
  if (!answer.ok) return;
  const { message, play } = await answer.json();
  body.replaceChildren(...drawDetail(message, play));
  dialog.querySelector("#detail-title").textContent = play ? playName(play) : say(message.channel);
  if (!dialog.open) dialog.showModal();
  body.scrollTop = 0;
}

function drawDetail(message, play) {
  const parts = [];
  if (message) {
    const drawn = drawMessage(message, () => {});
    drawn.querySelector('[data-part="details"]').remove();
    // Here it stands in no list.
    parts.push(drawn.matches("li") ? drawn.firstElementChild : drawn);
  }
  if (!play) return [...parts, paragraph(say("no-event")), block("request-detail", "request", JSON.stringify(message.request, null, 2))];
  if (play.state !== "done") parts.push(paragraph(playTitle(play)));
  // The alert of the message first.
  const alerts = [...(play.alerts ?? []), ...(play.notices ?? [])];
  const its = (alert) => message?.text.includes(`#${alert.id}`);
  parts.push(...[...alerts.filter(its), ...alerts.filter((alert) => !its(alert))].map(drawAlert));
  parts.push(...(play.ignored ?? []).map((reason) => paragraph(`${say("ignored")}: ${reason}`)));
  if (play.requests.length > 0) parts.push(drawAttempts(play.requests));
  parts.push(block("event-detail", "event", play.event));
  if (message) parts.push(block("request-detail", "request", JSON.stringify(message.request, null, 2)));
  return parts;
}

function drawAlert(alert) {
  const { root, part } = copy("alert-detail");
  tag(part("severity"), alert);
  part("title").textContent = alert.title?.[language] ?? say("channel-notice");
  part("alert").textContent = `#${alert.id} · ${alert.source} · ${say(alert.status)}${alert.drill ? ` · ${say("drill")}` : ""}`;
  part("route").textContent = routes(alert.routes);
  part("notify").textContent = (alert.notify ?? []).map((group) => group.join(" → ")).join(", ");
  for (const name of ["route", "notify"]) {
    part(name).hidden = part(name).previousElementSibling.hidden = !alert.routes;
  }
  const lines = (alert.deliveries ?? []).map((it) => [
    it.channel,
    say(it.outcome) + (it.possible_repeat ? ` (${say("possible-repeat")})` : ""),
    it.attempts,
    it.error ?? it.note ?? it.provider_id ?? "",
  ]);
  part("result").append(table(part("result").dataset.caption, ["channel", "outcome", "tries", "says"], lines));
  return root;
}

function routes(matched = []) {
  if (matched.length === 0) return say("no-route");
  return matched.map((route) => `#${route.number}: ${route.when || say("any-alert")}`).join(", ");
}

function drawAttempts(requests) {
  const { root } = copy("attempts-detail");
  const lines = requests.map((it) => {
    const at = document.createElement("time");
    time(at, it.at);
    return [at, it.channel ? say(it.channel) : "", it.what, say(it.outcome), it.fault ? say(it.fault) : "", it.rule ?? ""];
  });
  root.append(table(root.dataset.caption, ["time", "channel", "request", "outcome", "fault", "says"], lines));
  return root;
}

// Cells of these may break anywhere: ids and paths have no spaces.
const LONG = ["request", "says"];

// A column that has nothing to say is left out.
function table(caption, all, lines) {
  const heads = all.filter((_, column) => lines.some((line) => line[column] !== ""));
  const scroll = document.createElement("div");
  scroll.className = "wide";
  scroll.tabIndex = 0;
  const drawn = scroll.appendChild(document.createElement("table"));
  drawn.createCaption().textContent = caption;
  const head = drawn.createTHead().insertRow();
  for (const name of heads) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = say(name);
    head.append(cell);
  }
  const rows = drawn.createTBody();
  for (const line of lines) {
    const row = rows.insertRow();
    for (const name of heads) {
      const cell = row.insertCell();
      cell.append(line[all.indexOf(name)]);
      cell.classList.toggle("long", LONG.includes(name));
    }
  }
  return scroll;
}

function block(template, name, text) {
  const { root, part } = copy(template);
  part(name).textContent = text;
  return root;
}

function paragraph(text) {
  const drawn = document.createElement("p");
  drawn.textContent = text;
  return drawn;
}
