package io.llmcluster.patterns.retention;

import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.conversation.ConversationFilter;
import io.llmcluster.patterns.conversation.ConversationPage;
import io.llmcluster.patterns.conversation.ConversationReply;
import io.llmcluster.patterns.conversation.ConversationSummary;
import io.llmcluster.patterns.history.WorkflowFilter;
import io.llmcluster.patterns.history.WorkflowPage;
import io.llmcluster.patterns.history.WorkflowStatus;
import io.llmcluster.patterns.history.WorkflowSummary;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Erases what is over and old, the oldest first, as much of it at a time as is allowed. */
public final class Expiry {

  private static final Set<WorkflowStatus> OVER =
      EnumSet.of(WorkflowStatus.COMPLETED, WorkflowStatus.FAILED, WorkflowStatus.CANCELLED);

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

  /** What one look has erased. */
  public record Erased(int workflows, int conversations) {}

  /**
   * Looks once. What has begun to run again meanwhile is left alone.
   *
   * @return fails if the store is away; then some may be erased already
   */
  public CompletionStage<Erased> sweep() {
    long before = clock.millis() - settings.after().toMillis();
    return conversations(before)
        .thenCompose(talks -> workflows(before).thenApply(runs -> new Erased(runs, talks)));
  }

  private CompletionStage<Integer> workflows(long before) {
    WorkflowFilter filter = new WorkflowFilter(OVER, "", "", before, Long.MIN_VALUE);
    return workflows
        .list(filter, 0, 0)
        .thenCompose(all -> workflows.list(filter, oldest(all.total()), settings.batch()))
        .thenApply(WorkflowPage::workflows)
        .thenCompose(
            page ->
                each(
                    page.stream()
                        .filter(one -> one.changedAt() < before)
                        .map(WorkflowSummary::id)
                        .toList(),
                    workflows::erase));
  }

  private CompletionStage<Integer> conversations(long before) {
    ConversationFilter filter = new ConversationFilter(ConversationFilter.State.IDLE, before);
    return conversations
        .list(filter, 0, 0)
        .thenCompose(all -> conversations.list(filter, oldest(all.total()), settings.batch()))
        .thenApply(ConversationPage::conversations)
        .thenCompose(
            page ->
                each(
                    page.stream().map(ConversationSummary::id).toList(),
                    id ->
                        conversations
                            .eraseIdle(id)
                            .thenApply(reply -> reply instanceof ConversationReply.Done)));
  }

  /** Lists begin with the newest. */
  private int oldest(int total) {
    return Math.max(0, total - settings.batch());
  }

  /** One after the other; how many. */
  private static CompletionStage<Integer> each(
      List<String> ids, Function<String, CompletionStage<Boolean>> erase) {
    CompletionStage<Integer> erased = CompletableFuture.completedStage(0);
    for (String id : ids) {
      erased =
          erased.thenCompose(
              count ->
                  erase.apply(id).thenApply(done -> Boolean.TRUE.equals(done) ? count + 1 : count));
    }
    return erased;
  }
}
