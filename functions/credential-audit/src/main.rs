//! The Lambda function that looks at the passwords and access keys of the account, on a schedule.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::audit_credentials().await
}
