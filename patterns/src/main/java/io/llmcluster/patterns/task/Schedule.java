package io.llmcluster.patterns.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How the tasks of a plan stand: a task is ready as soon as those that it needs itself are done,
 * whatever the others do.
 */
public final class Schedule {

  private final TaskPlan plan;
  private final Map<String, TaskStatus> byId = new HashMap<>();

  private Schedule(TaskPlan plan) {
    this.plan = plan;
  }

  /**
   * @param recorded how a task stands by itself; {@link TaskStatus#PENDING} if it is not begun
   * @param dispensable failed tasks without which those that need them go on
   */
  public static Schedule of(
      TaskPlan plan, Function<Task, TaskStatus> recorded, Predicate<Task> dispensable) {
    Schedule schedule = new Schedule(plan);
    for (Task task : plan.inOrder()) {
      TaskStatus own = recorded.apply(task);
      schedule.byId.put(
          task.id(), own == TaskStatus.PENDING ? schedule.notBegun(task, dispensable) : own);
    }
    return schedule;
  }

  private TaskStatus notBegun(Task task, Predicate<Task> dispensable) {
    boolean waits = false;
    for (Task needed : plan.dependenciesOf(task)) {
      TaskStatus status = status(needed);
      boolean missing = status.isOver() && status != TaskStatus.SUCCEEDED;
      if (missing && !(status == TaskStatus.FAILED && dispensable.test(needed))) {
        return TaskStatus.SKIPPED;
      }
      waits |= !status.isOver();
    }
    return waits ? TaskStatus.PENDING : TaskStatus.READY;
  }

  public TaskPlan plan() {
    return plan;
  }

  public TaskStatus status(Task task) {
    return byId.getOrDefault(task.id(), TaskStatus.PENDING);
  }

  /** Those of that status, in the order of the plan. */
  public List<Task> all(TaskStatus status) {
    return plan.tasks().stream().filter(task -> status(task) == status).toList();
  }

  public boolean isOver() {
    return byId.values().stream().allMatch(TaskStatus::isOver);
  }
}
