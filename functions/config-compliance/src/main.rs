//! The Lambda function of the source `config-compliance`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::config_compliance::SOURCE).await
}
