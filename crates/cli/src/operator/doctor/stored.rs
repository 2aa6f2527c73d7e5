//! What the functions read: the configuration in SSM, in each Region with a stack.

use aws::Operator;
use doctor::{Check, Deployed, Finding};
use notifier::health::Health;
use notifier::{Config, Variables};

use crate::operator::document;

/// Where it is, unless the stack was told another place.
const USUAL: &str = "/bongsu/config";

/// What is stored in one Region.
pub(super) struct Stored {
    region: String,
    name: String,
    /// Why it is not known, or what there is.
    text: Result<Option<String>, String>,
}

impl Stored {
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_ref().ok()?.as_deref()
    }
}

/// Reads them, where there is a stack.
pub(super) async fn read(operators: &[Operator], deployed: &[Deployed]) -> Vec<Stored> {
    let mut all = Vec::new();
    for (operator, deployed) in operators.iter().zip(deployed) {
        let Some(stack) = deployed.stack() else { continue };
        let name = stack.parameters.get("ConfigParameterName").map_or(USUAL, String::as_str).to_owned();
        let text = operator.read_parameter(&name).await.map_err(|error| error.to_string());
        all.push(Stored { region: deployed.region.clone(), name, text });
    }
    all
}

/// `file` is the text of the configuration that a person has, with its variables.
pub(super) fn judge(stored: &[Stored], file: Option<&str>) -> Vec<Finding> {
    let judge = |it: &Stored| Finding::new(Check::Configuration, it.region.clone(), of_stored(it, file));
    stored.iter().map(judge).collect()
}

fn of_stored(stored: &Stored, file: Option<&str>) -> Health {
    let (name, region) = (&stored.name, &stored.region);
    let push = format!("`bongsu config push --region {region} --parameter {name}`");
    let push = (format!("{push}를 실행하세요."), format!("Run {push}."));
    let text = match &stored.text {
        Err(why) => return Health::unasked(why),
        Ok(None) => {
            let (ko, en) =
                ("설정이 저장되어 있지 않아 아무 알림도 보내지 못합니다.", "Nothing is stored: no alert goes out.");
            return Health::broken(ko, en).advice(push.0, push.1);
        }
        Ok(Some(text)) => text,
    };
    if let Err(faults) = Config::parse(text, &Variables::default().with_stack_placeholders()) {
        let (ko, en) =
            (format!("저장된 설정에 잘못이 있습니다: {faults}"), format!("What is stored has faults: {faults}"));
        return Health::broken(ko, en).advice(push.0, push.1);
    }
    match file.and_then(|file| differs(text, file)) {
        Some(true) => Health::warning("저장된 설정이 파일과 다릅니다.", "What is stored differs from the file.")
            .advice(push.0, push.1),
        _ => Health::ok("저장된 설정에 잘못이 없습니다.", "There is no fault in what is stored."),
    }
}

/// Whether a push would change something; `None` where nobody can say.
fn differs(stored: &str, file: &str) -> Option<bool> {
    let variables = Variables::from_environment();
    let stays = |name: &str| notifier::config::STACK_VARIABLES.iter().any(|(stack, _)| *stack == name);
    let new = document::with_variables(file, |name| if stays(name) { None } else { variables.get(name) }).ok()?;
    document::changes(stored, &new).ok().map(|changes| !changes.is_empty())
}

#[cfg(test)]
mod tests {
    use notifier::health::State;

    use super::*;

    const GOOD: &str = "[channels.mail]\ntype = \"sns-email\"\ntopic_arn = \"${ALERT_TOPIC_ARN}\"\n";

    fn state(text: Result<Option<&str>, &str>, file: Option<&str>) -> (State, bool) {
        let text = text.map(|text| text.map(str::to_owned)).map_err(str::to_owned);
        let stored = Stored { region: "us-east-1".to_owned(), name: USUAL.to_owned(), text };
        let health = of_stored(&stored, file);
        (health.state, health.asked)
    }

    #[test]
    fn what_is_stored_is_well_where_it_is_there_without_faults_and_as_in_the_file() {
        let other = GOOD.replace("mail", "post");
        assert_eq!(state(Ok(Some(GOOD)), Some(GOOD)), (State::Ok, true));
        assert_eq!(state(Ok(Some(GOOD)), None), (State::Ok, true));
        assert_eq!(state(Ok(Some(GOOD)), Some(&other)), (State::Warning, true));
        assert_eq!(state(Ok(None), Some(GOOD)), (State::Broken, true));
        assert_eq!(state(Ok(Some("language = \"fr\"")), None), (State::Broken, true));
        assert_eq!(state(Err("denied"), None), (State::Warning, false));
    }
}
