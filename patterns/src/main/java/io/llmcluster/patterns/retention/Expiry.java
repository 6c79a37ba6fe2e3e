package io.llmcluster.patterns.retention;

import io.llmcluster.core.stream.Causes;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.conversation.ConversationFilter;
import io.llmcluster.patterns.conversation.ConversationFilter.State;
import io.llmcluster.patterns.conversation.ConversationReply;
import io.llmcluster.patterns.conversation.ConversationSummary;
import io.llmcluster.patterns.history.WorkflowFilter;
import io.llmcluster.patterns.history.WorkflowStatus;
import io.llmcluster.patterns.history.WorkflowSummary;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Erases what is over and old, the oldest first, as much of it at a time as is allowed; and what is
 * left of conversations that were deleted, if erasing them was cut off.
 */
public final class Expiry {

  private static final Set<WorkflowStatus> OVER =
      EnumSet.of(WorkflowStatus.COMPLETED, WorkflowStatus.FAILED, WorkflowStatus.CANCELLED);

  /** Failures in a row after which no more is tried: the store is away, and each takes its time. */
  private static final int MOST_FAILURES = 5;

  private final Workflows workflows;
  private final Conversations conversations;
  private final RetentionSettings settings;
  private final Clock clock;

  public Expiry(
      Workflows workflows, Conversations conversations, RetentionSettings settings, Clock clock) {
    this.workflows = workflows;
    this.conversations = conversations;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * What one look has erased.
   *
   * @param failed what could not be erased, and why: an id and a reason each
   */
  public record Erased(int workflows, int conversations, List<String> failed) {}

  /**
   * Looks once. What has begun to run again meanwhile is left alone; what cannot be erased is left
   * for the next look, and after some of that in a row so is the rest of its kind.
   *
   * @return fails if the store is away; then some may be erased already
   */
  public CompletionStage<Erased> sweep() {
    long before = clock.millis() - settings.after().toMillis();
    return conversations(new ConversationFilter(State.DELETED, halfErased()))
        .thenCompose(
            rest -> conversations(new ConversationFilter(State.IDLE, before)).thenApply(rest::plus))
        .thenCompose(
            talks ->
                workflows(before)
                    .thenApply(
                        runs ->
                            new Erased(runs.erased(), talks.erased(), talks.plus(runs).failed())));
  }

  /** Deleted so long ago, ms since 1970, that nobody is still erasing it. */
  private long halfErased() {
    return clock.millis() - settings.every().toMillis();
  }

  private CompletionStage<Tally> workflows(long before) {
    WorkflowFilter filter =
        new WorkflowFilter(OVER, "", "", Long.MAX_VALUE, Long.MIN_VALUE, before);
    return workflows
        .list(filter, 0, 0)
        .thenCompose(all -> workflows.list(filter, oldest(all.total()), settings.batch()))
        .thenCompose(
            page ->
                each(
                    page.workflows().stream().map(WorkflowSummary::id).toList(), workflows::erase));
  }

  private CompletionStage<Tally> conversations(ConversationFilter filter) {
    return conversations
        .list(filter, 0, 0)
        .thenCompose(all -> conversations.list(filter, oldest(all.total()), settings.batch()))
        .thenCompose(
            page ->
                each(
                    page.conversations().stream().map(ConversationSummary::id).toList(),
                    id ->
                        conversations
                            .eraseIdle(id)
                            .thenApply(reply -> reply instanceof ConversationReply.Done)));
  }

  /** Lists begin with the newest. */
  private int oldest(int total) {
    return Math.max(0, total - settings.batch());
  }

  /** One after the other. */
  private static CompletionStage<Tally> each(
      List<String> ids, Function<String, CompletionStage<Boolean>> erase) {
    CompletionStage<Tally> tally = CompletableFuture.completedStage(Tally.NONE);
    for (String id : ids) {
      tally =
          tally.thenCompose(
              before ->
                  before.failedInARow() < MOST_FAILURES
                      ? erase.apply(id).handle((done, failure) -> before.and(id, done, failure))
                      : CompletableFuture.completedStage(before));
    }
    return tally;
  }

  /** What became of those that were tried. */
  private record Tally(int erased, List<String> failed, int failedInARow) {

    private static final Tally NONE = new Tally(0, List.of(), 0);

    private Tally and(String id, @Nullable Boolean done, @Nullable Throwable failure) {
      if (failure != null) {
        return new Tally(
            erased,
            concat(failed, List.of(id + ": " + Causes.of(failure).getMessage())),
            failedInARow + 1);
      }
      return new Tally(Boolean.TRUE.equals(done) ? erased + 1 : erased, failed, 0);
    }

    private Tally plus(Tally more) {
      return new Tally(erased + more.erased, concat(failed, more.failed), 0);
    }

    private static List<String> concat(List<String> some, List<String> more) {
      return Stream.concat(some.stream(), more.stream()).toList();
    }
  }
}
