package io.llmcluster.patterns.task;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a schema cannot say about a plan; each error is one line that names the offender. */
public final class PlanCheck {

  private static final int LONGEST_ID = 64;

  /** More than these help neither a model nor a person. */
  private static final int MOST_ERRORS = 5;

  private PlanCheck() {}

  /**
   * @param most tasks that a plan may have
   * @param done ids of tasks that are done already: the new ones may need them, but not be called
   *     the same
   * @return at most 5 lines; empty if nothing is wrong
   */
  public static List<String> errors(List<Task> tasks, int most, Collection<String> done) {
    if (tasks.isEmpty() || tasks.size() > most) {
      return List.of("tasks: " + tasks.size() + " (expected: 1 to " + most + ")");
    }
    List<String> errors = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Task task : tasks) {
      if (!task.id().matches("[A-Za-z0-9_-]{1," + LONGEST_ID + "}")) {
        errors.add("task " + shown(task.id()) + ": no id (expected: letters, digits, - and _)");
      } else if (done.contains(task.id())) {
        errors.add("task " + task.id() + ": done already (expected: another id)");
      } else if (!ids.add(task.id())) {
        errors.add("task " + task.id() + ": given twice (expected: unique ids)");
      }
      if (task.instruction().isBlank()) {
        errors.add("task " + shown(task.id()) + ": no instruction (expected: what is to be done)");
      }
    }
    if (errors.isEmpty()) {
      dependencies(tasks, ids, done, errors);
    }
    return errors.stream().limit(MOST_ERRORS).toList();
  }

  private static void dependencies(
      List<Task> tasks, Set<String> ids, Collection<String> done, List<String> errors) {
    for (Task task : tasks) {
      for (String needed : task.dependsOn()) {
        if (needed.equals(task.id())) {
          errors.add("task " + task.id() + ": depends on itself");
        } else if (!ids.contains(needed) && !done.contains(needed)) {
          errors.add("task " + task.id() + ": depends on " + shown(needed) + ", which is no task");
        }
      }
    }
    if (!errors.isEmpty()) {
      return;
    }
    List<String> cycle = TaskOrder.of(tasks).cycle();
    if (!cycle.isEmpty()) {
      errors.add("task " + cycle.get(0) + ": needs itself: " + String.join(" needs ", cycle));
    }
    if (TaskPlan.sinks(tasks).isEmpty()) {
      errors.add("tasks: each is needed by another (expected: at least one result)");
    }
  }

  private static String shown(String id) {
    return id.length() <= LONGEST_ID ? "'" + id + "'" : "'" + id.substring(0, LONGEST_ID) + "...'";
  }
}
