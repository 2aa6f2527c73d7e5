"""Publishes to an SNS with the AWS SDK for Python: well, to a topic that is not there, and with a bad subject.

    sns_client.py URL TOPIC_ARN

Prints what the SDK made of the answers, as one JSON object.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def main(url: str, topic: str) -> None:
    sns = boto3.client(
        "sns", endpoint_url=url, region_name="us-east-1", aws_access_key_id="AKIDTESTS",
        aws_secret_access_key="secret", config=Config(retries={"total_max_attempts": 1}),
    )

    def refusal(**question: str) -> str:
        try:
            sns.publish(**question)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return ""

    sent = sns.publish(TopicArn=topic, Subject="[긴급] 봉수", Message="beacon")
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    print(json.dumps({
        "message": sent["MessageId"],
        "confirmed": attributes["SubscriptionsConfirmed"],
        "no_topic": refusal(TopicArn=topic + "-missing", Message="beacon"),
        "bad_subject": refusal(TopicArn=topic, Subject="two\nlines", Message="beacon"),
        "no_message": refusal(TopicArn=topic, Message=""),
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])
