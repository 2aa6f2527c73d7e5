//! The Lambda function of the source `credential-audit`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::credential_audit::SOURCE).await
}
