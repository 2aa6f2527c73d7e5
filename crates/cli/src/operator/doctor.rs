//! `bongsu doctor`: whether the whole chain works, from the trail to the phone.

mod message;
mod show;
mod stored;

use std::io::Write;
use std::process::ExitCode;

use alert::Language;
use anyhow::Context;
use aws::Operator;
use doctor::{Chain, Check, Deployed, Finding};
use notifier::health::Health;
use notifier::http::Http;
use notifier::provider::Clients;
use notifier::{Config, Report, Variables};

use crate::args::Doctor;
use crate::configuration::ConfigFile;
use stored::Stored;

/// What the stack gives its functions, by the names of its outputs.
const TOPIC: (&str, &str) = ("ALERT_TOPIC_ARN", "AlertTopic");

pub(crate) async fn run(options: &Doctor, file: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let http = Http::new().context("cannot start")?;
    let mut operators = Vec::new();
    for region in &options.regions {
        operators.push(Operator::new(region, http.clone()).await);
    }
    let credentials = operators.first().and_then(Operator::credentials);
    let clients = Clients { credentials, http };
    let deployed = doctor::deployed(&operators, &options.stack).await;
    let stored = stored::read(&operators, &deployed).await;
    let (config, mut findings) = configuration(file, &deployed, &stored);
    let variables = Variables::from_environment();
    let sns = variables.get("AWS_ENDPOINT_URL_SNS").or_else(|| variables.get("AWS_ENDPOINT_URL"));
    let config = config.as_ref();
    let chain = Chain { config, clients: &clients, operators: &operators, deployed: &deployed, sns };
    findings.extend(Box::pin(doctor::examine(&chain)).await);
    let sent = match config.filter(|_| options.send) {
        Some(_) => Some(message::send(read(file, &deployed, &stored)?, &clients).await),
        None => None,
    };
    let language = config.map_or(Language::default(), |config| config.wording.language);
    show::write(&findings, sent.as_ref(), language, options.json, out)?;
    let well = show::count(&findings).broken == 0 && sent.as_ref().is_none_or(message::arrived);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The configuration, and what is to be said of it and of what the functions read. Without a file, theirs is looked at.
fn configuration(file: &ConfigFile, deployed: &[Deployed], stored: &[Stored]) -> (Option<Config>, Vec<Finding>) {
    let text = file.is_given().then(|| file.text()).and_then(Result::ok);
    let mut findings = stored::judge(stored, text.as_deref());
    let path = file.path().display().to_string();
    match read(file, deployed, stored) {
        Ok(config) => {
            let (channels, routes) = (config.channels.len(), config.routes.len());
            let health = Health::ok(
                format!("채널 {channels}개와 경로 {routes}개에 잘못이 없습니다."),
                format!("There is no fault in {channels} channels and {routes} routes."),
            );
            if file.is_given() {
                findings.insert(0, Finding::new(Check::Configuration, path, health));
            }
            (Some(config), findings)
        }
        Err(error) => {
            let (ko, en) = (format!("설정에 잘못이 있습니다: {error:#}"), format!("There are faults: {error:#}"));
            let health = Health::broken(ko, en).advice(
                "고친 뒤 `bongsu check`로 확인하고 `bongsu config push`를 실행하세요.",
                "Mend them, see `bongsu check`, and run `bongsu config push`.",
            );
            findings.insert(0, Finding::new(Check::Configuration, path, health));
            (None, findings)
        }
    }
}

/// The file, or what the first Region's functions read, with what the stack gives where the environment does not.
fn read(file: &ConfigFile, deployed: &[Deployed], stored: &[Stored]) -> anyhow::Result<Config> {
    let of_stack = deployed.iter().find_map(|it| it.output(TOPIC.1));
    let variables = Variables::from_environment();
    let variables = match of_stack.filter(|_| variables.get(TOPIC.0).is_none()) {
        Some(arn) => variables.with(TOPIC.0, arn),
        None => variables,
    };
    let text = match stored.iter().find_map(Stored::text) {
        Some(text) if !file.is_given() => text.to_owned(),
        _ => file.text()?,
    };
    Ok(Config::parse(&text, &variables)?)
}

/// What became of the test messages.
type Sent<'a> = Option<&'a Report>;
