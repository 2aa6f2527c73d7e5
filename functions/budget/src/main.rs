//! The Lambda function of the source `budget`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::budget::SOURCE).await
}
