"""Sends through a SOLAPI with the official Python SDK: well, with a wrong secret, and with a signature that was used.
Asks twice what became of the first text.

    solapi_client.py BASE_URL API_KEY API_SECRET FROM TO

Prints what the SDK made of the answers, as one JSON object.
"""

import json
import sys

from solapi import SolapiMessageService
from solapi.lib.authenticator import Authenticator
from solapi.model import RequestMessage
from solapi.model.request.messages.get_messages import GetMessagesRequest


def service(base_url: str, key: str, secret: str) -> SolapiMessageService:
    made = SolapiMessageService(api_key=key, api_secret=secret)
    made.base_url = base_url
    return made


def refusal(sender: SolapiMessageService, message: RequestMessage) -> list:
    try:
        sender.send(message)
    except Exception as error:  # the SDK raises nothing narrower
        return [str(part) for part in error.args]
    return []


def states(asking: SolapiMessageService, message_id: str) -> list:
    found = asking.get_messages(GetMessagesRequest(message_id=message_id)).message_list
    return [[entry.message_id == message_id, entry.status_code] for entry in found.values()]


def main(base_url: str, key: str, secret: str, sender: str, to: str) -> None:
    message = RequestMessage(from_=sender, to=to, text="봉수 beacon")
    good = service(base_url, key, secret)
    sent = good.send(message)
    listed = good.get_messages(GetMessagesRequest(to=to))
    asked = [states(good, key) for key in listed.message_list for _ in range(2)]
    wrong = refusal(service(base_url, key, "WRONGSECRET0123456789ABCDEFGHIJK"), message)

    # The SDK signs every request afresh, so it is made to say the same twice.
    used = Authenticator(key, secret).get_auth_info()
    Authenticator.get_auth_info = lambda _: used
    first, second = refusal(good, message), refusal(good, message)
    print(json.dumps({
        "registered": sent.group_info.count.registered_success,
        "group": sent.group_info.group_id,
        "listed": [entry.text for entry in listed.message_list.values()],
        "asked": asked,
        "wrong_secret": wrong,
        "signature": first,
        "same_signature": second,
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])
