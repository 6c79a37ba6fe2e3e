package io.llmcluster.patterns.workflow;

import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import io.llmcluster.patterns.testkit.TestWorkflow;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** All tests run on each {@link TestStore}: one for all of them, and a new process for each. */
@Tag(TestStore.ON_MONGODB)
@ParameterizedClass(name = "{0}")
@MethodSource("io.llmcluster.core.testkit.TestStore#here")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OnEachStore {

  @Parameter protected @Nullable TestStore parameter;

  private TestStore.@Nullable Opened store;
  private @Nullable TestMember opened;
  private @Nullable TestProcess started;

  @BeforeParameterizedClassInvocation
  protected void open() {
    store = testStore().open();
    opened = TestMember.on(store.store(), patterns());
  }

  /** What its workflows can be. */
  protected List<Pattern> patterns() {
    return SmallPattern.ALL;
  }

  @BeforeEach
  protected void start() {
    started = member().process();
  }

  @AfterParameterizedClassInvocation
  protected void close() {
    member().close();
    Objects.requireNonNull(store).close();
  }

  protected TestStore testStore() {
    return Objects.requireNonNull(parameter);
  }

  /** As after a restart of the program: another actor system on the same store. */
  protected TestMember anotherMember() {
    member().close();
    opened = TestMember.on(Objects.requireNonNull(store).store(), patterns());
    another();
    return opened;
  }

  protected TestMember member() {
    return Objects.requireNonNull(opened);
  }

  protected TestProcess process() {
    return Objects.requireNonNull(started);
  }

  /** As after a crash: the calls of the process before are nobody's any more. */
  protected TestProcess another() {
    started = member().process();
    return started;
  }

  /** A new workflow whose actor is in memory. */
  protected TestWorkflow begin(String pattern, String request) {
    TestWorkflow workflow = process().start(UUID.randomUUID().toString());
    workflow.submit(pattern, request);
    return workflow;
  }

  protected void answer(String step, String text) {
    process().inference().await(step).answer(text);
  }
}
