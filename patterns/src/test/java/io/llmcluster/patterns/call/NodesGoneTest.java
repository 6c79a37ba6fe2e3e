package io.llmcluster.patterns.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.patterns.testkit.ScriptedInference;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.TestMember;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** All nodes are away for ten minutes of virtual time, or those of one model for longer. */
class NodesGoneTest {

  private static final Duration AWAY = Duration.ofMinutes(10);
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final Duration STEP = Duration.ofSeconds(10);

  private final CompletableFuture<CallResult> ended = new CompletableFuture<>();

  private final StepCalls.Listener listener =
      new StepCalls.Listener() {
        @Override
        public void piece(int offset, String text) {}

        @Override
        public void ended(CallResult result) {
          ended.complete(result);
        }
      };

  @Test
  void it_is_one_attempt_that_asks_now_and_then_and_goes_on_when_a_node_is_back() {
    ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    try {
      ManualTime time = ManualTime.get(kit.system());
      ScriptedInference inference = new ScriptedInference();
      CallSettings settings = CallSettings.create(ConfigFactory.defaultReference());
      StepCalls calls = new StepCalls(kit.system(), inference, settings);
      calls.start(StepQuestion.within(AWAY), listener);
      for (Duration at = Duration.ZERO; at.compareTo(AWAY) < 0; at = at.plus(STEP)) {
        inference.open().forEach(call -> call.fail(new InferenceFailure.NoNode("none")));
        time.timePasses(STEP);
        Awaitility.await().atMost(TestMember.PATIENCE).until(() -> inference.open().size() == 1);
      }
      assertThat(inference.asked()).hasSize((int) (AWAY.toSeconds() / STEP.toSeconds()) + 1);
      assertThat(inference.asked()).allMatch(call -> call.attempt() == 1);
      assertThat(ended).isNotDone();
      Asked back = inference.open().get(0);
      back.answer("here again");
      assertThat(ended.orTimeout(TestMember.PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
          .isInstanceOfSatisfying(
              CallResult.Answered.class,
              answer -> assertThat(answer.text()).isEqualTo("here again"));
    } finally {
      end(kit);
    }
  }

  @Test
  void a_model_whose_nodes_alone_stay_away_is_given_up_after_the_deadline_and_not_tried_again() {
    ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    try {
      ManualTime time = ManualTime.get(kit.system());
      AtomicLong nanos = new AtomicLong();
      ScriptedInference inference = new ScriptedInference();
      inference.beBusy();
      CallSettings settings = CallSettings.create(ConfigFactory.defaultReference());
      StepCalls calls = new StepCalls(kit.system(), inference, settings, nanos::get);
      calls.start(StepQuestion.within(DEADLINE), listener);
      for (Duration at = Duration.ZERO; at.compareTo(DEADLINE) < 0; at = at.plus(STEP)) {
        inference.open().forEach(NodesGoneTest::failAlone);
        nanos.addAndGet(STEP.toNanos());
        time.timePasses(STEP);
        Awaitility.await().atMost(TestMember.PATIENCE).until(() -> inference.open().size() == 1);
      }
      assertThat(ended).isNotDone();
      inference.open().forEach(NodesGoneTest::failAlone);
      assertThat(ended.orTimeout(TestMember.PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
          .isEqualTo(new CallResult.Failed("'m' is gone: n1 (down), for 60s", false));
    } finally {
      end(kit);
    }
  }

  private static void failAlone(Asked call) {
    call.fail(new InferenceFailure.NoNode("'m' is gone: n1 (down)", true));
  }

  /** What the system waits for at its end is due in virtual time too. */
  private static void end(ActorTestKit kit) {
    ManualTime time = ManualTime.get(kit.system());
    kit.system().terminate();
    Awaitility.await("end of the actor system")
        .atMost(TestMember.PATIENCE)
        .until(
            () -> {
              time.timePasses(STEP);
              return kit.system().getWhenTerminated().toCompletableFuture().isDone();
            });
  }
}
