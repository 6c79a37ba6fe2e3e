package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.testkit.Samples;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestWorkflow;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The compiler cannot tell whether each command is handled in each state: this does. */
class WorkflowCommandTest extends OnEachStore {

  /** How a workflow is brought into each state. */
  private enum In {
    ABSENT,
    LIVE,
    PAUSED,
    ENDED
  }

  static Stream<Arguments> everyCommandInEveryState() {
    return Samples.leaves(WorkflowCommand.class).stream()
        .flatMap(type -> Stream.of(In.values()).map(in -> Arguments.of(type, in)));
  }

  private TestWorkflow in(In state) {
    if (state == In.ABSENT) {
      return process().start(UUID.randomUUID().toString());
    }
    TestWorkflow workflow = begin("chain", "{'prompt':'q'}");
    if (state == In.PAUSED) {
      workflow.pause();
    } else if (state == In.ENDED) {
      workflow.cancel();
    }
    return workflow;
  }

  @ParameterizedTest
  @MethodSource("everyCommandInEveryState")
  void a_command_is_answered_or_passed_over_and_the_workflow_goes_on(Class<?> type, In state) {
    TestWorkflow workflow = in(state);
    TestProbe<Object> answers = workflow.probe();
    Samples samples =
        new Samples(
            wanted -> {
              if (wanted == ActorRef.class) {
                return answers.getRef();
              }
              return wanted == CallResult.class
                  ? new CallResult.Answered("x", 1, 1, 1, "stop", "n")
                  : null;
            });
    workflow.ref().tell((WorkflowCommand) samples.of(type));
    if (WorkflowCommand.Asked.class.isAssignableFrom(type)) {
      assertThat(answers.receiveMessage(TestMember.PATIENCE)).isInstanceOf(WorkflowReply.class);
    }
    assertThat(workflow.watch().receiveMessage(TestMember.PATIENCE))
        .isInstanceOf(WorkflowUpdate.Advanced.class);
  }
}
