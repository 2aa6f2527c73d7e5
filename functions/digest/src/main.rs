//! The Lambda function that tells once a minute what was held back.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::digest().await
}
