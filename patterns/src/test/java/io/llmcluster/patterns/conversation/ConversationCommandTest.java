package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.testkit.Samples;
import io.llmcluster.patterns.testkit.TestConversation;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.workflow.OnEachStore;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The compiler cannot tell whether each command is handled in each state: this does. */
class ConversationCommandTest extends OnEachStore {

  private static final ConversationSettings SETTINGS =
      new ConversationSettings(256, 100, 2, 100, Duration.ofMinutes(1), 1 << 20);

  /** How a conversation is brought into each state. */
  private enum In {
    ABSENT,
    IDLE,
    BUSY,
    DELETED
  }

  static Stream<Arguments> everyCommandInEveryState() {
    return Samples.leaves(ConversationCommand.class).stream()
        .filter(type -> type != Own.Leave.class) // nobody is there after it
        .flatMap(type -> Stream.of(In.values()).map(in -> Arguments.of(type, in)));
  }

  private TestConversation in(In state) {
    TestConversation talk =
        TestConversation.start(process(), UUID.randomUUID().toString(), SETTINGS);
    if (state != In.ABSENT) {
      talk.create("{'model':'a'}");
    }
    if (state == In.BUSY) {
      talk.post("m1", "hello");
    } else if (state == In.DELETED) {
      talk.forget();
    }
    return talk;
  }

  @ParameterizedTest
  @MethodSource("everyCommandInEveryState")
  void a_command_is_answered_or_passed_over_and_the_conversation_goes_on(Class<?> type, In state) {
    TestConversation talk = in(state);
    TestProbe<Object> answers = talk.probe();
    Samples samples =
        new Samples(
            wanted -> {
              if (wanted == ActorRef.class) {
                return answers.getRef();
              }
              if (wanted == Work.class) {
                return new Work.Answering(1, 1);
              }
              return wanted == CallResult.class
                  ? new CallResult.Answered("x", 1, 1, 1, "stop", "n")
                  : null;
            });
    talk.ref().tell((ConversationCommand) samples.of(type));
    if (ConversationCommand.Asked.class.isAssignableFrom(type)) {
      assertThat(answers.receiveMessage(TestMember.PATIENCE)).isInstanceOf(ConversationReply.class);
    }
    assertThat(talk.watch().receiveMessage(TestMember.PATIENCE))
        .isInstanceOf(WorkflowUpdate.Advanced.class);
  }
}
