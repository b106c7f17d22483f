# The two commands: `make demo` does the main job with demo data, `make test`
# runs every test. Both install what a bare Debian machine lacks and say so.
GO ?= go
BIN := bin

# The race detector watches our code. What only computes (SQLite, the compiler of
# PDFium, password hashes, drawing and packing of pictures) is left out: watched it
# takes five to ten times as long, which was most of the time of the tests.
UNWATCHED := modernc.org/... github.com/tetratelabs/wazero/... golang.org/x/crypto/... golang.org/x/image/... \
	image/... compress/... clinician/internal/core/demo/paper clinician/internal/core/raster
RACE := -race $(foreach package,$(UNWATCHED),-gcflags=$(package)=-race=false)

.PHONY: demo test eval build setup-demo setup-test lint bench clean

demo: setup-demo build
	@$(BIN)/clinician-tui demo

test: setup-test
	$(GO) test $(RACE) -timeout 20m ./...

build:
	$(GO) build -trimpath -o $(BIN)/ ./cmd/...

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

clean:
	rm -rf $(BIN)
