//! The alarms of our own stack, which mail by themselves.

use notifier::delivery::Outcome;

use super::*;

#[tokio::test]
async fn an_own_alarm_is_told_everywhere_but_by_the_mail_that_its_readers_have() {
    let sandbox = sandbox().await;
    let text = full_config(&sandbox);
    let variables = [("BONGSU_CONFIG", &*text), ("BONGSU_STACK", "bongsu"), ("ALERT_TOPIC_ARN", demo::TOPIC_ARN)];
    let alarm =
        include_str!("../../../../events/cloudwatch-alarm/metric-alarm.json").replace("ap-northeast-2", "us-east-1");
    let own = alarm.replace("api-cpu-high", "bongsu-root-login-errors");
    let own_elsewhere = own.replace("us-east-1", "eu-west-1");
    for task in [Task::Source(&sources::cloudwatch_alarm::SOURCE), Task::Redeliver(sources::ALL)] {
        let handler = function(task, &variables);
        for (event, mails) in [(&own, 0), (&alarm, 1), (&own_elsewhere, 1)] {
            sandbox.clear();
            let output = invoke(&handler, event).await.unwrap();
            let mail = output.report.alerts[0].deliveries.iter().find(|delivery| delivery.channel == "mail").unwrap();
            assert_eq!(mail.outcome == Outcome::Skipped, mails == 0);
            assert_eq!(texts(&sandbox, Channel::Telegram).len(), 1);
            assert_eq!(texts(&sandbox, Channel::NhnSms).len(), 1);
            assert_eq!(texts(&sandbox, Channel::SnsEmail).len(), mails);
        }
    }
}
