# syntax=docker/dockerfile:1.19

# The smallest image that can run dynolint: one static program, and nothing else.
#
#   docker build --tag dynolint .
#   docker run --rm --volume "$PWD:/src:ro" dynolint
#
# There is no git in it, which only `--since` needs.

FROM rust:1.90.0-alpine3.22 AS build
ARG TARGETARCH
WORKDIR /build
COPY Cargo.toml Cargo.lock README.md ./
COPY benches/parts.rs benches/
COPY src src
COPY rules rules
COPY schema schema
COPY docs/examples docs/examples
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,id=target-${TARGETARCH},target=/build/target \
    cargo build --locked --release && \
    install -D target/release/dynolint "/${TARGETARCH}/dynolint"

# A release puts the programs that were tested in place of the stage above:
# `--build-context build=DIR`, with `amd64/dynolint` and `arm64/dynolint` in it.
FROM scratch
ARG TARGETARCH
COPY --from=build --chmod=755 /${TARGETARCH}/dynolint /usr/bin/dynolint
COPY LICENSE-APACHE LICENSE-MIT /usr/share/doc/dynolint/
# Nobody: it has to read what is mounted, no more. Fixes need `--user "$(id -u):$(id -g)"`.
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["/usr/bin/dynolint"]
