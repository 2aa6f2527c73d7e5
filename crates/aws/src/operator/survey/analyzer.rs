//! Analyzers of IAM Access Analyzer.

use aws_sdk_accessanalyzer::Client;
use aws_sdk_accessanalyzer::types::{AnalyzerStatus, Type};

use super::{Asked, unasked};
use crate::operator::Operator;

/// An analyzer of this account in this Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyzer {
    /// What it is called.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// What it looks for.
    pub looks: Looks,
    /// Whether it looks at the whole organization, and not at this account alone.
    pub of_organization: bool,
    /// Whether it does, and is neither being made nor disabled nor broken.
    pub active: bool,
}

/// What an analyzer looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// What somebody from outside may use.
    External,
    /// What somebody may use and does not.
    Unused,
    /// Who of the inside may use what, or a kind that is newer than this program.
    Else,
}

impl Operator {
    /// The analyzers of this account in this Region. An account may have one of a kind that looks at itself.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html>
    ///
    /// # Errors
    /// Access Analyzer did not say.
    pub async fn analyzers(&self) -> Asked<Vec<Analyzer>> {
        let client = Client::new(&self.config);
        let mut found = client.list_analyzers().into_paginator().items().send();
        let mut analyzers = Vec::new();
        while let Some(analyzer) = found.next().await {
            let analyzer = analyzer.map_err(|error| unasked("access-analyzer:ListAnalyzers", &error))?;
            let (looks, of_organization) = kind(&analyzer.r#type);
            let active = analyzer.status == AnalyzerStatus::Active;
            analyzers.push(Analyzer { name: analyzer.name, arn: analyzer.arn, looks, of_organization, active });
        }
        Ok(analyzers)
    }
}

fn kind(kind: &Type) -> (Looks, bool) {
    match kind {
        Type::Account => (Looks::External, false),
        Type::Organization => (Looks::External, true),
        Type::AccountUnusedAccess => (Looks::Unused, false),
        Type::OrganizationUnusedAccess => (Looks::Unused, true),
        _ => (Looks::Else, false),
    }
}
