package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.conversation.ConversationState.Compaction;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.ConversationState.Turn;
import io.llmcluster.patterns.conversation.ConversationState.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** What happens next in a conversation: which turn begins, what a result or a loss means. */
final class Turns {

  /** A turn that failed is begun again once. */
  private static final int RETRIES = 1;

  /** What was lost with its process is begun again once, whether it had failed before or not. */
  private static final int LOSSES = 1;

  private final String conversation;
  private final Function<Speaker, String> model;
  private final ConversationSettings settings;
  private final long now;

  /**
   * @param model the one that answers for a speaker now
   * @param now ms since 1970
   */
  Turns(
      String conversation,
      Function<Speaker, String> model,
      ConversationSettings settings,
      long now) {
    this.conversation = conversation;
    this.model = model;
    this.settings = settings;
    this.now = now;
  }

  /** The given events, and what follows from them: both become durable in one write. */
  List<ConversationEvent> after(List<ConversationEvent> first, ConversationState before) {
    List<ConversationEvent> events = new ArrayList<>(first);
    ConversationState state = before;
    for (ConversationEvent event : first) {
      state = ConversationFold.apply(state, event);
    }
    while (state instanceof Open open) {
      Optional<ConversationEvent> next = next(open);
      if (next.isEmpty()) {
        break;
      }
      events.add(next.get());
      state = ConversationFold.apply(state, next.get());
    }
    return events;
  }

  private Optional<ConversationEvent> next(Open open) {
    Memory memory = open.memory();
    Memory.Room window = settings.room(open.definition());
    if (open.turn() == null && !open.queue().isEmpty()) {
      return Optional.of(begin(open, open.queue().get(0)));
    }
    int through = memory.compactThrough(window);
    if (through > memory.covered() && memory.overflows(window)) {
      return Optional.of(
          new ConversationEvent.Truncated(through, "the memory was full before a summary", now));
    }
    if (through > memory.covered() && memory.exceeds(window) && open.compaction() == null) {
      return Optional.of(new ConversationEvent.CompactionStarted(through, 1, now, false, 0));
    }
    return Optional.empty();
  }

  private ConversationEvent begin(Open open, Waiting message) {
    int leftOut =
        open.memory()
            .add(new Memory.Kept("user", message.content()))
            .window(settings.room(open.definition(), message.pattern(), message.patternOptions()))
            .leftOut();
    boolean alone = message.pattern().equals(ConversationDefinition.NO_PATTERN);
    return new ConversationEvent.TurnStarted(
        message.number(),
        1,
        alone ? model(open, message) : "",
        alone ? "" : ChildIds.of(conversation, message.messageId(), 1),
        leftOut,
        false,
        now,
        0);
  }

  /** What a result means; nothing if nobody waits for it any more: the first one stands. */
  List<ConversationEvent> onResult(Open open, Work work, CallResult result) {
    if (work instanceof Work.Summarizing summarizing) {
      return onSummary(open, summarizing, result);
    }
    Turn turn = open.turn();
    if (turn == null || !turn.work().step().equals(work.step())) {
      return List.of();
    }
    if (result instanceof CallResult.Answered answered && !answered.text().isBlank()) {
      return List.of(
          new ConversationEvent.TurnAnswered(
              turn.message().number(),
              open.last() + 1,
              work.attempt(),
              answered.text(),
              turn.model(),
              answered.node(),
              answered.promptTokens(),
              answered.completionTokens(),
              answered.millis(),
              answered.doneReason(),
              now));
    }
    CallResult.Failed failed =
        result instanceof CallResult.Answered empty
            ? new CallResult.Failed(
                "the answer was empty (doneReason: " + empty.doneReason() + ")", true)
            : (CallResult.Failed) result;
    if (work.attempt() != turn.attempt()) {
      return List.of();
    }
    return List.of(
        failed.retryable() && turn.failures() <= RETRIES && turn.child().isEmpty()
            ? again(open, turn, turn.attempt() + 1, false)
            : failed(turn, failed.reason()));
  }

  private List<ConversationEvent> onSummary(Open open, Work.Summarizing work, CallResult result) {
    Compaction compaction = open.compaction();
    if (compaction == null || compaction.through() != work.through()) {
      return List.of(); // the memory has moved on
    }
    if (result instanceof CallResult.Answered answered && !answered.text().isBlank()) {
      return List.of(
          new ConversationEvent.Compacted(
              work.through(),
              Summaries.cut(answered.text(), open.definition().window()),
              answered.promptTokens(),
              answered.completionTokens(),
              now));
    }
    String reason =
        result instanceof CallResult.Failed failed ? failed.reason() : "the summary was empty";
    return List.of(new ConversationEvent.Truncated(work.through(), reason, now));
  }

  /**
   * After a recovery: what does not run any more is begun again or given up.
   *
   * @param takenUp takes up a call that still runs here, or a child; false if there is none
   */
  List<ConversationEvent> onTakeUp(Open open, Predicate<Work> takenUp) {
    List<ConversationEvent> lost = new ArrayList<>();
    for (Work work : open.work()) {
      if (!takenUp.test(work)) {
        lost.addAll(onLoss(open, work));
      }
    }
    return lost;
  }

  /** Its actor leaves on purpose; what of it is durable itself needs no word. */
  List<ConversationEvent> onLeave(Open open) {
    return open.work().stream().allMatch(work -> work instanceof Work.Child)
        ? List.of()
        : List.of(new ConversationEvent.Released(now));
  }

  /** A call was lost with its process, or was let go. */
  List<ConversationEvent> onLoss(Open open, Work work) {
    Turn turn = open.turn();
    if (turn != null && turn.work().equals(work)) {
      if (open.released()) {
        return List.of(again(open, turn, turn.attempt(), true));
      }
      return List.of(
          turn.lost() < LOSSES
              ? again(open, turn, turn.attempt() + 1, true)
              : failed(turn, "attempt " + turn.attempt() + " was lost with its process too"));
    }
    Compaction compaction = open.compaction();
    if (compaction == null) {
      return List.of();
    }
    if (open.released()) {
      return List.of(again(open, compaction, compaction.attempt()));
    }
    return List.of(
        compaction.attempt() <= LOSSES
            ? again(open, compaction, compaction.attempt() + 1)
            : new ConversationEvent.Truncated(
                compaction.through(), "the summary was lost with its process", now));
  }

  private ConversationEvent again(Open open, Turn turn, int attempt, boolean reissued) {
    return new ConversationEvent.TurnStarted(
        turn.message().number(),
        attempt,
        model(open, turn.message()),
        "",
        open.memory().window(settings.room(open.definition())).leftOut(),
        reissued,
        now,
        reissued ? TurnRequests.promptTokens(open, turn, settings) : 0);
  }

  private ConversationEvent again(Open open, Compaction compaction, int attempt) {
    return new ConversationEvent.CompactionStarted(
        compaction.through(),
        attempt,
        now,
        true,
        TurnRequests.summaryTokens(open, compaction.through()));
  }

  private String model(Open open, Waiting message) {
    return model.apply(Speaker.of(open.definition(), message));
  }

  private ConversationEvent failed(Turn turn, String reason) {
    return new ConversationEvent.TurnFailed(turn.message().number(), turn.attempt(), reason, now);
  }
}
