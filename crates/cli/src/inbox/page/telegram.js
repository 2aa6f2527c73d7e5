// Draws a Telegram message out of its text and entities, as the Bot API gives them:
// https://core.telegram.org/bots/api#messageentity. Offsets count UTF-16 units, as strings here do. What is not in this
// list stays text.
const ELEMENTS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span", text_link: "a",
};

export function drawTelegram(text, entities) {
  return part(text, entities, 0, text.length, true);
}

// The text from one place to another; entities come outer ones first.
function part(text, entities, from, to, linked) {
  const drawn = document.createDocumentFragment();
  let at = from;
  entities.forEach((entity, place) => {
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || entity.offset >= end) return;
    drawn.append(plain(text.slice(at, entity.offset), linked));
    const element = elementOf(entity);
    const quiet = ["code", "pre", "text_link"].includes(entity.type);
    element.append(part(text, entities.slice(place + 1), entity.offset, end, linked && !quiet));
    drawn.append(element);
    at = end;
  });
  drawn.append(plain(text.slice(at, to), linked));
  return drawn;
}

function elementOf(entity) {
  const element = document.createElement(ELEMENTS[entity.type] ?? "span");
  if (entity.type === "spoiler") element.className = "spoiler";
  if (entity.type === "text_link" && /^https?:/.test(entity.url)) {
    element.href = entity.url;
    element.target = "_blank";
    element.rel = "noopener noreferrer";
  }
  return element;
}

// Telegram colours hashtags, commands, mentions and addresses that it finds by itself outside of code.
function plain(text, linked) {
  const drawn = document.createDocumentFragment();
  const found = linked ? /(https?:\/\/\S+|(?<![\p{L}\p{N}])[#@/][\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*)/u : /(?!)/;
  text.split(found).forEach((piece, place) => {
    if (place % 2 === 0) return drawn.append(piece ?? "");
    const element = document.createElement("span");
    element.className = "found";
    element.textContent = piece;
    drawn.append(element);
  });
  return drawn;
}
