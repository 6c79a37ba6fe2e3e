package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnFailed;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.TestConversation;
import io.llmcluster.patterns.testkit.TestMember;
import io.llmcluster.patterns.testkit.TestProcess;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A store that fails when the test says so, and models from which nothing comes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversationTroubleTest {

  private final TestMember member = TestMember.inMemory(List.of(SmallPattern.CHAIN));
  private final PersistenceTestKit store = PersistenceTestKit.create(member.system());

  @AfterAll
  void close() {
    member.close();
  }

  private static TestConversation begin(TestProcess process, Duration turnTimeout) {
    TestConversation talk =
        TestConversation.start(
            process,
            UUID.randomUUID().toString(),
            new ConversationSettings(256, 100, 2, 100, turnTimeout, 1 << 20));
    talk.create("{'model':'a'}");
    return talk;
  }

  private static String stored(TestConversation talk) {
    return ConversationActor.persistenceId(talk.id()).id();
  }

  private <E> E await(TestConversation talk, Class<E> type) {
    return Awaitility.await(type.getSimpleName())
        .until(
            () ->
                store.persistedInStorage(stored(talk)).stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .findFirst()
                    .orElse(null),
            found -> found != null);
  }

  @Test
  void what_the_store_did_not_take_is_not_acknowledged_and_may_be_sent_again() {
    TestProcess process = member.process();
    TestConversation talk = begin(process, Duration.ofMinutes(1));
    store.failNextNPersisted(stored(talk), 1);
    var lost = talk.probe();
    talk.ref()
        .tell(
            new ConversationCommand.Post(
                "m1", Simulation.object("{'content':'hello'}"), "h", lost.getRef().unsafeUpcast()));
    assertThat(talk.post("m1", "hello")).isInstanceOf(ConversationReply.Done.class);
    lost.expectNoMessage(Duration.ofMillis(1));
    process.inference().await("turn-1");
    assertThat(process.inference().asked()).hasSize(1);
  }

  @Test
  void an_answer_that_the_store_did_not_take_is_recorded_when_it_is_back_and_not_paid_for_twice() {
    TestProcess process = member.process();
    TestConversation talk = begin(process, Duration.ofMinutes(1));
    talk.post("m1", "hello");
    store.failNextNPersisted(stored(talk), 2);
    process.inference().await("turn-1").answer("hi");
    assertThat(await(talk, ConversationEvent.TurnAnswered.class).attempt()).isEqualTo(1);
    assertThat(process.inference().asked()).hasSize(1);
  }

  /** Each of its events is answered for by the journal, also after the actor's restart. */
  @Test
  void an_answer_whose_events_were_refused_together_is_recorded_when_the_store_is_back() {
    TestProcess process = member.process();
    TestConversation talk = begin(process, Duration.ofMinutes(1));
    talk.post("m1", "hello");
    talk.post("m2", "next");
    store.failNextNPersisted(stored(talk), 1);
    process.inference().await("turn-1").answer("hi"); // the answer and the next turn
    process.inference().await("turn-2");
    assertThat(process.inference().asked()).hasSize(2);
  }

  @Test
  void an_answer_without_an_end_or_a_beginning_fails_its_turn_after_a_second_attempt() {
    TestProcess process = member.process();
    TestConversation talk = begin(process, Duration.ofSeconds(1));
    process.inference().beBusy(); // an attempt's time begins when it is placed
    talk.post("m1", "hello");
    Asked endless = process.inference().await("turn-1");
    endless.begin("Once upon");
    endless.place();
    Asked silent = process.inference().await("turn-1"); // the other has begun to answer
    assertThat(silent.attempt()).isEqualTo(2);
    silent.place();
    TurnFailed failed = await(talk, TurnFailed.class);
    assertThat(failed.attempt()).isEqualTo(2);
    assertThat(failed.reason()).isEqualTo("no end of the answer within 1s");
    Awaitility.await().until(silent::isAborted);
  }

  @Test
  void waiting_for_a_node_is_no_part_of_a_turn_s_time() {
    TestProcess process = member.process();
    Duration turn = Duration.ofSeconds(1);
    TestConversation talk = begin(process, turn);
    process.inference().beBusy();
    talk.post("m1", "hello");
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < turn.toNanos() * 5 / 4) {
      process.inference().await("turn-1").fail(new InferenceFailure.NoNode("none is there"));
    }
    process.inference().await("turn-1").answer("hi");
    assertThat(await(talk, ConversationEvent.TurnAnswered.class).attempt()).isEqualTo(1);
  }
}
