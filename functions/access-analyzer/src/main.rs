//! The Lambda function of the source `access-analyzer`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::access_analyzer::SOURCE).await
}
