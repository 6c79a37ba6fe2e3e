package io.llmcluster.patterns.maestro;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.Phrases;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.Replanning;
import io.llmcluster.patterns.task.Schedule;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskPlan;
import io.llmcluster.patterns.task.TaskStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Has the assignments of an accepted plan done, reviewed and revised; plans anew when it stalls.
 */
final class Conducting {

  /** How a plan that is made anew is told of each setback. */
  static final String SETBACK = "maestro/setback";

  private final Run run;
  private final AcceptedPlan accepted;
  private final MaestroParams params;
  private final MaestroSteps steps;
  private final Map<String, Result> results = new LinkedHashMap<>();
  private final Schedule schedule;
  private final Progress progress;

  Conducting(Run run, AcceptedPlan accepted) {
    this.run = run;
    this.accepted = accepted;
    this.params = MaestroParams.of(run.request());
    this.steps = MaestroSteps.of(run);
    TaskPlan plan = accepted.plan();
    for (Task task : plan.inOrder()) {
      List<Result> needed =
          plan.dependenciesOf(task).stream()
              .map(other -> results.get(other.id()))
              .filter(result -> result != null && result.isUsable())
              .toList();
      results.put(task.id(), follow(task, MaestroSteps.results(needed)));
    }
    this.schedule = Schedule.of(plan, task -> result(task).status(), task -> false);
    this.progress = Progress.of(ofThisPlan(), run);
  }

  private Result follow(Task task, List<Prompt.Item> inputs) {
    int position = accepted.plan().tasks().indexOf(task);
    return Review.of(run, steps, params.maxRevisions(), task, position, inputs);
  }

  /** What was taken over from an earlier plan says nothing about how this one goes. */
  private List<Result> ofThisPlan() {
    int newest = accepted.plan().tasks().stream().mapToInt(Task::generation).max().orElse(0);
    return results.values().stream().filter(one -> one.task().generation() == newest).toList();
  }

  Result result(Task task) {
    Result result = results.get(task.id());
    if (result == null) {
      throw new IllegalArgumentException("no assignment of this plan: " + task.id());
    }
    return result;
  }

  Schedule schedule() {
    return schedule;
  }

  Progress progress() {
    return progress;
  }

  /** What can be put together, in the order of the plan. */
  List<Result> usable() {
    return accepted.plan().tasks().stream().map(this::result).filter(Result::isUsable).toList();
  }

  /** Whether any assignment said anything, checked or not. */
  boolean hasResults() {
    return results.values().stream().anyMatch(result -> !result.output().isEmpty());
  }

  boolean isStalled() {
    return progress.stall() >= params.maxStall();
  }

  /** What to do next; empty when there is nothing left but to put the results together. */
  Optional<Plan> next() {
    List<StepSpec> begun = new ArrayList<>();
    List<StepSpec> ready = new ArrayList<>();
    for (Task task : accepted.plan().tasks()) {
      Result result = result(task);
      if (result.wanted() != null && result.status() == TaskStatus.RUNNING) {
        begun.add(result.wanted());
      } else if (result.wanted() != null && schedule.status(task) == TaskStatus.READY) {
        ready.add(result.wanted());
      }
    }
    boolean failed = !schedule.all(TaskStatus.FAILED).isEmpty();
    boolean replans = (failed || isStalled()) && accepted.replans() < params.maxReplans();
    boolean unfinished = !ready.isEmpty() || failed || rejected();
    if (replans && unfinished) {
      // what is begun may still succeed, and is then not planned again
      return Optional.of(begun.isEmpty() ? replan() : Plan.run(begun));
    }
    if (!isStalled()) {
      ready.stream().limit(Math.max(0, params.parallel() - begun.size())).forEach(begun::add);
    }
    return begun.isEmpty() ? Optional.empty() : Optional.of(Plan.run(begun));
  }

  private boolean rejected() {
    return usable().stream().anyMatch(result -> !result.isSettled());
  }

  private Plan replan() {
    List<Result> settled = usable().stream().filter(Result::isSettled).toList();
    List<Task> done = settled.stream().map(Result::task).toList();
    List<String> ids = done.stream().map(Task::id).toList();
    String failed =
        accepted.plan().tasks().stream()
            .filter(task -> !ids.contains(task.id()))
            .map(this::told)
            .collect(Collectors.joining("\n"));
    return Replanning.next(
        run,
        accepted,
        done,
        steps.replan(accepted, MaestroSteps.results(settled), failed),
        value -> Assignments.read(value, accepted.replans() + 1),
        fresh -> Assignments.errors(fresh, params, steps.worker(), ids));
  }

  private String told(Task task) {
    Result result = result(task);
    return switch (schedule.status(task)) {
      case FAILED -> told("failed", task, TaskStatus.reason(task.step(), run));
      case SUCCEEDED -> told("rejected", task, result.why());
      default -> told("undone", task, "");
    };
  }

  private static String told(String what, Task task, String why) {
    return Phrases.of(
        SETBACK,
        what,
        Map.of("id", task.id(), "role", task.role(), "title", task.title(), "why", why));
  }
}
