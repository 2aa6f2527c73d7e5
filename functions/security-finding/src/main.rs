//! The Lambda function of the source `security-finding`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::security_finding::SOURCE).await
}
