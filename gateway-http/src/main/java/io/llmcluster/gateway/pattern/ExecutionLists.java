package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.history.WorkflowFilter;
import io.llmcluster.patterns.history.WorkflowPage;
import io.llmcluster.patterns.history.WorkflowStatus;
import io.llmcluster.patterns.history.WorkflowSummary;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Lists of workflows, by state, pattern, tenant and age, a page at a time. */
final class ExecutionLists {

  private static final int PAGE = 50;
  private static final int LONGEST_PAGE = 1000;

  private final Workflows workflows;
  private final Clock clock;

  ExecutionLists(Workflows workflows, Clock clock) {
    this.workflows = workflows;
    this.clock = clock;
  }

  CompletionStage<HttpResponse> list(Exchange exchange) {
    WorkflowFilter filter =
        new WorkflowFilter(
            statuses(exchange.query("status")),
            exchange.query("pattern"),
            exchange.query("tenant"),
            moment(exchange, "olderThan", Long.MAX_VALUE),
            moment(exchange, "newerThan", Long.MIN_VALUE));
    int offset = exchange.number("offset", 0, 0, Integer.MAX_VALUE);
    int limit = exchange.number("limit", PAGE, 1, LONGEST_PAGE);
    return workflows
        .list(filter, offset, limit)
        .thenApply(page -> JsonBody.answer(200, view(page)));
  }

  /** When something of that age was created, ms since 1970. */
  private long moment(Exchange exchange, String parameter, long otherwise) {
    String age = exchange.query(parameter);
    return age.isEmpty() ? otherwise : clock.millis() - Age.of(parameter, age).toMillis();
  }

  /** Several, with commas between them. */
  static Set<WorkflowStatus> statuses(String text) {
    Set<WorkflowStatus> statuses = new LinkedHashSet<>();
    for (String name : text.split(",")) {
      if (!name.isBlank()) {
        statuses.add(
            WorkflowStatus.of(name.strip())
                .orElseThrow(
                    () ->
                        new WireException(
                            400,
                            "status: "
                                + name
                                + " (expected: some of running, waiting_input, paused, completed,"
                                + " failed, cancelled)")));
      }
    }
    return statuses;
  }

  private static ObjectNode view(WorkflowPage page) {
    ObjectNode view = JsonBody.JSON.createObjectNode();
    ArrayNode list = view.putArray("workflows");
    for (WorkflowSummary one : page.workflows()) {
      list.addObject()
          .put("id", one.id())
          .put("pattern", one.pattern())
          .put("tenant", one.tenant())
          .put("status", one.status().id())
          .put("createdAt", ExecutionView.time(one.createdAt()))
          .put("changedAt", ExecutionView.time(one.changedAt()));
    }
    return view.put("total", page.total());
  }
}
