//! What watches the spending: monitors of Cost Anomaly Detection, and budgets. Both belong to the account, and are asked in
//! us-east-1.

use aws_sdk_budgets::error::ProvideErrorMetadata;
use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{AnomalySubscription, MonitorDimension, MonitorType, SubscriberStatus};

use super::{Asked, unasked};
use crate::operator::Operator;

/// A monitor that watches what each service of AWS costs. An account may have one.
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    /// Its ARN.
    pub arn: String,
    /// What it is called.
    pub name: String,
    /// Who is told what it finds.
    pub subscriptions: Asked<Vec<Subscription>>,
}

/// Those whom a monitor tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its ARN.
    pub arn: String,
    /// What it is called.
    pub name: String,
    /// `IMMEDIATE`, `DAILY` or `WEEKLY`.
    pub frequency: String,
    /// How many addresses and topics are told: those that have declined do not count.
    pub told: usize,
}

impl Operator {
    /// The monitors that watch every service's cost.
    ///
    /// # Errors
    /// Cost Explorer did not say.
    pub async fn service_monitors(&self) -> Asked<Vec<Monitor>> {
        let client = Client::new(&self.config);
        let mut found = client.get_anomaly_monitors().into_paginator().items().send();
        let mut monitors = Vec::new();
        while let Some(monitor) = found.next().await {
            let monitor = monitor.map_err(|error| unasked("ce:GetAnomalyMonitors", &error))?;
            let of_services = monitor.monitor_dimension == Some(MonitorDimension::Service);
            if monitor.monitor_type != MonitorType::Dimensional || !of_services {
                continue;
            }
            let arn = monitor.monitor_arn.unwrap_or_default();
            let subscriptions = subscriptions(&client, &arn).await;
            monitors.push(Monitor { arn, name: monitor.monitor_name, subscriptions });
        }
        Ok(monitors)
    }

    /// The names of this account's budgets.
    ///
    /// # Errors
    /// Budgets did not say.
    pub async fn budgets(&self, account: &str) -> Asked<Vec<String>> {
        let client = aws_sdk_budgets::Client::new(&self.config);
        let mut found = client.describe_budgets().account_id(account).into_paginator().items().send();
        let mut names = Vec::new();
        while let Some(budget) = found.next().await {
            match budget {
                Ok(budget) => names.push(budget.budget_name),
                // What an account without any may be told.
                Err(error) if error.code() == Some("NotFoundException") => break,
                // IAM has one action for all that looks at budgets.
                // <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html>
                Err(error) => return Err(unasked("budgets:ViewBudget", &error)),
            }
        }
        Ok(names)
    }
}

async fn subscriptions(client: &Client, monitor: &str) -> Asked<Vec<Subscription>> {
    let mut found = client.get_anomaly_subscriptions().monitor_arn(monitor).into_paginator().items().send();
    let mut subscriptions = Vec::new();
    while let Some(subscription) = found.next().await {
        let subscription = subscription.map_err(|error| unasked("ce:GetAnomalySubscriptions", &error))?;
        subscriptions.push(Subscription {
            told: told(&subscription),
            arn: subscription.subscription_arn.unwrap_or_default(),
            name: subscription.subscription_name,
            frequency: subscription.frequency.as_str().to_owned(),
        });
    }
    Ok(subscriptions)
}

fn told(subscription: &AnomalySubscription) -> usize {
    let declined = Some(SubscriberStatus::Declined);
    subscription.subscribers().iter().filter(|subscriber| subscriber.status != declined).count()
}
