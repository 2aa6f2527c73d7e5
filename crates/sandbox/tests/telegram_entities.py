"""Asks Telegram's own library how it reads texts, and writes the answers to telegram_entities.json.

    pip install tdjson==1.8.69 && python telegram_entities.py

The texts stand in telegram_texts.json, one list of strings. TDLib's parser works offline; it is what the Bot API
server itself calls for `parse_mode: HTML`.
"""

import json
import pathlib

import tdjson

HERE = pathlib.Path(__file__).parent
PLAIN = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough",
    "Spoiler": "spoiler", "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote",
    "Code": "code", "Pre": "pre",
}


def ask(query: dict) -> dict:
    return json.loads(tdjson.td_execute(json.dumps(query).encode()))


def entity(given: dict) -> dict:
    kind = given["type"]["@type"].removeprefix("textEntityType")
    place = {"offset": given["offset"], "length": given["length"]}
    if kind in PLAIN:
        return {"type": PLAIN[kind], **place}
    if kind == "PreCode":
        return {"type": "pre", **place, "language": given["type"]["language"]}
    if kind == "TextUrl":
        return {"type": "text_link", **place, "url": given["type"]["url"]}
    if kind == "MentionName":
        return {"type": "text_mention", **place, "user": given["type"]["user_id"]}
    if kind == "CustomEmoji":
        return {"type": "custom_emoji", **place, "custom_emoji_id": given["type"]["custom_emoji_id"]}
    raise ValueError(kind)


def answer(source: str) -> dict:
    said = ask({"@type": "parseTextEntities", "text": source, "parse_mode": {"@type": "textParseModeHTML"}})
    if said["@type"] == "error":
        return {"source": source, "error": said["message"].removeprefix("Can't parse entities: ")}
    return {"source": source, "text": said["text"], "entities": [entity(given) for given in said["entities"]]}


def main() -> None:
    ask({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
    texts = json.loads((HERE / "telegram_texts.json").read_text())
    answers = "".join(f"  {json.dumps(answer(text), ensure_ascii=False)},\n" for text in texts)
    (HERE / "telegram_entities.json").write_text(f"[\n{answers.removesuffix(',' + chr(10))}\n]\n")


if __name__ == "__main__":
    main()
