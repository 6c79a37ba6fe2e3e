package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tasks and what they need of each other: a graph without a cycle ({@link PlanCheck}).
 *
 * @param tasks in the order in which they were planned
 */
public record TaskPlan(List<Task> tasks) {

  public TaskPlan {
    tasks = List.copyOf(tasks);
  }

  /** Reads {@code tasks} of a plan that was recorded, or that a person gave. */
  public static TaskPlan of(JsonNode plan) {
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : plan.path("tasks")) {
      tasks.add(Task.recorded(task, tasks.size() + 1));
    }
    return new TaskPlan(tasks);
  }

  /** Reads a list of tasks that a model planned. */
  public static List<Task> planned(JsonNode list, int generation) {
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : list) {
      tasks.add(Task.planned(task, tasks.size() + 1, generation));
    }
    return tasks;
  }

  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("tasks");
    tasks.forEach(task -> list.add(task.toJson()));
    return json;
  }

  /** Each after those that it needs. */
  public List<Task> inOrder() {
    return TaskOrder.of(tasks).ordered();
  }

  public List<Task> dependenciesOf(Task task) {
    return tasks.stream().filter(other -> task.dependsOn().contains(other.id())).toList();
  }

  /** Of these tasks, those that none of these needs: what comes out in the end. */
  public static List<Task> sinks(List<Task> among) {
    Set<String> needed = new HashSet<>();
    among.forEach(task -> needed.addAll(task.dependsOn()));
    return among.stream().filter(task -> !needed.contains(task.id())).toList();
  }
}
