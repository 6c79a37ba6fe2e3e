package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.conversation.ConversationEvent.CompactionStarted;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnAnswered;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnFailed;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnInterrupted;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnStarted;
import io.llmcluster.patterns.conversation.ConversationReply.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Talks talk = new Talks(OnBusy.ENQUEUE);

  private static CallResult failed(boolean retryable) {
    return new CallResult.Failed("no", retryable);
  }

  private Work work() {
    return Objects.requireNonNull(talk.open().turn()).work();
  }

  private void lose() {
    talk.record(talk.turns().onLoss(talk.open(), work()));
  }

  @Test
  void one_turn_runs_at_a_time_and_the_next_message_has_its_own_after_it() {
    talk.post("one");
    talk.post("two");
    assertThat(talk.open().queue()).hasSize(1);
    talk.answer("first");
    assertThat(work()).isEqualTo(new Work.Answering(2, 1));
    talk.answer("second");
    assertThat(talk.open().memory().messages())
        .extracting(Memory.Kept::content)
        .containsExactly("one", "first", "two", "second");
    assertThat(talk.open().last()).isEqualTo(4);
  }

  @Test
  void a_lost_turn_is_begun_again_once_and_then_fails() {
    talk.post("one");
    lose();
    assertThat(talk.last()).isEqualTo(new TurnStarted(1, 2, "m", "", 0, true, 5, 0));
    lose();
    assertThat(talk.last())
        .isEqualTo(new TurnFailed(1, 2, "attempt 2 was lost with its process too", 5));
    assertThat(talk.open().memory().messages()).as("the message stays").hasSize(1);
  }

  @Test
  void a_failed_call_is_made_again_once_unless_it_would_fail_again() {
    talk.post("one");
    talk.result(work(), failed(true));
    assertThat(talk.last()).isEqualTo(new TurnStarted(1, 2, "m", "", 0, false, 5, 0));
    talk.result(work(), failed(true));
    assertThat(talk.last()).isEqualTo(new TurnFailed(1, 2, "no", 5));
    talk.post("two");
    talk.result(work(), failed(false));
    assertThat(talk.last()).isEqualTo(new TurnFailed(2, 1, "no", 5));
  }

  @Test
  void what_a_loss_cost_is_the_prompt_and_a_failure_costs_no_tokens_that_are_known() {
    talk.post("q".repeat(40));
    talk.result(work(), failed(true));
    assertThat(((TurnStarted) talk.last()).tokensLost()).isZero();
    lose();
    assertThat(((TurnStarted) talk.last()).tokensLost()).isEqualTo(10);
  }

  @Test
  void an_empty_answer_is_a_failed_attempt() {
    talk.post("one");
    talk.answer(" \n");
    assertThat(talk.last()).isEqualTo(new TurnStarted(1, 2, "m", "", 0, false, 5, 0));
    talk.answer("");
    assertThat(talk.last())
        .isEqualTo(new TurnFailed(1, 2, "the answer was empty (doneReason: stop)", 5));
    assertThat(talk.open().memory().messages()).extracting(Memory.Kept::role).containsOnly("user");
    talk.post("x", "two", "debate");
    talk.answer("");
    assertThat(talk.last())
        .as("a pattern has had its own retries")
        .isEqualTo(new TurnFailed(2, 1, "the answer was empty (doneReason: stop)", 5));
  }

  @Test
  void an_empty_answer_of_an_attempt_that_was_lost_is_old_news() {
    talk.post("one");
    Work first = work();
    lose();
    talk.result(first, Talks.answered(""));
    assertThat(work()).isEqualTo(new Work.Answering(1, 2));
  }

  @Test
  void a_loss_uses_up_no_retry_and_a_failure_no_loss() {
    talk.post("one");
    talk.result(work(), failed(true));
    lose();
    assertThat(talk.last()).isEqualTo(new TurnStarted(1, 3, "m", "", 0, true, 5, 0));
    talk.result(work(), failed(true));
    assertThat(talk.last()).isEqualTo(new TurnFailed(1, 3, "no", 5));
    talk.post("two");
    lose();
    talk.result(work(), failed(true));
    assertThat(talk.last()).isEqualTo(new TurnStarted(2, 3, "m", "", 0, false, 5, 0));
    lose();
    assertThat(talk.last())
        .isEqualTo(new TurnFailed(2, 3, "attempt 3 was lost with its process too", 5));
  }

  @Test
  void the_first_result_stands_from_whichever_attempt() {
    talk.post("one");
    Work first = work();
    lose();
    talk.result(first, failed(true));
    assertThat(work()).as("its failure is old news").isEqualTo(new Work.Answering(1, 2));
    talk.result(first, Talks.answered("late but first"));
    assertThat(((TurnAnswered) talk.last()).attempt()).isEqualTo(1);
    int before = talk.events.size();
    talk.result(new Work.Answering(1, 2), Talks.answered("again"));
    assertThat(talk.events).hasSize(before);
  }

  @Test
  void a_pattern_answers_under_an_id_made_of_the_conversation_and_the_message() {
    talk.post("x", "one", "debate");
    TurnStarted started = (TurnStarted) talk.last();
    assertThat(started.child()).isEqualTo(ChildIds.of("c", "x", 1)).matches("wf-[0-9a-f]{24}");
    assertThat(started.model()).isEmpty();
    assertThat(ChildIds.of("c", "y", 1)).isNotEqualTo(started.child());
    talk.result(work(), failed(true));
    assertThat(talk.last()).as("it is durable itself").isInstanceOf(TurnFailed.class);
  }

  @Test
  void an_interrupted_turn_keeps_its_message_and_its_late_answer_is_nothing() {
    Talks busy = new Talks(OnBusy.INTERRUPT);
    busy.post("one");
    Work first = new Work.Answering(1, 1);
    busy.post("two");
    assertThat(busy.events).contains(new TurnInterrupted(1, 5));
    assertThat(busy.open().work()).containsExactly(new Work.Answering(2, 1));
    busy.result(first, Talks.answered("late"));
    busy.answer("second");
    assertThat(busy.open().memory().messages())
        .extracting(Memory.Kept::content)
        .containsExactly("one", "two", "second");
  }

  @Test
  void a_busy_conversation_may_refuse() {
    Talks busy = new Talks(OnBusy.REJECT);
    busy.post("one");
    Posting refused = busy.post("two");
    assertThat(refused.refused().orElseThrow().why()).isEqualTo(Why.CONFLICT);
    assertThat(refused.refused().orElseThrow().reason()).startsWith("message 'm1' is being");
    busy.answer("first");
    assertThat(busy.post("three").refused()).isEmpty();
  }

  @Test
  void the_queue_is_bounded() {
    talk.post("runs");
    talk.post("waits");
    talk.post("waits too");
    assertThat(talk.post("one too many").refused().orElseThrow())
        .isEqualTo(
            new ConversationReply.Refused(
                Why.FULL, "2 messages wait already (expected: at most 2), please try again"));
    talk.answer("first");
    assertThat(talk.post("fits again").refused()).isEmpty();
  }

  @Test
  void a_conversation_is_bounded() {
    for (int i = 0; i < 20; i++) {
      assertThat(talk.post("m").refused()).isEmpty();
      talk.answer("a");
    }
    assertThat(talk.post("one too many").refused().orElseThrow().reason())
        .startsWith("the conversation is full (expected: at most 20 messages");
  }

  @Test
  void the_same_message_again_is_nothing_new_and_another_one_under_its_id_a_conflict() {
    talk.post("x", "one", "none");
    int before = talk.events.size();
    assertThat(talk.post("x", "one", "none").refused()).isEmpty();
    assertThat(talk.events).hasSize(before);
    assertThat(talk.post("x", "other", "none").refused().orElseThrow())
        .isEqualTo(
            new ConversationReply.Refused(
                Why.CONFLICT, "messageId: x was used for another message"));
  }

  /** Turns of 100 tokens, until a window of 256 is exceeded. */
  private CompactionStarted fill() {
    while (talk.open().compaction() == null) {
      talk.post("q".repeat(200));
      talk.answer("a".repeat(200));
    }
    return (CompactionStarted) talk.last();
  }

  @Test
  void what_is_older_becomes_a_summary_beside_the_turns() {
    CompactionStarted started = fill();
    talk.post("meanwhile");
    talk.result(new Work.Summarizing(started.through(), 1), Talks.answered("in short"));
    assertThat(talk.open().memory().summary()).isEqualTo("in short");
    assertThat(talk.open().memory().covered()).isEqualTo(started.through());
    assertThat(talk.open().turn()).isNotNull();
    talk.answer("fine");
    assertThat(talk.open().memory().messages()).extracting(Memory.Kept::content).contains("fine");
  }

  @Test
  void a_summary_that_fails_or_is_empty_leaves_a_truncated_memory() {
    CompactionStarted started = fill();
    talk.result(new Work.Summarizing(started.through(), 1), Talks.answered("  "));
    assertThat(talk.last())
        .isEqualTo(new ConversationEvent.Truncated(started.through(), "the summary was empty", 5));
    assertThat(talk.open().memory().truncated()).isTrue();
    assertThat(talk.open().compaction()).isNull();
    assertThat(talk.open().memory().exceeds(new Memory.Room(256, 100))).isFalse();
  }

  @Test
  void a_memory_that_overflows_before_its_summary_is_truncated_and_the_summary_comes_too_late() {
    CompactionStarted started = fill();
    for (int i = 0; i < 10; i++) {
      talk.post("q".repeat(250));
      talk.answer("a".repeat(250));
    }
    assertThat(talk.events.stream().filter(ConversationEvent.Truncated.class::isInstance))
        .isNotEmpty();
    assertThat(talk.open().memory().tokens()).isLessThan(4 * 256);
    Memory before = talk.open().memory();
    talk.result(new Work.Summarizing(started.through(), 1), Talks.answered("late"));
    assertThat(talk.open().memory()).isEqualTo(before);
  }

  @Test
  void a_summary_has_a_quarter_of_the_window() {
    CompactionStarted started = fill();
    talk.result(new Work.Summarizing(started.through(), 1), Talks.answered("s".repeat(10_000)));
    assertThat(talk.open().memory().summary()).hasSize(256);
  }

  @Test
  void a_lost_summary_is_begun_again_once() {
    CompactionStarted started = fill();
    assertThat(started.reissued()).isFalse();
    Work first = new Work.Summarizing(started.through(), 1);
    talk.record(talk.turns().onLoss(talk.open(), first));
    assertThat(talk.last())
        .isEqualTo(new CompactionStarted(started.through(), 2, 5, true, promptTokens(started)));
    talk.record(talk.turns().onLoss(talk.open(), new Work.Summarizing(started.through(), 2)));
    assertThat(talk.last()).isInstanceOf(ConversationEvent.Truncated.class);
  }

  private long promptTokens(CompactionStarted started) {
    return Summaries.prompt(talk.open(), started.through()).stream()
            .mapToLong(message -> message.content().length())
            .sum()
        / 4;
  }

  @Test
  void what_was_let_go_is_begun_again_under_its_number() {
    CompactionStarted started = fill();
    talk.post("one");
    int message = ((Work.Answering) work()).message();
    talk.record(talk.turns().onLeave(talk.open()));
    Work summary = new Work.Summarizing(started.through(), 1);
    List<ConversationEvent> again = new ArrayList<>(talk.turns().onLoss(talk.open(), work()));
    again.addAll(talk.turns().onLoss(talk.open(), summary));
    assertThat(again)
        .containsExactly(
            new TurnStarted(
                message,
                1,
                "m",
                "",
                talk.open().memory().window(new Memory.Room(256, 100)).leftOut(),
                true,
                5,
                talk.open().memory().window(new Memory.Room(256, 100)).messages().stream()
                        .mapToLong(kept -> kept.content().length())
                        .sum()
                    / 4),
            new CompactionStarted(started.through(), 1, 5, true, promptTokens(started)));
    talk.record(again);
    lose();
    assertThat(((TurnStarted) talk.last()).attempt()).as("a loss counts again").isEqualTo(2);
  }

  @Test
  void what_is_durable_itself_is_not_let_go() {
    talk.post("x", "one", "debate");
    assertThat(talk.turns().onLeave(talk.open())).isEmpty();
  }

  @Test
  void what_an_erasure_left_that_was_cut_off_is_no_conversation_and_stays_deleted() {
    ConversationState left =
        ConversationFold.apply(new ConversationState.Absent(), new TurnFailed(1, 1, "no", 5));
    assertThat(left).isEqualTo(new ConversationState.Absent());
    assertThat(ConversationFold.apply(left, new ConversationEvent.ConversationDeleted(6)))
        .isEqualTo(new ConversationState.Deleted());
  }
}
