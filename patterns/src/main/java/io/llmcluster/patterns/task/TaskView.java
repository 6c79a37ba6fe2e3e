package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Run;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** How a plan and its tasks look from outside. */
public final class TaskView {

  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");

  private TaskView() {}

  /**
   * Adds {@code plan} and {@code tasks}.
   *
   * @param status of a task while its run goes on
   * @param step whose output the result of a task is
   * @param more what else there is to say about a task
   */
  public static void describe(
      AcceptedPlan accepted,
      Run run,
      Function<Task, TaskStatus> status,
      Function<Task, String> step,
      BiConsumer<Task, ObjectNode> more,
      ObjectNode view) {
    ObjectNode plan = view.putObject("plan");
    plan.put("rule", accepted.rule());
    plan.put(
        "fallback",
        accepted.is(AcceptedPlan.FALLBACK) || AcceptedPlan.fallbackReason(run).isPresent());
    if (!accepted.reason().isEmpty()) {
      plan.put("reason", accepted.reason());
    }
    plan.put("replans", accepted.replans());
    plan.set("tasks", accepted.plan().toJson().path("tasks"));
    boolean ended = ENDED.contains(view.path("status").asText());
    ArrayNode tasks = view.putArray("tasks");
    for (Task task : accepted.plan().tasks()) {
      ObjectNode one = tasks.addObject();
      one.put("id", task.id()).put("title", task.title()).put("role", task.role());
      ArrayNode needed = one.putArray("dependsOn");
      task.dependsOn().forEach(needed::add);
      TaskStatus now = status.apply(task);
      one.put("status", (ended && !now.isOver() ? TaskStatus.CANCELLED : now).name());
      one.put("step", task.step());
      run.output(step.apply(task)).ifPresent(output -> one.put("output", output));
      if (now == TaskStatus.FAILED) {
        one.put("reason", TaskStatus.reason(task.step(), run));
      }
      more.accept(task, one);
    }
  }
}
