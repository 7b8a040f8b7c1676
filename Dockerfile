# The terminal server, its client and its load generator in one image. Two ways to fill it:
#
#   docker build -t tslab .
#       builds them in the image of Swift.
#   swift build -c release --static-swift-stdlib
#   mkdir -p out/container && strip .build/release/ts{server,client,load} && cp .build/release/ts{server,client,load} out/container/
#   docker build -t tslab --target prebuilt .
#       takes them from the build context; --build-arg BINARIES=... names another folder of it.
#
# The prebuilt stage comes first, so that a builder that makes stages in their order need not fetch Swift for it.

FROM debian:12-slim AS runtime
# What the programs are linked to; curl and jq to ask the admin face, iproute2 to look at sockets and to cut lines.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libevent-2.1-7 libevent-openssl-2.1-7 libssl3 libnftables1 \
        curl jq iproute2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 990 --no-create-home --shell /usr/sbin/nologin tslab \
    && install -d -o tslab -m 0700 /run/tslab
USER tslab
EXPOSE 3389
CMD ["tsserver", "--listen", "0.0.0.0:3389", "--allow-any-user", "--admin", "/run/tslab/admin.sock", "--verbose"]

FROM runtime AS prebuilt
ARG BINARIES=out/container
COPY ${BINARIES}/tsserver ${BINARIES}/tsclient ${BINARIES}/tsload /usr/local/bin/

FROM swift:6.3-bookworm AS builder
RUN apt-get update \
    && apt-get install -y --no-install-recommends libevent-dev libssl-dev libnftables-dev libpcap-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /tslab
COPY Package.swift ./
COPY Sources Sources
COPY Benchmarks/rdpbench Benchmarks/rdpbench
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib \
    && mkdir /programs \
    && for program in tsserver tsclient tsload; do strip -o /programs/$program .build/release/$program; done

FROM runtime AS built
COPY --from=builder /programs/ /usr/local/bin/
