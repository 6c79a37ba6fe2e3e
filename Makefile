# What is done often. Maven is taken from the PATH.
.PHONY: build test format run bench bench-start bench-chaos bench-quality crash-matrix verify-mongodb

ifneq ($(filter build format,$(or $(MAKECMDGOALS),build)),)
ifeq ($(shell command -v mvn 2>/dev/null),)
$(error Maven is missing (expected: mvn on the PATH))
endif
endif

build: ## compiles everything and checks it, without tests
	mvn -B -ntp -DskipTests install

test: ## everything: checks, unit tests, real processes, a real Ollama
	scripts/test

format: ## puts all sources into the project's format
	mvn -B -ntp -q spotless:apply

run: ## starts a cluster of one on this machine
	./llm-cluster up

bench: ## the figures of docs/benchmarks.md
	scripts/bench

bench-start: ## how long a start takes (scripts/bench-start --clean: from a clean clone to the first answer)
	scripts/bench-start

bench-chaos: ## members killed for twenty minutes while workflows run: nothing lost, nothing twice
	scripts/bench-chaos

bench-quality: ## what patterns do to answers, on a real small model (scripts/bench-quality --url: on yours)
	scripts/bench-quality

crash-matrix: ## every pattern and a conversation, its process lost at every durable point, members killed -9 too: the outcomes as tables
	scripts/crash-matrix

verify-mongodb: ## all that workflows promise, on your MongoDB: make verify-mongodb MONGODB_URI=mongodb://...
	scripts/verify-mongodb "$(MONGODB_URI)"
