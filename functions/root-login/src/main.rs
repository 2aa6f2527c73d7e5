//! The Lambda function of the source `root-login`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::root_login::SOURCE).await
}
