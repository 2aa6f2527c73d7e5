//! Whether anybody reads the mail of a topic, and whether somebody else could end that.
//! <https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html>

use tokio::time::timeout;

use super::SnsEmail;
use crate::aws::{CallError, Cause, QueryClient, element, elements};
use crate::health::Health;
use crate::http::ATTEMPT_TIMEOUT;

const RENEW: (&str, &str) = (
    "구독을 끊고 다시 신청한 뒤, 메일의 링크를 누르지 말고 그 Token으로 `aws sns confirm-subscription --authenticate-on-unsubscribe true --topic-arn … --token …`을 실행하세요.",
    "Subscribe anew, and do not click the link in the mail: run `aws sns confirm-subscription --authenticate-on-unsubscribe true --topic-arn … --token …` with its Token.",
);
const CONFIRM: (&str, &str) = (
    "AWS가 보낸 확인 메일의 Token으로 `aws sns confirm-subscription --authenticate-on-unsubscribe true --topic-arn … --token …`을 실행하세요. 메일이 없으면 다시 구독하세요.",
    "Run `aws sns confirm-subscription --authenticate-on-unsubscribe true --topic-arn … --token …` with the Token of the mail that AWS has sent. Subscribe again if there is none.",
);
const DEPLOY: (&str, &str) = (
    "스택을 다시 배포하거나(`make deploy`) 설정의 topic_arn을 고치세요.",
    "Deploy the stack again (`make deploy`), or mend topic_arn in the configuration.",
);

/// How a subscription stands. Whoever gets a mail can end one that was confirmed by its link.
/// <https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Pending,
    /// Anybody may end it.
    Open,
    Safe,
    /// SNS did not say who may end it.
    Unknown,
}

impl SnsEmail {
    /// Asks who is subscribed, and how.
    pub(crate) async fn check(&self, _fewest: u64) -> Vec<Health> {
        let Some(client) = &self.client else {
            return vec![Health::unasked("there are no AWS credentials to ask SNS with")];
        };
        match timeout(ATTEMPT_TIMEOUT * 2, standings(client, &self.settings.topic_arn)).await {
            Ok(Ok(standings)) => judge(&standings),
            Ok(Err(health)) => vec![health],
            Err(_) => vec![Health::unasked("no answer from SNS in time")],
        }
    }
}

async fn standings(client: &QueryClient, topic: &str) -> Result<Vec<Standing>, Health> {
    let mut standings = Vec::new();
    let mut next = None;
    loop {
        let token = next.as_deref().map(|token| ("NextToken", token));
        let parameters: Vec<_> = [("TopicArn", topic)].into_iter().chain(token).collect();
        let page = client.call("ListSubscriptionsByTopic", &parameters).await.map_err(|error| of_error(&error))?;
        for arn in elements(&page, "SubscriptionArn") {
            standings.extend(standing(client, &arn).await);
        }
        next = element(&page, "NextToken").filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(standings);
        }
    }
}

/// In place of an ARN stands `PendingConfirmation`, or `Deleted` for some days.
async fn standing(client: &QueryClient, arn: &str) -> Option<Standing> {
    match arn {
        "PendingConfirmation" => return Some(Standing::Pending),
        "Deleted" | "" => return None,
        _ => {}
    }
    let answer = client.call("GetSubscriptionAttributes", &[("SubscriptionArn", arn)]).await.unwrap_or_default();
    let attributes: Vec<_> = elements(&answer, "key").into_iter().zip(elements(&answer, "value")).collect();
    let attribute = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    Some(match attribute("ConfirmationWasAuthenticated") {
        _ if attribute("PendingConfirmation") == Some("true") => Standing::Pending,
        Some("true") => Standing::Safe,
        Some(_) => Standing::Open,
        None => Standing::Unknown,
    })
}

fn of_error(error: &CallError) -> Health {
    let refusal = match &error.cause {
        Cause::Refused(refusal) => refusal,
        Cause::NoAnswer(failure) => return Health::unasked(failure.message.clone()),
        _ => return Health::unasked(error.to_string()),
    };
    match refusal.code.as_str() {
        "NotFound" | "NotFoundException" => {
            Health::broken("메일 주제(SNS topic)가 없습니다.", "The topic does not exist.").advice(DEPLOY.0, DEPLOY.1)
        }
        "AuthorizationError" | "AccessDenied" | "AccessDeniedException" => {
            Health::unasked("access denied: you need sns:ListSubscriptionsByTopic")
        }
        code => Health::unasked(format!("SNS {} {code}", refusal.status)),
    }
}

fn judge(standings: &[Standing]) -> Vec<Health> {
    let count = |standing| standings.iter().filter(|it| **it == standing).count();
    let (pending, open, unknown) = (count(Standing::Pending), count(Standing::Open), count(Standing::Unknown));
    let confirmed = standings.len() - pending;
    let mut found = Vec::new();
    match (confirmed, pending) {
        (0, 0) => found.push(
            Health::broken("메일을 받는 사람이 없습니다.", "Nobody is subscribed to the mail.")
                .advice("`make deploy EMAIL=…`로 주소를 등록하세요.", "Register an address: `make deploy EMAIL=…`."),
        ),
        (0, _) => found.push(
            Health::broken(
                format!("메일 구독 {pending}건이 모두 확인을 기다립니다. 아무도 메일을 받지 못합니다."),
                format!("All {pending} subscriptions wait for their confirmation: nobody gets the mail."),
            )
            .advice(CONFIRM.0, CONFIRM.1),
        ),
        (_, 1..) => found.push(
            Health::warning(
                format!("메일 구독 {pending}건이 확인을 기다립니다."),
                format!("{pending} subscriptions wait for their confirmation."),
            )
            .advice(CONFIRM.0, CONFIRM.1),
        ),
        (_, 0) => {}
    }
    if open > 0 {
        let (ko, en) = (
            format!("전달된 메일을 본 사람은 누구나 구독 {open}건을 끊을 수 있습니다."),
            format!("Anybody who sees a mail can end {open} subscriptions."),
        );
        found.push(Health::warning(ko, en).advice(RENEW.0, RENEW.1));
    }
    if unknown > 0 {
        let (ko, en) = (
            format!("메일 구독 {unknown}건을 누가 끊을 수 있는지 확인하지 못했습니다(sns:GetSubscriptionAttributes)."),
            format!("Who can end {unknown} subscriptions could not be asked (sns:GetSubscriptionAttributes)."),
        );
        found.push(Health { asked: false, ..Health::warning(ko, en) });
    }
    if found.is_empty() {
        found.push(Health::ok(
            format!("메일 구독 {confirmed}건이 확인되었고, 다른 사람은 끊을 수 없습니다."),
            format!("{confirmed} subscriptions are confirmed, and nobody else can end them."),
        ));
    }
    found
}
