package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.DirectoryActor;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.node.backend.BackendStatus;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an exhaustive switch would show: no command of {@link NodeActor} is left unhandled. */
class NodeActorProtocolTest {

  private static final Map<Class<?>, Object> VALUES =
      Map.of(
          Object.class,
          "caller",
          long.class,
          5L,
          boolean.class,
          true,
          Consumer.class,
          (Consumer<Object>) answer -> {},
          ActorRef.class,
          TestInbox.create().getRef(),
          CallOutcome.class,
          new CallOutcome("demo", CallOutcome.Verdict.ANSWERED, 1, -1),
          SlotCommand.class,
          new SlotCommand.GiveBack(5),
          Backends.Found.class,
          new Backends.Found(null, BackendStatus.trouble(NodeHealth.DOWN, "why")));

  static List<Class<?>> commands() {
    return Arrays.asList(NodeActor.Command.class.getPermittedSubclasses());
  }

  private static NodeActor.Command instance(Class<?> type) throws ReflectiveOperationException {
    if (type.isEnum()) {
      return (NodeActor.Command) type.getEnumConstants()[0];
    }
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return (NodeActor.Command)
        constructor.newInstance(Arrays.stream(types).map(VALUES::get).toArray());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_is_handled(Class<?> type) throws ReflectiveOperationException {
    TestInbox<DirectoryActor.Command> directory = TestInbox.create();
    BehaviorTestKit<NodeActor.Command> node =
        BehaviorTestKit.create(
            NodeActor.create(
                new NodeSpec("n1", "127.0.0.1", 1, "", "", List.of(), BackendKind.DEMO, 1),
                (spec, known) -> new CompletableFuture<>(),
                new NodeSettings("127.0.0.1", 0, 1, 1, Duration.ofDays(1), Duration.ofDays(1)),
                new NodeIdentity("member", "127.0.0.1", 1, Hardware.UNKNOWN),
                directory.getRef(),
                (self, entry) -> {}));
    node.run(instance(type));
    assertThat(Behavior.isUnhandled(node.returnedBehavior())).isFalse();
  }
}
