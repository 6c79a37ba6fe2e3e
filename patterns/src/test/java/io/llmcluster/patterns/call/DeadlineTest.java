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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What counts of a call's deadline: all the time that a node has it, and no other. Virtual time.
 */
class DeadlineTest {

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration ALMOST = DEADLINE.minusSeconds(1);
  private static final Duration REST = Duration.ofSeconds(1);

  private final ActorTestKit kit =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
  private final ManualTime time = ManualTime.get(kit.system());
  private final AtomicLong nanos = new AtomicLong();
  private final ScriptedInference inference = new ScriptedInference();
  private final StepCalls calls =
      new StepCalls(
          kit.system(),
          inference,
          CallSettings.create(ConfigFactory.defaultReference()),
          nanos::get);
  private final CompletableFuture<String> heard = new CompletableFuture<>();
  private final CompletableFuture<CallResult> ended = new CompletableFuture<>();

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  private Asked start() {
    calls.start(
        StepQuestion.within(DEADLINE),
        new StepCalls.Listener() {
          @Override
          public void piece(int offset, String text) {
            heard.complete(text);
          }

          @Override
          public void ended(CallResult result) {
            ended.complete(result);
          }
        });
    return inference.open().get(0);
  }

  private void passes(Duration some) {
    nanos.addAndGet(some.toNanos());
    time.timePasses(some);
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(TestMember.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private void assertTooLate(long tokensLost) {
    assertThat(get(ended))
        .isEqualTo(new CallResult.Failed("no end of the answer within 60s", true, tokensLost));
  }

  @Test
  void a_node_that_has_the_call_and_says_nothing_has_the_deadline_and_is_let_go() {
    Asked silent = start();
    passes(ALMOST);
    assertThat(ended).isNotDone();
    passes(REST);
    assertTooLate(0);
    assertThat(silent.isAborted()).isTrue();
  }

  @Test
  void the_time_before_the_first_word_counts_and_what_was_written_is_paid_for() {
    Asked slow = start();
    passes(ALMOST);
    slow.begin("some words");
    assertThat(get(heard)).isEqualTo("some words");
    passes(REST);
    assertTooLate(1);
    Awaitility.await().until(slow::isAborted);
  }

  @Test
  void time_in_the_queue_does_not_count() {
    inference.beBusy();
    Asked waiting = start();
    passes(DEADLINE.multipliedBy(10));
    assertThat(waiting.isAborted()).isFalse();
    waiting.place();
    passes(ALMOST);
    waiting.answer("at last");
    assertThat(get(ended)).isInstanceOf(CallResult.Answered.class);
  }

  /** Nearly late at its first node, then long in the queue, now nearly late at its second. */
  private Asked moved() {
    Asked moved = start();
    passes(ALMOST);
    moved.displace();
    passes(DEADLINE.multipliedBy(10));
    moved.place();
    passes(ALMOST);
    return moved;
  }

  @Test
  void a_call_that_waits_again_and_gets_another_node_begins_a_new_deadline() {
    Asked moved = moved();
    assertThat(moved.isAborted()).isFalse();
    passes(REST);
    assertTooLate(0);
  }

  @Test
  void a_call_that_another_node_answers_in_its_time_is_answered() {
    moved().answer("from there");
    assertThat(get(ended)).isInstanceOf(CallResult.Answered.class);
  }

  @Test
  void a_call_that_finds_no_node_is_asked_again_with_a_new_deadline() {
    Asked first = start();
    passes(ALMOST);
    first.fail(new InferenceFailure.NoNode("none"));
    // The wait before the second is scheduled by whoever fails the first, which is this thread.
    Asked second =
        Awaitility.await()
            .until(
                () -> {
                  passes(REST);
                  return inference.open().stream().findFirst().orElse(null);
                },
                found -> found != null);
    passes(ALMOST.minusSeconds(20)); // what may have passed while it was awaited
    second.answer("here");
    assertThat(get(ended)).isInstanceOf(CallResult.Answered.class);
  }

  @Test
  void the_time_of_an_answer_is_counted_from_the_last_placement() {
    Asked moved = start();
    passes(Duration.ofSeconds(20));
    moved.displace();
    passes(Duration.ofSeconds(30));
    moved.place();
    passes(Duration.ofSeconds(5)); // it loads the model
    moved.answer("loaded");
    assertThat(get(ended))
        .isInstanceOfSatisfying(
            CallResult.Answered.class, answer -> assertThat(answer.millis()).isEqualTo(5000));
  }

  @Test
  void a_call_that_is_over_has_no_deadline_though_a_node_is_given_it_late() {
    AtomicInteger rung = new AtomicInteger();
    var over = new TimeAtNode(kit.system(), DEADLINE, nanos::get, rung::incrementAndGet);
    over.placed();
    over.end();
    over.placed();
    passes(DEADLINE.multipliedBy(2));
    kit.shutdownTestKit(); // nothing is under way any more
    assertThat(over.isUp()).isFalse();
    assertThat(rung).hasValue(0);
  }

  @Test
  void a_call_that_nobody_wants_any_more_is_let_go_and_has_no_result() {
    Asked dropped = start();
    calls.cancel("w/a/1");
    assertThat(dropped.isAborted()).isTrue();
    assertThat(ended).isNotDone();
  }

  @Test
  void an_answer_that_nobody_wants_any_more_in_its_middle_has_no_result() {
    Asked dropped = start();
    dropped.begin("some words");
    assertThat(get(heard)).isEqualTo("some words");
    calls.cancel("w/a/1");
    Awaitility.await().until(dropped::isAborted);
    kit.shutdownTestKit(); // nothing is under way any more
    assertThat(ended).isNotDone();
  }
}
