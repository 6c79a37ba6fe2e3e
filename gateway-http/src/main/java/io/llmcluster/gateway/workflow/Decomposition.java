package io.llmcluster.gateway.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.ExecutionView;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.task.TaskStatus;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request that was divided into tasks, as it stands at a moment. */
final class Decomposition {

  /** The pattern that divides requests. */
  static final String PATTERN = "decompose";

  /** What a view has of the pattern's own; the steps are the tasks here. */
  private static final Set<String> HIDDEN = Set.of("steps", "decisions", "decision", "pattern");

  private final Run run;
  private final ObjectNode execution;
  private final List<TaskNow> tasks = new ArrayList<>();
  private long nextExpiry = Long.MAX_VALUE;
  private int expired;

  /**
   * A task.
   *
   * @param view how the API shows it
   * @param step that does it; empty if it has not begun
   */
  record TaskNow(ObjectNode view, Optional<StepRecord> step) {

    String id() {
      return view.path("id").asText();
    }

    boolean is(TaskStatus status) {
      return view.path("status").asText().equals(status.name());
    }
  }

  /**
   * @param state that has begun
   * @param now ms since 1970
   */
  Decomposition(String id, WorkflowState state, PatternRegistry patterns, long now) {
    this.run = state instanceof Live live ? live.run() : ((Ended) state).run();
    this.execution = ExecutionView.of(id, state, patterns, now);
    JsonNode planned = execution.path("plan").path("tasks");
    for (int i = 0; i < execution.path("tasks").size(); i++) {
      tasks.add(task((ObjectNode) execution.path("tasks").get(i), planned.path(i), now));
    }
  }

  private TaskNow task(ObjectNode stands, JsonNode planned, long now) {
    Optional<StepRecord> step = run.step(stands.path("step").asText());
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    planned.properties().forEach(field -> view.set(field.getKey(), field.getValue()));
    stands.properties().forEach(field -> view.set(field.getKey(), field.getValue()));
    view.remove(List.of("step", "generation"));
    step.ifPresent(one -> done(one, view, now));
    return new TaskNow(view, step);
  }

  private void done(StepRecord step, ObjectNode view, long now) {
    if (!step.spec().external()) {
      view.put("model", step.spec().model()).put("attempt", step.attempt());
    }
    if (!step.node().isEmpty()) {
      view.put(step.spec().external() ? "owner" : "node", step.node());
    }
    if (step.isOver() || step.owner().isEmpty()) {
      return;
    }
    if (step.dueMillis() > now) {
      view.put("owner", step.owner())
          .put("leaseUntil", Instant.ofEpochMilli(step.dueMillis()).toString());
      nextExpiry = Math.min(nextExpiry, step.dueMillis());
    } else { // nobody has recorded that, but it is anybody's again
      view.put("status", TaskStatus.READY.name());
      expired++;
    }
  }

  boolean isExternal() {
    return run.request().path("mode").asText().equals("external");
  }

  boolean isPlanned() {
    return !tasks.isEmpty();
  }

  List<TaskNow> tasks(TaskStatus status) {
    return tasks.stream().filter(task -> task.is(status)).toList();
  }

  Optional<TaskNow> task(String id) {
    return tasks.stream().filter(task -> task.id().equals(id)).findFirst();
  }

  /** When the next lease ends, ms since 1970; {@link Long#MAX_VALUE}: none runs. */
  long nextExpiry() {
    return nextExpiry;
  }

  /** Changes with whatever the view shows: the last event, and leases that have ended since. */
  String version(long sequenceNr) {
    return expired == 0 ? Long.toString(sequenceNr) : sequenceNr + "-" + expired;
  }

  /** All there is to say. */
  ObjectNode view() {
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    execution.properties().stream()
        .filter(field -> !HIDDEN.contains(field.getKey()))
        .forEach(field -> view.set(field.getKey(), field.getValue()));
    view.put("mode", run.request().path("mode").asText());
    if (view.path("plan") instanceof ObjectNode plan) {
      plan.remove("tasks");
    }
    ArrayNode list = view.putArray("tasks");
    tasks.forEach(task -> list.add(task.view()));
    view.set("dag", dag());
    return view;
  }

  /** What a submission is answered with: the plan, when it is there. */
  ObjectNode summary() {
    ObjectNode all = view();
    all.set("estimate", execution.path("budget").path("estimate"));
    return all.retain(
        "id", "status", "mode", "models", "estimate", "input", "plan", "tasks", "dag", "recovery");
  }

  /** The answer, or what there is of it. */
  ObjectNode result() {
    ObjectNode all = view();
    ArrayNode parts = all.putArray("tasks");
    tasks.forEach(
        task ->
            parts.add(task.view().deepCopy().retain("id", "title", "status", "output", "reason")));
    return all.retain(
        "id", "status", "models", "answer", "degraded", "notes", "error", "tasks", "recovery");
  }

  private ObjectNode dag() {
    ObjectNode dag = JsonNodeFactory.instance.objectNode();
    ArrayNode nodes = dag.putArray("nodes");
    ArrayNode edges = dag.putArray("edges");
    for (TaskNow task : tasks) {
      nodes.add(task.id());
      for (JsonNode needed : task.view().path("dependsOn")) {
        edges.addObject().put("from", needed.asText()).put("to", task.id());
      }
    }
    return dag;
  }

  /** A task for whoever does it, with the results of those that it needs. */
  ObjectNode withInputs(TaskNow task) {
    ObjectNode view = task.view().deepCopy();
    ArrayNode inputs = view.putArray("inputs");
    for (JsonNode needed : task.view().path("dependsOn")) {
      task(needed.asText())
          .filter(other -> other.is(TaskStatus.SUCCEEDED))
          .ifPresent(
              other ->
                  inputs
                      .addObject()
                      .put("task", other.id())
                      .put("title", other.view().path("title").asText())
                      .put("output", other.view().path("output").asText()));
    }
    return view;
  }
}
