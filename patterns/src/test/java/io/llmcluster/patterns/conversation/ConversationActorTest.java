package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnStarted;
import io.llmcluster.patterns.conversation.ConversationReply.Refused;
import io.llmcluster.patterns.conversation.ConversationReply.Why;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.TranscriptEntry.Status;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.TestConversation;
import io.llmcluster.patterns.workflow.OnEachStore;
import io.llmcluster.patterns.workflow.Receipt;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Conversations on each store, and what a crash leaves of them. */
class ConversationActorTest extends OnEachStore {

  private static final ConversationSettings SETTINGS =
      new ConversationSettings(256, 100, 2, 100, Duration.ofMinutes(1), 1 << 20);

  private TestConversation begin(String request) {
    TestConversation conversation =
        TestConversation.start(process(), UUID.randomUUID().toString(), SETTINGS);
    assertThat(conversation.create(request)).isInstanceOf(ConversationReply.Done.class);
    return conversation;
  }

  /** As after a crash: the calls of the process before are nobody's any more. */
  private TestConversation afterCrash(TestConversation before) {
    before.stop();
    another();
    return TestConversation.start(process(), before.id(), SETTINGS);
  }

  private Asked call(String step) {
    return process().inference().await(step);
  }

  @Test
  void a_turn_is_in_the_journal_before_its_model_is_asked_and_its_answer_is_in_the_history() {
    TestConversation talk = begin("{'model':'a','system':'be brief','options':{'top_k':1}}");
    talk.post("m1", "hello");
    Asked call = call("turn-1");
    assertThat(talk.events(TurnStarted.class)).hasSize(1);
    assertThat(call.key()).isEqualTo(talk.id() + "/turn-1/1");
    assertThat(call.body().at("/messages/0/content").asText()).isEqualTo("be brief");
    assertThat(call.body().at("/messages/1/content").asText()).isEqualTo("hello");
    assertThat(call.body().at("/options/top_k").asInt()).isEqualTo(1);
    call.answer("hi");
    assertThat(talk.awaitOver("m1").status()).isEqualTo(Status.ANSWERED);
    talk.post("m2", "and?");
    Asked second = call("turn-3");
    assertThat(second.body().path("messages")).hasSize(4);
    assertThat(second.body().at("/messages/2/content").asText()).isEqualTo("hi");
    assertThat(talk.transcript().entries())
        .extracting(TranscriptEntry::content)
        .containsExactly("hello", "hi", "and?");
    assertThat(talk.transcript().entries().get(1).replyTo()).isEqualTo(1);
  }

  @Test
  void the_same_request_again_is_answered_as_the_first_time() {
    TestConversation talk = begin("{'model':'a'}");
    assertThat(talk.create("{'model':'a'}")).isInstanceOf(ConversationReply.Done.class);
    assertThat(talk.create("{'model':'b'}"))
        .isEqualTo(new Refused(Why.CONFLICT, "the key was used for another request"));
    talk.post("m1", "hello");
    talk.post("m1", "hello");
    assertThat(talk.post("m1", "other")).isInstanceOf(Refused.class);
    call("turn-1").answer("hi");
    talk.awaitOver("m1");
    assertThat(talk.post("m1", "hello")).isInstanceOf(ConversationReply.Done.class);
    assertThat(talk.transcript().entries()).hasSize(2);
    assertThat(process().inference().asked()).hasSize(1);
  }

  @Test
  void what_is_not_there_is_not_found_and_leaves_memory() {
    TestConversation talk =
        TestConversation.start(process(), UUID.randomUUID().toString(), SETTINGS);
    assertThat(talk.post("m1", "hello"))
        .isEqualTo(new Refused(Why.UNKNOWN, "conversation '" + talk.id() + "' not found"));
    talk.awaitPassivation();
    assertThat(talk.create("{'window':1}")).isInstanceOf(Refused.class);
    talk.awaitPassivation();
    assertThat(talk.events()).isEmpty();
  }

