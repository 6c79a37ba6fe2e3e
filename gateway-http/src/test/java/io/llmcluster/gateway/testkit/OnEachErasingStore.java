package io.llmcluster.gateway.testkit;

import io.llmcluster.core.testkit.TestStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** All tests run on each {@link TestStore} that can delete events: a new gateway for each. */
@Tag(TestStore.ON_MONGODB)
@ParameterizedClass(name = "{0}")
@MethodSource("io.llmcluster.core.testkit.TestStore#erasing")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OnEachErasingStore {

  @Parameter protected @Nullable TestStore parameter;

  private TestStore.@Nullable Opened opened;
  private @Nullable PatternGateway started;
  private @Nullable Client client;

  @BeforeParameterizedClassInvocation
  protected void open() {
    opened = Objects.requireNonNull(parameter).open();
  }

  @BeforeEach
  protected void start() {
    started = PatternGateway.on(Objects.requireNonNull(opened).another());
    client = new Client(gateway().base);
  }

  @AfterEach
  protected void stop() {
    gateway().close();
  }

  @AfterParameterizedClassInvocation
  protected void close() {
    Objects.requireNonNull(opened).close();
  }

  protected PatternGateway gateway() {
    return Objects.requireNonNull(started);
  }

  protected Client client() {
    return Objects.requireNonNull(client);
  }
}
