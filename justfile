# Lists the recipes.
default:
    @just --list

# Runs all checks, exactly as CI does; writes nothing.
check:
    ./.ci/run

# Formats, and applies what clippy can mend by itself.
fix:
    cargo fmt --all
    cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged

# Runs all tests; `just test layers` only those whose name contains `layers`.
test *FILTER:
    cargo test --workspace {{ FILTER }}

# Checks what the macros accept and refuse; `just ui overwrite` rewrites the expected messages.
ui MODE="wip":
    TRYBUILD={{ MODE }} cargo test --package durable-ui-tests

# Kills a program again and again while it works, and checks what was promised.
torture KILLS="300" SEED="1":
    cargo run --release --package durable-tests --bin torture -- --kills {{ KILLS }} --seed {{ SEED }}

# Lets the process die, fail and be late at every place that is marked for it.
failpoints EACH="50" SEED="1":
    cargo run --release --package durable-tests --features failpoints --bin torture -- --failpoints --each {{ EACH }} --seed {{ SEED }}

# Loses power, fills the disk, lets calls fail, damages files: `just faults power --images 20000 --seed 1`; see `--help`.
faults *ARGS:
    cargo run --release --package durable-tests --bin faults -- {{ ARGS }}

# Runs random orchestrations against a model.
simulate SEEDS="100000":
    DURABLE_SEEDS={{ SEEDS }} cargo test --release --package durable --test simulation -- --nocapture

# Fuzzes one target by coverage, until it is stopped; needs `cargo install cargo-fuzz` and a C++ compiler.
fuzz TARGET *ARGS:
    cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none {{ TARGET }} -- {{ ARGS }}

# Gives all fuzz targets many inputs, on stable Rust and without anything else, and says how many.
fuzz-all INPUTS="10_000_000" SEED="1":
    cargo run --profile fuzz --package durable-tests --bin fuzz -- --inputs {{ INPUTS }} --seed {{ SEED }}

# Measures the speed; the figures of the README come from here.
bench *ARGS:
    cargo run --release --package durable-tests --bin bench -- {{ ARGS }}

# Compares the speed with that of durare and duroxide; `just peers --only hello` only some workloads.
peers *ARGS:
    cargo run --release --locked --manifest-path tests/peers/Cargo.toml -- {{ ARGS }}

# Measures how costs change with scale, and draws it; see `--help`.
curves *ARGS:
    cargo run --release --package durable-tests --bin curves -- {{ ARGS }}

# Builds the documentation and opens it.
docs:
    cargo doc --workspace --no-deps --open
