package io.llmcluster.patterns.decompose;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.Phrases;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.OnFail;
import io.llmcluster.patterns.task.PlanCheck;
import io.llmcluster.patterns.task.Replanning;
import io.llmcluster.patterns.task.Schedule;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskPlan;
import io.llmcluster.patterns.task.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Has the tasks of an accepted plan done, and deals with those that fail. */
final class Execution {

  /** How a plan that is made anew, and whoever waits for the run, is told of a failed task. */
  static final String SETBACK = "decompose/setback";

  private final Run run;
  private final AcceptedPlan accepted;
  private final DecomposeParams params;
  private final DecomposeSteps steps;
  private final Schedule schedule;

  Execution(Run run, AcceptedPlan accepted) {
    this.run = run;
    this.accepted = accepted;
    this.params = DecomposeParams.of(run.request());
    this.steps = DecomposeSteps.of(run);
    this.schedule =
        Schedule.of(
            accepted.plan(),
            task -> TaskStatus.ofStep(task.step(), run),
            task -> onFail(task) == OnFail.CONTINUE);
  }

  Schedule schedule() {
    return schedule;
  }

  Plan next() {
    List<Task> failed = schedule.all(TaskStatus.FAILED);
    Optional<Task> fatal = failed.stream().filter(task -> onFail(task) == OnFail.FAIL).findFirst();
    if (fatal.isPresent()) {
      return Plan.giveUp(told(fatal.get()));
    }
    if (run.exhausted()) {
      return new Ending(run, schedule, steps).withWhatThereIs();
    }
    List<Task> open = open();
    boolean replans =
        accepted.replans() < params.maxReplans()
            && failed.stream().anyMatch(task -> onFail(task) == OnFail.REPLAN);
    if (replans) {
      // what runs may still succeed, and is then not planned again
      List<StepSpec> running =
          open.stream().filter(task -> run.step(task.step()).isPresent()).map(this::step).toList();
      return running.isEmpty() ? replan(failed) : Plan.run(running);
    }
    return open.isEmpty()
        ? new Ending(run, schedule, steps).next()
        : Plan.run(open.stream().map(this::step).toList());
  }

  private List<Task> open() {
    List<Task> open = new ArrayList<>();
    for (Task task : accepted.plan().tasks()) {
      TaskStatus status = schedule.status(task);
      if (status == TaskStatus.READY || status == TaskStatus.RUNNING) {
        open.add(task);
      }
    }
    return open;
  }

  private StepSpec step(Task task) {
    List<Task> succeeded =
        accepted.plan().dependenciesOf(task).stream()
            .filter(needed -> schedule.status(needed) == TaskStatus.SUCCEEDED)
            .toList();
    return steps.task(accepted, task, succeeded);
  }

  private Plan replan(List<Task> failed) {
    List<Task> done = schedule.all(TaskStatus.SUCCEEDED);
    List<String> ids = done.stream().map(Task::id).toList();
    String told = failed.stream().map(this::told).collect(Collectors.joining("\n"));
    return Replanning.next(
        run,
        accepted,
        done,
        steps.replan(accepted, done, told),
        value -> TaskPlan.planned(value.path("tasks"), accepted.replans() + 1),
        fresh -> PlanCheck.errors(fresh, params.maxTasks(), ids));
  }

  private OnFail onFail(Task task) {
    OnFail own = task.onFail();
    return own == null ? params.onFail() : own;
  }

  private String told(Task task) {
    String why = TaskStatus.reason(task.step(), run);
    return Phrases.of(
        SETBACK, "failed", Map.of("id", task.id(), "title", task.title(), "why", why));
  }
}
