"""The recipe that bongsu replaces, as it stands in many guides: one function, one service after the other."""

import datetime
import hashlib
import hmac
import json
import os
import secrets
import urllib.request


def post(url, body, headers=None):
    data = json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data=data, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def handler(event, context):
    env = os.environ
    detail = event["detail"]
    text = f"[ROOT LOGIN] {detail['sourceIPAddress']} {detail['eventTime']}"
    phone, sender = env["PHONE"], env["SENDER"]

    post(
        f"{env['TELEGRAM_URL']}/bot{env['TELEGRAM_TOKEN']}/sendMessage",
        {"chat_id": env["TELEGRAM_CHAT"], "text": text},
    )
    post(
        f"{env['NHN_URL']}/sms/v3.0/appKeys/{env['NHN_APP_KEY']}/sender/sms",
        {"body": text, "sendNo": sender, "recipientList": [{"recipientNo": phone}]},
        {"X-Secret-Key": env["NHN_SECRET_KEY"]},
    )
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    salt = secrets.token_hex(16)
    signature = hmac.new(env["SOLAPI_API_SECRET"].encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
    post(
        f"{env['SOLAPI_URL']}/messages/v4/send-many/detail",
        {"messages": [{"to": phone, "from": sender, "text": text}]},
        {
            "Authorization": f"HMAC-SHA256 apiKey={env['SOLAPI_API_KEY']}, date={date}, "
            f"salt={salt}, signature={signature}"
        },
    )
    return {"ok": True}
