# The two commands: `make demo` does the main job with demo data, `make test`
# runs every test. Both install what a bare Debian machine lacks and say so.
GO ?= go
BIN := bin

.PHONY: demo test eval build setup-demo setup-test lint bench clean

demo: setup-demo build
	@$(BIN)/clinician-tui demo

test: setup-test
	$(GO) test -race ./...

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
