package io.llmcluster.patterns.workflow;

import io.llmcluster.core.storage.Store;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import io.llmcluster.patterns.testkit.TestWorkflow;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a process of its own; the store is that of the class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnEmbeddedStore {

  private @Nullable TestMember opened;
  private @Nullable TestProcess started;

  @BeforeAll
  void open(@TempDir Path folder) {
    opened = TestMember.on(new Store.OwnFile(folder.resolve("store")), SmallPattern.ALL);
  }

  @BeforeEach
  void start() {
    started = member().process();
  }

  @AfterAll
  void close() {
    member().close();
  }

  TestMember member() {
    return java.util.Objects.requireNonNull(opened);
  }

  TestProcess process() {
    return java.util.Objects.requireNonNull(started);
  }

  /** As after a crash: the calls of the process before are nobody's any more. */
  TestProcess another() {
    started = member().process();
    return started;
  }

  /** A new workflow whose actor is in memory. */
  TestWorkflow begin(String pattern, String request) {
    TestWorkflow workflow = process().start(UUID.randomUUID().toString());
    workflow.submit(pattern, request);
    return workflow;
  }

  void answer(String step, String text) {
    process().inference().await(step).answer(text);
  }
}
