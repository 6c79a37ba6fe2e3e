package io.llmcluster.gateway.workflow;

import io.llmcluster.gateway.pattern.WorkflowAnswers;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.Workflows.WorkflowNews;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;

/** Reads decompositions, and waits for news of them. */
final class Reading {

  /**
   * A decomposition as it was read.
   *
   * @param sequenceNr of its last event
   */
  record Read(Decomposition now, boolean isOver, WorkflowState state, long sequenceNr) {

    String version() {
      return "\"" + now.version(sequenceNr) + "\"";
    }
  }

  private final Workflows workflows;
  private final WorkflowAnswers answers;
  private final Materializer materializer;
  private final Clock clock;

  Reading(Workflows workflows, WorkflowAnswers answers, Materializer materializer, Clock clock) {
    this.workflows = workflows;
    this.answers = answers;
    this.materializer = materializer;
    this.clock = clock;
  }

  /** As it stands; fails with {@link WireException} 404 for any other workflow. */
  CompletionStage<Read> now(String id) {
    return answers.read(id).thenApply(past -> read(id, past));
  }

  /** When it has ended, or the time is over, or the client has gone. */
  CompletionStage<Read> ended(Exchange exchange, String id, Duration wait) {
    return answers.read(exchange, id, wait).thenApply(past -> read(id, past));
  }

  /** When there is a plan, or a word about it is awaited, or the time is over. */
  CompletionStage<Read> planned(Exchange exchange, String id, Duration wait) {
    return now(id)
        .thenCompose(
            read ->
                read.now().isPlanned() || read.isOver() || wait.isZero()
                    ? CompletableFuture.completedStage(read)
                    : news(exchange, id, read, wait, Reading::isPlan).thenCompose(done -> now(id)));
  }

  /** When it is not that version any more, or the time is over. */
  CompletionStage<Read> changed(Exchange exchange, String id, String version, Duration wait) {
    return now(id)
        .thenCompose(
            read ->
                !read.version().equals(version) || read.isOver() || wait.isZero()
                    ? CompletableFuture.completedStage(read)
                    : news(exchange, id, read, untilExpiry(read, wait), event -> true)
                        .thenCompose(done -> now(id)));
  }

  /** The end of a lease is no event. */
  private Duration untilExpiry(Read read, Duration wait) {
    long left = read.now().nextExpiry() - clock.millis();
    return left < wait.toMillis() ? Duration.ofMillis(Math.max(1, left + 1)) : wait;
  }

  private CompletionStage<?> news(
      Exchange exchange, String id, Read read, Duration wait, Predicate<WorkflowEvent> wanted) {
    return exchange
        .whileClientStays(workflows.follow(id, read.sequenceNr()))
        .filter(
            news ->
                news instanceof WorkflowNews.Recorded recorded
                    && wanted.test(recorded.event().event()))
        .take(1)
        .takeWithin(wait)
        .runWith(Sink.ignore(), materializer);
  }

  private static boolean isPlan(WorkflowEvent event) {
    return event instanceof WorkflowEvent.DecisionMade
        || event instanceof WorkflowEvent.InputRequested;
  }

  private Read read(String id, Past past) {
    String pattern =
        past.state() instanceof Live live
            ? live.definition().pattern()
            : ((Ended) past.state()).definition().pattern();
    if (!pattern.equals(Decomposition.PATTERN)) {
      throw new WireException(
          404,
          "workflow '" + id + "' has no tasks (expected: GET /api/patterns/execution/" + id + ")");
    }
    return new Read(
        new Decomposition(id, past.state(), workflows.patterns(), clock.millis()),
        past.state() instanceof Ended,
        past.state(),
        past.sequenceNr());
  }
}
