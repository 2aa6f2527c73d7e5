# Builds go to Cargo's target folder and tools to .venv; outside of this folder are only the caches of Cargo, pip and zig.

# What `make demo` passes on: make demo ARGS=--once
ARGS =
# The packages of the functions; each makes a binary that is called like its folder.
FUNCTIONS = $(shell grep -hm1 '^name = ' functions/*/Cargo.toml | cut -d'"' -f2)
# All crates, and the command line with what talks to AWS.
ALL = --workspace --features bongsu/aws
# nextest runs the tests of all crates side by side; without it, Cargo's own runner does.
RUN_TESTS = $(if $(shell command -v cargo-nextest),cargo nextest run $(ALL),cargo test $(ALL) --all-targets)
HAS_DOCKER = docker info >/dev/null 2>&1
HAS_BROWSER = command -v chromedriver >/dev/null 2>&1

.PHONY: help demo test check fmt coverage patterns pictures clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

demo: ## Play every sample event into emulated providers and open the inbox that shows what phones show (ARGS=--once: end)
	cargo run -p bongsu -- demo $(ARGS)

# The tests run the functions that `make deploy` uploads, so they are built for this machine's processor.
test instructions bench: ARCH = $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
test: .venv/installed .venv-ministack/installed size ## Run all tests, of the functions as they are deployed too
	cargo build $(ALL) --tests --bin bongsu
	! $(HAS_DOCKER) || tests/docker/base-image.sh
	! grep -rqE '^ *//[/!] *```' crates || cargo test --workspace --doc
	$(RUN_TESTS)
	@$(HAS_DOCKER) || echo "SKIPPED for want of Docker: all functions and events by sam local invoke. CI runs it."
	@$(HAS_BROWSER) || echo "SKIPPED for want of Chromium and chromedriver: the inbox in a browser. CI runs it."

check: ## Format, lint and documentation without a warning
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy -p bongsu --features aws --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --workspace

fmt: ## Format the code
	cargo fmt --all

# The table is checked by `make test`.
coverage: .venv/installed ## Write the table of docs/coverage.md anew
	BONGSU_WRITE=1 cargo test -p system-tests --test template the_table_of_what_is_told

patterns: ## Write the rules of account-activity into template.yaml, from the table of that source
	cargo run -q -p sources --example patterns

# With chromium, chromium-driver, fonts-noto-cjk and fonts-noto-color-emoji of Debian, or the like.
pictures: ## Take the READMEs' pictures of the inbox anew, in headless Chromium
	cargo build -p bongsu
	BONGSU_WRITE=1 cargo test -p system-tests --test inbox pictures

clean: ## Remove everything that was built or installed
	cargo clean
	rm -rf .venv .venv-*

# The oracles of the tests, and what builds and deploys: the SAM CLI, cargo-lambda, zig. The list is complete, so that
# nothing else comes along.
.venv/installed: tests/oracles/requirements.txt
	python3 -m venv --clear .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@

# The AWS that the tests deploy to. It needs other versions than the SAM CLI.
.venv-ministack/installed: tests/oracles/requirements-ministack.txt
	python3 -m venv --clear .venv-ministack
	.venv-ministack/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@

# ---- On AWS: make deploy EMAIL=ops@example.com the first time, then make deploy

# The environments of samconfig.toml: ENV=home for one of them.
ENV = global home
# What the functions are built for, and so deployed for: x86_64 or arm64.
ARCH = x86_64
SAM = SAM_CLI_TELEMETRY=0 .venv/bin/sam

.PHONY: build instructions bench size deploy delete forward invoke $(ENV:%=deploy-%) $(ENV:%=delete-%)

# Cargo's folder, which CI keeps outside of its clones.
CARGO_TARGET = $(abspath $(or $(CARGO_TARGET_DIR),target))

# zig links for the glibc of Lambda. The profile is Cargo.toml's: cargo-lambda's own makes panics abort, which says less.
# cargo-lambda runs from Cargo's folder: its path is in the linker's, and where that changes, Cargo builds all crates anew.
build: .venv/installed ## Build all functions for Lambda at once (ARCH=x86_64, arm64)
	install -D .venv/bin/cargo-lambda $(CARGO_TARGET)/tools/cargo-lambda
	PATH="$(CARGO_TARGET)/tools:$(CURDIR)/.venv/bin:$$PATH" cargo lambda build --release --disable-optimizations \
		--$(subst _,-,$(ARCH)) --lambda-dir target/lambda $(FUNCTIONS:%=-p %)

# The same program, counted on any machine, is a number; a time is not. It is built as the functions are.
instructions: .venv/installed ## Count the instructions that one alert takes, and fail if they are a tenth more (ARGS=--write)
	install -D .venv/bin/cargo-lambda $(CARGO_TARGET)/tools/cargo-lambda
	PATH="$(CARGO_TARGET)/tools:$(CURDIR)/.venv/bin:$$PATH" cargo lambda build --release --disable-optimizations \
		--$(subst _,-,$(ARCH)) --lambda-dir target/lambda -p bench --bin instructions
	python3 bench/instructions.py target/lambda/instructions/bootstrap $(ARGS)

# The recipes that bongsu is compared with, each as its users build it. Without Go, that one is left out.
.venv-bench/installed: bench/peers/python/requirements.txt
	python3 -m venv --clear .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@

RUNS = 20
bench: build .venv-bench/installed ## Measure cold starts beside the recipes that people use (RUNS=20 ARGS=--all)
	cargo build --release --manifest-path bench/peers/rust/Cargo.toml
	! command -v go >/dev/null || (cd bench/peers/go && go build -o recipe .)
	cargo build --release -p bench --bin bench
	taskset -c 0 $(CARGO_TARGET)/release/bench --runs $(RUNS) $(ARGS)

size: build ## Say how big the built functions are and which glibc they need, and fail if that is too much
	@.venv/bin/python tests/oracles/size.py target/lambda

deploy: $(ENV:%=deploy-%) ## Deploy both stacks, or one (ENV=global, ENV=home; the first time EMAIL=...; ORGANIZATION=o-... where others forward)

# Parameters of the command line replace all of samconfig.toml's. Those that nobody gives keep the value that they have.
deploy-global: SCOPE = all
# With both, the heartbeat of the first looks at the second as well.
deploy-global: HOME_REGION = $(if $(filter home,$(ENV)),$(shell sed -n '/^\[home\.global/,/^region/s/^region = "\(.*\)"/\1/p' samconfig.toml))
deploy-home: SCOPE = regional
$(ENV:%=deploy-%): deploy-%: build
	$(SAM) deploy --config-env $* --parameter-overrides Scope=$(SCOPE) Architecture=$(ARCH) $(EMAIL:%=OperatorEmail=%) \
		$(ORGANIZATION:%=OrganizationId=%) $(HOME_REGION:%=HomeRegion=%)

delete: $(ENV:%=delete-%) ## Delete both stacks, or one (ENV=home); ledgers and configuration stay

$(ENV:%=delete-%): delete-%: .venv/installed
	$(SAM) delete --config-env $*

# Other Regions of this account, or of the account that one is signed in to: make forward REGIONS="eu-north-1 us-west-2"
REGIONS =
# The bus of the stack in us-east-1, in this account unless it is given.
BUS = arn:aws:events:us-east-1:$(ACCOUNT):event-bus/bongsu
ACCOUNT = $(shell .venv/bin/python -c 'import boto3; print(boto3.client("sts").get_caller_identity()["Account"])')
forward: .venv/installed ## Have other Regions forward their events (REGIONS="eu-north-1 us-west-2"; BUS=ARN of another account's)
	@test -n "$(strip $(REGIONS))" || { echo 'Say which Regions: make forward REGIONS="eu-north-1 us-west-2"'; exit 2; }
	for region in $(REGIONS); do \
		$(SAM) deploy --template-file forwarder.yaml --stack-name bongsu-forwarder --capabilities CAPABILITY_IAM \
			--no-fail-on-empty-changeset --region $$region --parameter-overrides Bus=$(BUS) || exit 1; done

# ---- The guardrails of the account: docs/guardrails.md

# The installed command, with what talks to AWS.
BONGSU = bongsu
# What the user chooses: make guardrails PARAMETERS='DailyBudgetDollars=20 UnusedAccess=create'
PARAMETERS =
REGION = $(shell sed -n '/^\[guardrails-$*\.global/,/^region/s/^region = "\(.*\)"/\1/p' samconfig.toml)

.PHONY: guardrails $(ENV:%=guardrails-%)

guardrails: $(ENV:%=guardrails-%) ## Say what guards the account already, and deploy the rest (PARAMETERS='Trail=none')

# bongsu first says what it found, then prints the switches for it. What the user says comes last, and wins.
guardrails-global: SCOPE = all
guardrails-home: SCOPE = regional
$(ENV:%=guardrails-%): guardrails-%: .venv/installed
	$(BONGSU) guardrails --region $(REGION) $(PARAMETERS)
	found="$$($(BONGSU) guardrails --region $(REGION) --parameters $(PARAMETERS))" && \
		$(SAM) deploy --config-env guardrails-$* --parameter-overrides Scope=$(SCOPE) $$found $(PARAMETERS)

# The configuration goes in with ${NAME} replaced from the environment, and never into a file. There is no table here.
CONFIG = bongsu.toml
VARIABLES = import json, os, sys; print(json.dumps({"Parameters": {"BONGSU_CONFIG": os.path.expandvars(sys.stdin.read()), "BONGSU_LEDGER_TABLE": ""}}))
invoke: build ## Run a function in Docker (FUNCTION=root-login EVENT=events/root-login/drill.json CONFIG=bongsu.toml)
	@export ALERT_TOPIC_ARN="$${ALERT_TOPIC_ARN:-arn:aws:sns:us-east-1:111122223333:alerts}"; \
		python3 -c '$(VARIABLES)' < $(CONFIG) | $(SAM) local invoke $(FUNCTION) --event $(EVENT) --env-vars /dev/stdin $(ARGS)
