//! What the environment gives a function.

use std::sync::Arc;
use std::time::Duration;

use aws::{DynamoLedger, Parameter};
use notifier::Variables;
use notifier::delivery::{Ledger, MemoryLedger};
use notifier::error::Failure;
use notifier::http::Http;
use notifier::provider::Clients;
use tokio::time::timeout;

/// How long an open connection to the ledger is worth waiting for at the start; then it opens on the side.
const WORTH_WAITING: Duration = Duration::from_millis(250);

/// Where the configuration comes from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// `BONGSU_CONFIG`: the text itself, for local runs.
    Text(String),
    /// `BONGSU_CONFIG_PARAMETER`: a `SecureString` in SSM.
    Parameter(Parameter),
    /// Neither is set, or no credentials are there to read it with.
    Nowhere(&'static str),
}

/// What the environment gives a function.
pub(crate) struct Environment {
    pub(crate) variables: Variables,
    pub(crate) origin: Origin,
    pub(crate) clients: Clients,
    pub(crate) ledger: Arc<dyn Ledger>,
    /// The same, where it is a table in DynamoDB.
    pub(crate) table: Option<DynamoLedger>,
}

impl Environment {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// There is no HTTP client to be had.
    pub(crate) fn from_process() -> Result<Self, Failure> {
        Self::new(Variables::from_environment())
    }

    pub(crate) fn new(variables: Variables) -> Result<Self, Failure> {
        let http = Http::new()?;
        let credentials = aws::from_variables(&variables);
        let origin = match (variables.get("BONGSU_CONFIG"), variables.get("BONGSU_CONFIG_PARAMETER"), &credentials) {
            (Some(text), _, _) => Origin::Text(text.to_owned()),
            (None, Some(name), Some(credentials)) => {
                Origin::Parameter(Parameter::new(name, &variables, credentials.clone(), http.clone()))
            }
            (None, Some(_), None) => {
                Origin::Nowhere("there are no AWS credentials to read BONGSU_CONFIG_PARAMETER with")
            }
            (None, None, _) => Origin::Nowhere("set BONGSU_CONFIG_PARAMETER to the name of an SSM parameter"),
        };
        let table = variables.get("BONGSU_LEDGER_TABLE").zip(credentials.clone());
        let table = table.map(|(name, credentials)| DynamoLedger::new(name, &variables, credentials, http.clone()));
        let ledger: Arc<dyn Ledger> = match &table {
            Some(table) => Arc::new(table.clone()),
            None => Arc::new(MemoryLedger::default()),
        };
        let clients = Clients { http, credentials };
        Ok(Self { variables, origin, clients, ledger, table })
    }

    /// Opens a connection to where the configuration is. Nothing is asked.
    pub(crate) async fn open_origin(&self) {
        if let Origin::Parameter(parameter) = &self.origin {
            parameter.open().await;
        }
    }

    /// Opens a connection to the ledger, where it is a table. A slow one is not waited for.
    pub(crate) async fn open_ledger(&self) {
        if let Some(table) = self.table.clone() {
            let opened = tokio::spawn(async move { table.open().await });
            let _ = timeout(WORTH_WAITING, opened).await;
        }
    }
}