  @Test
  void a_crash_in_mid_turn_begins_it_again_as_attempt_2_and_a_second_one_fails_it() {
    TestConversation before = begin("{'model':'a'}");
    before.post("m1", "hello to you");
    before.post("m2", "next");
    call("turn-1").begin("Hel");
    assertThat(before.message("m1").reissued()).isZero();
    TestConversation after = afterCrash(before);
    assertThat(call("turn-1").attempt()).isEqualTo(2);
    assertThat(after.message("m1"))
        .extracting(
            TranscriptEntry::attempt, TranscriptEntry::reissued, TranscriptEntry::tokensLost)
        .containsExactly(2, 1, 3L);
    TestConversation again = afterCrash(after);
    TranscriptEntry lost = again.awaitOver("m1");
    assertThat(lost.status()).isEqualTo(Status.FAILED);
    assertThat(lost.error()).isEqualTo("attempt 2 was lost with its process too");
    call("turn-2").answer("the queue goes on");
    assertThat(again.awaitOver("m2").status()).isEqualTo(Status.ANSWERED);
  }

  @Test
  void a_crash_between_turns_costs_nothing() {
    TestConversation before = begin("{'model':'a'}");
    before.post("m1", "hello");
    call("turn-1").answer("hi");
    before.awaitOver("m1");
    TestConversation after = afterCrash(before);
    after.post("m2", "more");
    assertThat(call("turn-3").attempt()).isEqualTo(1);
    assertThat(process().inference().asked()).hasSize(1);
  }

  @Test
  void a_call_that_still_runs_here_is_taken_up_again_and_not_paid_for_twice() {
    TestConversation before = begin("{'model':'a'}");
    before.post("m1", "hello");
    Asked call = call("turn-1");
    before.stop();
    TestConversation after = TestConversation.start(process(), before.id(), SETTINGS);
    after.post("m2", "a command that wakes it"); // must not begin the call a second time
    call.answer("hi");
    assertThat(after.awaitOver("m1").attempt()).isEqualTo(1);
    call("turn-2");
    assertThat(process().inference().asked()).hasSize(2);
  }

  @Test
  void an_interrupted_turn_is_aborted_and_the_new_message_has_its_own() {
    TestConversation talk = begin("{'model':'a','onBusy':'interrupt'}");
    talk.post("m1", "long story");
    Asked first = call("turn-1");
    first.begin("Once upon");
    talk.post("m2", "stop");
    Awaitility.await().until(first::isAborted);
    call("turn-2").answer("stopped");
    talk.awaitOver("m2");
    assertThat(talk.message("m1").status()).isEqualTo(Status.INTERRUPTED);
    assertThat(talk.transcript().entries())
        .extracting(TranscriptEntry::content)
        .containsExactly("long story", "stop", "stopped");
  }

  @Test
  void a_pattern_answers_as_a_child_and_only_its_answer_is_in_the_history() {
    TestConversation talk = begin("{'pattern':'chain','models':['a'],'system':'be brief'}");
    talk.post("m1", "hello");
    for (String step : new String[] {"a", "b", "c"}) {
      Asked call = call(step);
      assertThat(call.key()).startsWith(ChildIds.of(talk.id(), "m1", 1));
      call.answer("said " + step);
    }
    TranscriptEntry message = talk.awaitOver("m1");
    assertThat(message.child()).isEqualTo(ChildIds.of(talk.id(), "m1", 1));
    assertThat(talk.transcript().entries())
        .extracting(TranscriptEntry::content)
        .containsExactly("hello", "said c");
    assertThat(call1Messages(talk)).isEqualTo("be brief");
  }

  private String call1Messages(TestConversation talk) {
    return talk.children()
        .of(ChildIds.of(talk.id(), "m1", 1))
        .awaitEnd()
        .run()
        .request()
        .at("/messages/0/content")
        .asText();
  }

