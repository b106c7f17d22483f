# The two commands: `make demo` does the main job with demo data, `make test`
# runs every test. Both install what a bare Debian machine lacks and say so.
GO ?= go
BIN := bin

# The race detector watches our code. What only computes (SQLite, the compiler of
# PDFium, password hashes, drawing and packing of pictures) is left out: watched it
# takes five to ten times as long, which was most of the time of the tests. No package
# that uses sync.Map may be left out (internal/rules): each brings a copy of its methods,
# the linker takes one for all, and with an unwatched one every map seems to race.
WAZERO := github.com/tetratelabs/wazero/internal
UNWATCHED := modernc.org/sqlite/lib modernc.org/libc/... modernc.org/memory \
	$(WAZERO)/engine/wazevo/backend/... $(WAZERO)/engine/wazevo/frontend $(WAZERO)/engine/wazevo/ssa $(WAZERO)/wasm/binary \
	golang.org/x/crypto/... golang.org/x/image/... image/... compress/... clinician/internal/core/demo/paper clinician/internal/core/raster
RACE := -race $(foreach package,$(UNWATCHED),-gcflags=$(package)=-race=false)

# What the linker writes into the programs. Releases leave out the tables of symbols
# and of debuggers; stack traces stay whole.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
STAMP := $(if $(filter v%,$(VERSION)),-X clinician/internal/version.stamp=$(VERSION:v%=%))

.PHONY: demo test eval build release-binaries release image setup-demo setup-test lint bench bench-api bench-reading clean

demo:
	@echo "make demo: installs what reading needs (Tesseract) where it is missing, builds both programs (a minute or"
	@echo "two the first time), and opens the workstation on a server of its own with made-up patients. Q leaves; nothing is kept."
	@$(MAKE) --no-print-directory setup-demo build
	@$(BIN)/clinician-tui demo

test: setup-test
	$(GO) test $(RACE) -timeout 20m ./...

build:
	$(GO) build -trimpath -ldflags "$(STAMP)" -o $(BIN)/ ./cmd/...

# Stripped, without cgo, the same bytes for the same source: bin/release.
release-binaries:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w $(STAMP)" -o $(BIN)/release/ ./cmd/...

# Archives for every system, .deb packages, checksums and bills of materials: bin/dist.
release:
	@VERSION=$(VERSION) scripts/release

# The container image, with what there is: docker, podman or buildah.
image:
	@VERSION=$(VERSION) scripts/image

# Scores reading beside tesseract and ocrmypdf: make eval [CORPUS=dir] [FULL=1].
eval: build
	@$(GO) run ./internal/eval/cmd -server $(BIN)/server $(if $(CORPUS),-corpus $(CORPUS)) $(if $(FULL),-full)

setup-demo:
	@scripts/setup demo

setup-test:
	@scripts/setup test

# What CI checks beside the tests.
lint:
	@scripts/lint

bench:
	$(GO) test -run '^$$' -bench . -benchtime 300ms ./...

# The API beside a floor of net/http and SQLite and beside PocketBase, about three
# minutes: make bench-api [FULL=1] [ARGS="-only list -json cells.json"]. docs/performance.md.
bench-api:
	@$(GO) run ./bench/cmd $(if $(FULL),-full) $(ARGS)

# Requests while documents are read, about five minutes. docs/performance.md.
bench-reading:
	@$(GO) run ./bench/cmd -reading

clean:
	rm -rf $(BIN)
