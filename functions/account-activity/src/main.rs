//! The Lambda function of the source `account-activity`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::account_activity::SOURCE).await
}
