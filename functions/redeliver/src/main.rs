//! The Lambda function that delivers what the others could not.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::redeliver().await
}
