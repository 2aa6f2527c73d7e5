//! What a function counts, on standard output.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::*;

/// Standard output, for a test to read.
#[derive(Clone, Default)]
pub(super) struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    /// The lines since the last time.
    pub(super) fn take(&self) -> Vec<Value> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn counting(task: Task, variables: &[(&str, &str)]) -> (Handler, Output) {
    let output = Output::default();
    let mut handler = function(task, variables);
    handler.stack.metrics.output = Mutex::new(Box::new(output.clone()));
    (handler, output)
}

#[tokio::test]
async fn each_invocation_that_has_something_to_tell_is_counted() {
    let sandbox = sandbox().await;
    let text = full_config(&sandbox);
    let (handler, output) = counting(ROOT_LOGIN, &[("BONGSU_CONFIG", &text), ("BONGSU_STACK", "bongsu")]);
    invoke(&handler, EVENT).await.unwrap();
    let lines = output.take();
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert_eq!((&lines[0]["Stack"], &lines[0]["Alerts"]), (&json!("bongsu"), &json!(1)));
    assert!(lines[0]["LatencyFromEvent"][0].as_i64().unwrap() > 0 && lines[0]["LatencyFromInvocation"].is_u64());
    for line in &lines[1..] {
        assert_eq!((&line["Deliveries"], &line["Outcome"]), (&json!(1), &json!("accepted")));
    }
    let ignored = include_str!("../../../../events/root-login/iam-user-success.json");
    invoke(&handler, ignored).await.unwrap();
    assert!(output.take().is_empty(), "there was nothing to tell");
}

#[tokio::test]
async fn an_invocation_that_fails_is_counted_too() {
    let sandbox = sandbox().await;
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let text = config(&sandbox, demo::TELEGRAM_TOKEN);
    let (handler, output) = counting(ROOT_LOGIN, &[("BONGSU_CONFIG", &text), ("BONGSU_STACK", "bongsu")]);
    invoke(&handler, EVENT).await.unwrap_err();
    let root = &output.take()[0];
    assert_eq!((&root["Unauthorized"], &root["RefusedChannels"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn what_is_redelivered_is_counted_as_that_and_a_follow_up_is_no_new_alert() {
    let sandbox = sandbox().await;
    let text = full_config(&sandbox);
    let (handler, output) =
        counting(Task::Redeliver(sources::ALL), &[("BONGSU_CONFIG", &text), ("BONGSU_STACK", "bongsu")]);
    invoke(&handler, &batch(&[EVENT])).await.unwrap();
    assert_eq!(output.take()[0]["Redelivered"], 1);
    invoke(&handler, &batch(&[&sources::follow_up(EVENT)])).await.unwrap();
    let root = &output.take()[0];
    assert_eq!((&root["Redelivered"], &root["Alerts"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn without_a_stack_nothing_is_counted() {
    let sandbox = sandbox().await;
    let (handler, output) = counting(ROOT_LOGIN, &[("BONGSU_CONFIG", &full_config(&sandbox))]);
    invoke(&handler, EVENT).await.unwrap();
    assert!(output.take().is_empty());
}
