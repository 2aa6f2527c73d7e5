//! What a stack has made, and with which parameters.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{ResourceStatus, StackResourceSummary, StackStatus};
use aws_sdk_ssm::error::ProvideErrorMetadata;

use super::{Asked, unasked};
use crate::operator::Operator;

/// A stack of `CloudFormation`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack {
    /// The values that its parameters have. A deployment that does not give one leaves it as it is.
    pub parameters: BTreeMap<String, String>,
    /// Type and physical id of what it has made.
    pub resources: BTreeSet<(String, String)>,
    /// What it says of itself: the names are the template's.
    pub outputs: BTreeMap<String, String>,
    /// How its last deployment has ended: `UPDATE_COMPLETE`.
    pub status: String,
}

impl Stack {
    /// Whether it has made the resource of this type (`AWS::CloudTrail::Trail`) that goes by this physical id: what `Ref`
    /// gives, for most types a name or an ARN.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
    pub fn made(&self, kind: &str, id: &str) -> bool {
        self.resources.contains(&(kind.to_owned(), id.to_owned()))
    }

    /// The physical ids of the resources of this type.
    pub fn all(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.resources.iter().filter(move |(it, _)| it == kind).map(|(_, id)| id.as_str())
    }

    /// Whether it has made any resource of this type.
    pub fn made_any(&self, kind: &str) -> bool {
        self.resources.iter().any(|(it, _)| it == kind)
    }
}

impl Operator {
    /// The stack of this name; `None` where there is none, or only a change set that nobody has executed.
    ///
    /// # Errors
    /// `CloudFormation` did not say.
    pub async fn stack(&self, name: &str) -> Asked<Option<Stack>> {
        let client = Client::new(&self.config);
        let stack = match client.describe_stacks().stack_name(name).send().await {
            Ok(answer) => answer.stacks.unwrap_or_default().into_iter().next(),
            Err(error) if is_not_there(&error) => None,
            Err(error) => return Err(unasked("cloudformation:DescribeStacks", &error)),
        };
        let Some(stack) = stack.filter(|stack| stack.stack_status != Some(StackStatus::ReviewInProgress)) else {
            return Ok(None);
        };
        let status = stack.stack_status.as_ref().map(StackStatus::as_str).unwrap_or_default().to_owned();
        let outputs = stack.outputs.unwrap_or_default().into_iter();
        let outputs = outputs.filter_map(|it| Some((it.output_key?, it.output_value?))).collect();
        let parameters = stack.parameters.unwrap_or_default().into_iter();
        let parameters = parameters.filter_map(|it| Some((it.parameter_key?, it.parameter_value?))).collect();
        let mut pages = client.list_stack_resources().stack_name(name).into_paginator().items().send();
        let mut resources = BTreeSet::new();
        while let Some(resource) = pages.next().await {
            let resource = resource.map_err(|error| unasked("cloudformation:ListStackResources", &error))?;
            resources.extend(made(resource));
        }
        Ok(Some(Stack { parameters, resources, outputs, status }))
    }
}

/// `CloudFormation` has no code of its own for it.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html>
fn is_not_there(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some("ValidationError") && error.message().is_some_and(|it| it.contains("does not exist"))
}

/// What was never made, is gone, or was let go is not the stack's. One that could not be made may go by the id of somebody
/// else's that was in its way.
fn made(resource: StackResourceSummary) -> Option<(String, String)> {
    use ResourceStatus::{CreateFailed, DeleteComplete, DeleteSkipped, ImportFailed};
    if matches!(resource.resource_status?, CreateFailed | DeleteComplete | DeleteSkipped | ImportFailed) {
        return None;
    }
    Some((resource.resource_type?, resource.physical_resource_id?))
}
