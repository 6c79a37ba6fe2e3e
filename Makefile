# What is done often. Maven is taken from the PATH.
.PHONY: build test format run bench crash-matrix verify-mongodb

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

crash-matrix: ## every pattern, its process lost at every durable point, members killed -9 too: the outcomes as tables
	scripts/crash-matrix

verify-mongodb: ## the store's promises on your MongoDB: make verify-mongodb MONGODB_URI=mongodb://...
	@test -n "$(MONGODB_URI)" || { echo "verify-mongodb: MONGODB_URI is missing (expected: mongodb://HOST:PORT)"; exit 1; }
	LLM_CLUSTER_TEST_MONGODB="$(MONGODB_URI)" mvn -B -ntp -Dquick verify -pl cluster-core -Dtest=MongoDbTest -DskipITs
	@echo "checked: persisting, recovery, tagged queries with overlap, erasing; in a database of its own, which may be dropped"