  @Test
  void after_a_crash_the_same_child_is_taken_up_and_nothing_of_it_is_paid_for_twice() {
    TestConversation before = begin("{'pattern':'chain','models':['a']}");
    before.post("m1", "hello");
    call("a").answer("one");
    call("b");
    String child = ChildIds.of(before.id(), "m1", 1);
    before.children().of(child).stop();
    TestConversation after = afterCrash(before);
    call("b").answer("two");
    call("c").answer("three");
    TranscriptEntry message = after.awaitOver("m1");
    assertThat(message.status()).isEqualTo(Status.ANSWERED);
    assertThat(message.attempt()).isEqualTo(1);
    assertThat(process().inference().asked()).extracting(Asked::step).containsExactly("b", "c");
    assertThat(after.events(TurnStarted.class)).hasSize(1);
  }

  @Test
  void an_interrupted_child_is_cancelled() {
    TestConversation talk = begin("{'pattern':'chain','models':['a'],'onBusy':'interrupt'}");
    talk.post("m1", "hello");
    Asked first = call("a");
    talk.post("m2", "{'content':'stop','pattern':'none'}");
    Awaitility.await().until(first::isAborted);
    call("turn-2").answer("ok");
    talk.awaitOver("m2");
    talk.children().of(ChildIds.of(talk.id(), "m1", 1)).awaitEnd();
  }

  /** The summary that is made once there is more than a window. */
  private int fill(TestConversation talk) {
    for (int i = 0; i < 3; i++) {
      talk.post("m" + i, ("q" + i + " ").repeat(80));
      call("turn-" + (2 * i + 1)).answer(("a" + i + " ").repeat(80));
      talk.awaitOver("m" + i);
    }
    Open busy = talk.await(open -> open.compaction() != null);
    return Objects.requireNonNull(busy.compaction()).through();
  }

  @Test
  void a_crash_while_a_summary_is_made_is_in_the_receipt_with_its_prompt() {
    TestConversation before = begin("{'model':'a'}");
    String summary = "summary-" + fill(before);
    long characters = 0;
    for (JsonNode message : call(summary).body().path("messages")) {
      characters += message.path("content").asText().length();
    }
    assertThat(before.transcript().summaries()).isEqualTo(Receipt.CLEAN);
    TestConversation after = afterCrash(before);
    Asked again = call(summary);
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(after.transcript().summaries()).isEqualTo(new Receipt(1, characters / 4, 0));
    again.answer("in short");
    after.await(open -> open.memory().summary().equals("in short"));
    assertThat(after.transcript().entries())
        .as("no turn was lost")
        .allMatch(entry -> entry.reissued() == 0);
  }

  @Test
  void what_is_older_is_summed_up_and_the_next_turn_is_shown_the_summary() {
    TestConversation talk = begin("{'model':'a'}");
    int through = fill(talk);
    Asked summary = call("summary-" + through);
    assertThat(summary.body().at("/messages/1/content").asText())
        .contains("User: q0 q0", "Assistant: a0")
        .doesNotContain("a2");
    summary.answer("they said q and a");
    talk.await(open -> open.memory().summary().equals("they said q and a"));
    talk.post("last", "so?");
    Asked turn = call("turn-7");
    assertThat(turn.body().at("/messages/0/content").asText()).contains("they said q and a");
    assertThat(turn.body().toString()).doesNotContain("q0");
    assertThat(talk.transcript().entries()).as("the history keeps all").hasSize(7);
  }

  @Test
  void a_deleted_conversation_stops_its_model_and_is_never_found_again() {
    TestConversation talk = begin("{'model':'a'}");
    talk.post("m1", "hello");
    Asked call = call("turn-1");
    call.begin("Hel");
    assertThat(talk.forget()).isInstanceOf(ConversationReply.Done.class);
    Awaitility.await().until(call::isAborted);
    talk.awaitPassivation();
    assertThat(talk.post("m2", "still there?")).isInstanceOf(Refused.class);
    TestConversation woken = afterCrash(talk);
    assertThat(woken.post("m3", "and now?"))
        .isEqualTo(new Refused(Why.UNKNOWN, "conversation '" + talk.id() + "' not found"));
    assertThat(woken.forget())
        .as("erasing may be asked for again")
        .isInstanceOf(ConversationReply.Done.class);
  }

