package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;

/** A workflow, seen by a client that may turn to another gateway. */
public final class Workflow extends Followed {

  private static final String EXECUTIONS = "/api/patterns/execution/";

  private Workflow(String id) {
    super(id, EXECUTIONS + id + "/events");
  }

  /** Begins one. */
  public static Workflow begin(Gateway gateway, String pattern, String request) {
    return begin(gateway, pattern, request, "");
  }

  /**
   * Begins one, or finds the one that was begun before.
   *
   * @param key for its idempotency; empty: none
   */
  public static Workflow begin(Gateway gateway, String pattern, String request, String key) {
    String[] headers = key.isEmpty() ? new String[0] : new String[] {"Idempotency-Key", key};
    HttpResponse<String> answer =
        gateway.sendAsync("POST", "/api/patterns/" + pattern, request, headers).join();
    if (answer.statusCode() != 202 && answer.statusCode() != 200) { // 200: it has ended already
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new Workflow(Gateway.parse(answer.body()).path("id").asText());
  }

  public JsonNode view(Gateway gateway) {
    return gateway.get(EXECUTIONS + id());
  }

  /** The steps that were completed, in their order. */
  public List<String> completedSteps() {
    return told().stream()
        .filter(event -> event.name().equals("StepCompleted"))
        .map(event -> event.data().path("stepId").asText())
        .toList();
  }

  /** Whether it was told to its end. */
  public boolean isOver() {
    List<String> names = names();
    String last = names.isEmpty() ? "" : names.get(names.size() - 1);
    return last.equals("Cancelled") || (names.size() > 1 && last.startsWith("Workflow"));
  }
}
