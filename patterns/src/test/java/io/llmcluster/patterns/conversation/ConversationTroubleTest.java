package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;

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
            new ConversationSettings(256, 2, 100, turnTimeout));
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

  @Test
  void a_turn_from_which_nothing_comes_fails_and_its_call_is_aborted() {
    TestProcess process = member.process();
    TestConversation talk = begin(process, Duration.ofSeconds(1));
    talk.post("m1", "hello");
    Asked call = process.inference().await("turn-1");
    assertThat(await(talk, ConversationEvent.TurnFailed.class).reason())
        .isEqualTo("no answer within 1s");
    Awaitility.await().until(call::isAborted);
  }
}