  @Test
  void an_idle_conversation_leaves_memory_and_one_with_a_turn_stays() {
    TestConversation talk = begin("{'model':'a'}");
    talk.awaitPassivation();
    talk.post("m1", "hello");
    Asked call = call("turn-1");
    talk.shard().expectNoMessage(Duration.ofMillis(200));
    call.answer("hi");
    talk.awaitPassivation();
  }

  @Test
  void a_long_conversation_comes_back_from_its_snapshot() {
    TestConversation talk = begin("{'model':'a'}");
    for (int i = 0; i < 8; i++) {
      talk.post("m" + i, "q");
      call("turn-" + (2 * i + 1)).answer("a");
      talk.awaitOver("m" + i);
    }
    TestConversation after = afterCrash(talk);
    assertThat(after.post("m3", "q")).isInstanceOf(ConversationReply.Done.class);
    after.post("m8", "more");
    assertThat(call("turn-17").body().path("messages")).hasSize(17);
  }

  @Test
  void a_planned_move_is_no_lost_attempt() {
    TestConversation talk = begin("{'model':'a'}");
    talk.post("m1", "hello");
    call("turn-1").begin("Hel");
    for (int i = 0; i < 3; i++) {
      talk.leave();
      another();
      talk = TestConversation.start(process(), talk.id(), SETTINGS);
      assertThat(call("turn-1").attempt()).isEqualTo(1);
    }
    afterCrash(talk);
    assertThat(call("turn-1").attempt()).as("a crash is").isEqualTo(2);
  }

  @Test
  void a_move_that_comes_back_at_once_takes_its_call_up_again() {
    TestConversation before = begin("{'model':'a'}");
    before.post("m1", "hello");
    Asked call = call("turn-1");
    before.leave();
    TestConversation after = TestConversation.start(process(), before.id(), SETTINGS);
    call.answer("hi");
    assertThat(after.awaitOver("m1").attempt()).isEqualTo(1);
    assertThat(process().inference().asked()).hasSize(1);
  }

  @Test
  void one_that_is_told_something_on_its_way_out_wants_to_be_in_memory_again() {
    TestConversation talk = begin("{'model':'a'}");
    talk.leave();
    assertThat(member().woken()).doesNotContain(talk.id());
    TestConversation again = TestConversation.start(process(), talk.id(), SETTINGS);
    again.awaitPassivation();
    again.post("m1", "hello"); // its shard has let it go by then
    call("turn-1");
    again.leave();
    assertThat(member().woken()).contains(talk.id());
  }

  @Test
  void one_message_is_read_from_its_place_on_and_a_reading_holds_no_ids() {
    TestConversation talk = begin("{'model':'a'}");
    long after = 0;
    for (int i = 0; i < 3; i++) {
      after = ((ConversationReply.Done) talk.post("m" + i, "q" + i)).after();
      call("turn-" + (2 * i + 1)).answer("a" + i);
      talk.awaitOver("m" + i);
    }
    assertThat(talk.open().known()).isEmpty();
    assertThat(((ConversationReply.Done) talk.post("m2", "q2")).after())
        .as("taken before")
        .isZero();
    ConversationHistory history = member().conversations();
    for (long from : new long[] {0, after}) {
      assertThat(history.turn(talk.id(), "m2", from).toCompletableFuture().join().entries())
          .extracting(TranscriptEntry::content)
          .containsExactly("q2", "a2");
    }
    assertThat(history.turn(talk.id(), "m1", after).toCompletableFuture().join().entries())
        .as("what is older is not read")
        .isEmpty();
  }
}
