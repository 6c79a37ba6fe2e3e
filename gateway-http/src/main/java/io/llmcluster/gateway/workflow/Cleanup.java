package io.llmcluster.gateway.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.Age;
import io.llmcluster.gateway.pattern.ExecutionView;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Failures;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.history.WorkflowFilter;
import io.llmcluster.patterns.history.WorkflowStatus;
import io.llmcluster.patterns.history.WorkflowSummary;
import io.llmcluster.patterns.request.RequestFields;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Erases workflows that ended some time ago, for good, and says which. */
final class Cleanup {

  private static final Set<WorkflowStatus> OVER =
      EnumSet.of(WorkflowStatus.COMPLETED, WorkflowStatus.FAILED, WorkflowStatus.CANCELLED);

  /** Workflows that one call erases, so that it ends in time. */
  private static final int MOST = 1000;

  /** Failures after which no more is tried: the store is away, and each try takes its time. */
  private static final int MOST_FAILURES = 5;

  private static final String ANY = "any";

  private final Workflows workflows;
  private final JsonBody bodies;
  private final Clock clock;

  Cleanup(Workflows workflows, JsonBody bodies, Clock clock) {
    this.workflows = workflows;
    this.bodies = bodies;
    this.clock = clock;
  }

  CompletionStage<HttpResponse> cleanup(Exchange exchange) {
    return bodies.read(exchange).thenCompose(body -> cleanup(exchange.id(), body));
  }

  private CompletionStage<HttpResponse> cleanup(String requestId, ObjectNode body) {
    RequestFields fields = new RequestFields(body);
    long before = clock.millis() - age(fields.get("olderThan")).toMillis();
    boolean dryRun = fields.flag("dryRun", false);
    String pattern = fields.text("pattern", Decomposition.PATTERN);
    WorkflowFilter filter =
        new WorkflowFilter(
            states(fields),
            pattern.equals(ANY) ? "" : pattern,
            "",
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            before);
    return workflows
        .list(filter, 0, MOST)
        .thenCompose(
            page ->
                (dryRun
                        ? CompletableFuture.completedStage(Erased.all(page.workflows()))
                        : erase(requestId, page.workflows()))
                    .thenApply(some -> JsonBody.answer(200, told(dryRun, page.total(), some))));
  }

  private static ObjectNode told(boolean dryRun, int matching, Erased erased) {
    ObjectNode answer =
        JsonBody.JSON.createObjectNode().put("dryRun", dryRun).put("matching", matching);
    ArrayNode list = answer.putArray(dryRun ? "wouldDelete" : "deleted");
    for (WorkflowSummary one : erased.done()) {
      list.addObject()
          .put("id", one.id())
          .put("pattern", one.pattern())
          .put("status", one.status().id())
          .put("endedAt", ExecutionView.time(one.changedAt()));
    }
    ArrayNode failed = answer.putArray("failed");
    erased
        .failed()
        .forEach((one, reason) -> failed.addObject().put("id", one.id()).put("reason", reason));
    if (!dryRun) {
      answer.put("notTried", matching - erased.done().size() - erased.failed().size());
    }
    return answer;
  }

  /** What became of those that were to be erased. */
  private record Erased(List<WorkflowSummary> done, Map<WorkflowSummary, String> failed) {

    static Erased all(List<WorkflowSummary> done) {
      return new Erased(done, Map.of());
    }

    private Erased put(
        String requestId,
        WorkflowSummary one,
        @Nullable Boolean erased,
        @Nullable Throwable failure) {
      if (failure != null) {
        failed.put(one, Failures.told(requestId, failure));
      } else if (Boolean.TRUE.equals(erased)) {
        done.add(one);
      } else {
        failed.put(one, "it was opened again");
      }
      return this;
    }
  }

  /** One after the other; one that was opened again meanwhile is left alone. */
  private CompletionStage<Erased> erase(String requestId, List<WorkflowSummary> all) {
    CompletionStage<Erased> erased =
        CompletableFuture.completedStage(new Erased(new ArrayList<>(), new LinkedHashMap<>()));
    for (WorkflowSummary one : all) {
      erased = erased.thenCompose(before -> erase(requestId, one, before));
    }
    return erased;
  }

  private CompletionStage<Erased> erase(String requestId, WorkflowSummary one, Erased before) {
    return before.failed().size() >= MOST_FAILURES
        ? CompletableFuture.completedStage(before)
        : workflows
            .erase(one.id())
            .handle((done, failure) -> before.put(requestId, one, done, failure));
  }

  private static Set<WorkflowStatus> states(RequestFields fields) {
    Set<WorkflowStatus> states = EnumSet.noneOf(WorkflowStatus.class);
    for (String name : fields.texts("states", OVER.size())) {
      states.add(
          WorkflowStatus.of(name)
              .filter(WorkflowStatus::isOver)
              .orElseThrow(
                  () ->
                      new WireException(
                          400,
                          "states: "
                              + name
                              + " (expected: some of completed, failed, cancelled)")));
    }
    return states.isEmpty() ? OVER : states;
  }

  /** Required, so that nobody deletes everything by leaving it out. */
  private static Duration age(@Nullable JsonNode given) {
    return Age.of("olderThan", given == null ? "" : given.asText());
  }
}
