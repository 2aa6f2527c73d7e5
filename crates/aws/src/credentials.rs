//! Whose rights a function's calls are made with.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use notifier::Variables;

/// The credentials in the environment, which is where Lambda puts those of the function's role. They stay the same for
/// the life of an environment. <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
pub fn from_variables(variables: &Variables) -> Option<SharedCredentialsProvider> {
    let key = variables.get("AWS_ACCESS_KEY_ID")?;
    let secret = variables.get("AWS_SECRET_ACCESS_KEY")?;
    let session = variables.get("AWS_SESSION_TOKEN").map(str::to_owned);
    Some(SharedCredentialsProvider::new(Credentials::new(key, secret, session, None, "environment")))
}
