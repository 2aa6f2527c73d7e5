"""Says what others make of texts: a JSON list a line in, a list of answers a line out.

["telegram", HTML]  what a reader sees, by Telegram's own library (TDLib, offline), which the Bot API server calls for
                    parse_mode HTML: {"ok": text} or {"error": why}
["euc_kr", TEXT]    its length by Python's strict codec: {"ok": bytes} or {"error": why}
"""

import json
import sys

import tdjson


def tdlib(query: dict) -> dict:
    return json.loads(tdjson.td_execute(json.dumps(query).encode()))


def telegram(html: str) -> dict:
    said = tdlib({"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}})
    return {"error": said["message"]} if said["@type"] == "error" else {"ok": said["text"]}


def euc_kr(text: str) -> dict:
    try:
        return {"ok": len(text.encode("euc_kr", "strict"))}
    except UnicodeEncodeError as error:
        return {"error": str(error)}


def main() -> None:
    tdlib({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
    oracles = {"telegram": telegram, "euc_kr": euc_kr}
    for line in sys.stdin:
        print(json.dumps([oracles[name](text) for name, text in json.loads(line)]), flush=True)


if __name__ == "__main__":
    main()
