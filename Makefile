# make run    the demo on http://127.0.0.1:8080
# make test   every test: Go (race, shuffle), command-line scripts, browser journeys (SKIP_BROWSER=1 leaves them out)
# make check  formatting, vet, staticcheck, import rules, translations, templates, who may use which route
# make bench  benchmarks with their figures; make fuzz  every fuzz target for FUZZTIME each
# make bench-r  survey statistics beside R's survey package, where Rscript is installed: minutes; R_ROWS, R_ITEMS
# make lighthouse  every kind of public page by Lighthouse: wants an idle machine and npm; no part of make test
# make readers  programs from npm that read exports back in tests; without them those tests are skipped
# make build  bin/thuocdo; make static  the same without shared libraries, as the container has it

SHELL       := /bin/bash
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS     := -X main.version=$(VERSION)
STATIC_TAGS := sqlite_omit_load_extension netgo osusergo
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
ADDR        ?= 127.0.0.1:8080
FUZZTIME    ?= 30s
BENCHTIME   ?= 1s
R_ROWS      ?= 1000000
R_ITEMS     ?= 3

.PHONY: run build static readers test test-go test-browser lighthouse check bench bench-r fuzz clean tools
.DEFAULT_GOAL := build

run: build
	bin/thuocdo demo --addr $(ADDR)

build: tools
	go build -ldflags '$(LDFLAGS)' -o bin/thuocdo ./cmd/thuocdo

static: tools
	CGO_ENABLED=1 go build -trimpath -tags '$(STATIC_TAGS)' \
	  -ldflags '$(LDFLAGS) -s -w -linkmode external -extldflags "-static"' -o bin/thuocdo-static ./cmd/thuocdo

test: test-go test-browser

# With the race detector: packages in which anything happens at once, where -short leaves out long simulations, thousands of requests one
# after another, and limits of time and memory. Then in full what -short has left out of them, and all other packages.
AT_ONCE  = grep -rlE '^\s*go [a-zA-Z_]|\bsync\.|\batomic\.|\.Go\(func' --include='*.go' cmd data docs scoring survey web | xargs -n1 dirname | sort -u | sed 's|^|./|'
LEFT_OUT = awk -f .ci/left-out.awk $$(find . -name '*_test.go')

test-go: tools
	CGO_ENABLED=1 go test -race -short -shuffle=on -timeout 25m $$($(AT_ONCE))
	CGO_ENABLED=1 go test -shuffle=on -timeout 25m $$(go list ./... | grep -vxF "$$(go list $$($(AT_ONCE)))")
	CGO_ENABLED=1 go test -shuffle=on -timeout 25m -run "$$($(LEFT_OUT))" $$($(AT_ONCE))

test-browser: build
ifeq ($(SKIP_BROWSER),1)
	@echo "browser journeys: SKIPPED because SKIP_BROWSER=1"
else
	@web/browser/run bin/thuocdo
endif

readers:
	@command -v npm >/dev/null || { echo "make: npm is missing: apt-get install npm" >&2; exit 1; }
	cd data/readers && { cmp -s package-lock.json node_modules/.lock-installed || { npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json node_modules/.lock-installed; }; }

lighthouse: build
	cd web/browser && npm install --no-save --ignore-scripts --no-audit --no-fund lighthouse@12 && node lighthouse.mjs ../../bin/thuocdo

check: tools
	@unformatted=$$(gofmt -l $$(git ls-files '*.go' 2>/dev/null || find . -name '*.go')); \
	  if [ -n "$$unformatted" ]; then echo "run gofmt -w on: $$unformatted" >&2; exit 1; fi
	go mod tidy -diff
	go vet ./...
	go run $(STATICCHECK) ./...
	go test -count=1 -run 'TestImport|TestEvery|TestPure|TestText|TestUnfinished|TestType' ./cmd/thuocdo
	go test -count=1 ./web/locale
	go test -count=1 -run 'TestTemplates|TestNoPrivate|TestEveryRouteSays' ./web

bench: tools
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

bench-r: tools
	@command -v Rscript >/dev/null || { echo "make: Rscript is missing: apt-get install r-cran-survey" >&2; exit 1; }
	go test ./cmd/thuocdo -run HundredTimesFaster -v -timeout 60m -r-rows $(R_ROWS) -r-items $(R_ITEMS)

# Every fuzz target of every package, one after the other: go fuzzes one target at a time.
fuzz: tools
	@set -e; for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

clean:
	rm -rf bin demo web/browser/node_modules web/browser/out

# One line for what is missing, and how to get it.
tools:
	@command -v go >/dev/null || { echo "make: Go is missing: https://go.dev/dl/ (version in go.mod), or apt-get install golang" >&2; exit 1; }
	@command -v "$$(go env CC | cut -d' ' -f1)" >/dev/null || { echo "make: a C compiler is missing (SQLite is C): apt-get install gcc libc6-dev" >&2; exit 1; }
