//! `bongsu preview`: an event's alerts and every text of each.

use std::io::Write;
use std::process::ExitCode;

use alert::Alert;
use notifier::Config;
use notifier::render::{self, Document, Mark, Wording};
use serde_json::{Value, json};

use crate::args::Event;
use crate::configuration::ConfigFile;
use crate::event;

pub(crate) fn run(options: &Event, config: &ConfigFile, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let Config { wording, policy, .. } = config.load_without_secrets()?;
    let reading = event::read(&options.event, &policy)?;
    let (alerts, ignored) = (event::alerts(&reading), event::ignored(&reading));
    if options.json {
        let ignored: Vec<_> = ignored.iter().map(|reason| json!({ "reason": reason })).collect();
        let alerts: Vec<_> = alerts.iter().map(|alert| as_json(alert, &wording)).collect();
        writeln!(out, "{:#}", json!({ "alerts": alerts, "ignored": ignored }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for alert in &alerts {
        show(alert, &wording, out)?;
    }
    for reason in ignored {
        writeln!(out, "ignored: {reason}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(alert: &Alert, wording: &Wording) -> Value {
    let document = Document::new(alert, wording);
    let (lms, email) = (render::lms(&document, Mark::First), render::email(&document, Mark::First));
    let links: Vec<_> = alert.links.iter().map(|link| &link.url).collect();
    json!({
        "source": alert.source,
        "severity": alert.severity,
        "status": alert.status,
        "key": alert.key,
        "id": alert.key.short_id(),
        "fingerprint": alert.fingerprint,
        "title": alert.title.get(wording.language),
        "subject": alert.subject,
        "drill": alert.drill,
        "account": alert.account,
        "account_name": alert.account.as_ref().and_then(|id| wording.accounts.get(id)),
        "region": alert.region,
        "time": alert.time.map(|time| time.to_string()),
        "advice": alert.advice.get(wording.language),
        "links": links,
        "rendered": {
            "telegram": render::telegram_html(&document, Mark::First),
            "sms": render::sms(&document, Mark::First),
            "lms": lms.body,
            "lms_title": lms.title,
            "email": { "subject": email.subject, "body": email.body },
        },
    })
}

fn show(alert: &Alert, wording: &Wording, out: &mut impl Write) -> anyhow::Result<()> {
    let document = Document::new(alert, wording);
    let sms = render::sms(&document, Mark::First);
    let lms = render::lms(&document, Mark::First);
    let email = render::email(&document, Mark::First);
    let (severity, status) = (alert.severity.as_str(), alert.status.as_str());
    writeln!(out, "{} · {severity} · {status} · {}", alert.source, alert.key)?;
    section(out, "Telegram", &render::telegram_html(&document, Mark::First))?;
    section(out, &format!("SMS ({} of 90 bytes)", render::euckr::len(&sms).unwrap_or_default()), &sms)?;
    section(out, &format!("LMS: {}", lms.title), &lms.body)?;
    section(out, &format!("Email: {}", email.subject), &email.body)?;
    Ok(())
}

fn section(out: &mut impl Write, title: &str, text: &str) -> std::io::Result<()> {
    writeln!(out, "\n── {title}")?;
    writeln!(out, "{text}")
}
