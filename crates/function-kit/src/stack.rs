//! What the stack tells its functions, besides their configuration.

use aws::Queue;

use crate::environment::Environment;
use crate::metrics::Metrics;

/// What the stack tells its functions. Whatever is missing is left out: nothing of it is needed to deliver an alert.
pub(crate) struct Stack {
    /// `AWS_REGION`
    pub(crate) region: String,
    /// `BONGSU_STACK`, its name, and `ALERT_TOPIC_ARN`, the topic that its own alarms mail to.
    pub(crate) own_alarms: Option<(String, String)>,
    /// `BONGSU_FOLLOW_UPS`: the URL of the queue whose events come again.
    pub(crate) follow_ups: Option<String>,
    /// SQS, where there are credentials.
    pub(crate) queue: Option<Queue>,
    pub(crate) metrics: Metrics,
}

impl Stack {
    pub(crate) fn new(environment: &Environment) -> Self {
        let Environment { variables, clients, .. } = environment;
        let get = |name| variables.get(name).map(str::to_owned);
        let queue =
            clients.credentials.clone().map(|credentials| Queue::new(variables, credentials, clients.http.clone()));
        Self {
            region: get("AWS_REGION").unwrap_or_default(),
            own_alarms: get("BONGSU_STACK").zip(get("ALERT_TOPIC_ARN")),
            follow_ups: get("BONGSU_FOLLOW_UPS"),
            queue,
            metrics: Metrics::new(variables.get("BONGSU_STACK")),
        }
    }
}
