# The clinician service: a program on Debian, with tesseract, as a user
# without rights. How to run it: docs/deployment.md.
#
#   docker build -t clinician-service .
#   docker run -p 8003:8003 -v clinician-data:/data clinician-service

ARG GO_IMAGE=golang:1.26-bookworm
ARG RUN_IMAGE=debian:bookworm-slim

FROM ${GO_IMAGE} AS build
ARG GOPROXY=https://proxy.golang.org,direct
ARG VERSION=
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make release-binaries VERSION="${VERSION}"

FROM ${RUN_IMAGE}
# Languages besides English that documents are read in: "deu fra".
ARG OCR_LANGUAGES=
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tzdata tesseract-ocr \
        $(for language in ${OCR_LANGUAGES}; do echo "tesseract-ocr-${language}"; done) \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 clinician \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin clinician \
 && install -d -m 0700 -o clinician -g clinician /data
COPY --from=build /src/bin/release/server /src/bin/release/clinician-tui /usr/local/bin/

# Who reaches the port is decided by whoever publishes it; everything that is kept is
# under /data, so that the rest can be read-only.
ENV CLINICIAN_ADDR=0.0.0.0:8003 \
    CLINICIAN_PUBLISHED=true \
    CLINICIAN_DATA_DIR=/data \
    HOME=/data \
    XDG_CACHE_HOME=/data/cache
USER 10001:10001
VOLUME /data
EXPOSE 8003
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["server", "health"]
ENTRYPOINT ["server"]
