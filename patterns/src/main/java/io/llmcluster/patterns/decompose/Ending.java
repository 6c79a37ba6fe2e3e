package io.llmcluster.patterns.decompose;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.Results;
import io.llmcluster.patterns.task.Schedule;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskPlan;
import io.llmcluster.patterns.task.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer out of the results: that of the only task that no other needs, or of a last step that
 * puts several together.
 */
final class Ending {

  private final Run run;
  private final Schedule schedule;
  private final DecomposeSteps steps;
  private final List<Task> results;

  Ending(Run run, Schedule schedule, DecomposeSteps steps) {
    this.run = run;
    this.schedule = schedule;
    this.steps = steps;
    this.results = TaskPlan.sinks(schedule.all(TaskStatus.SUCCEEDED));
  }

  /** When all tasks are over. */
  Plan next() {
    if (results.isEmpty()) {
      return Plan.giveUp("no task succeeded: " + String.join("; ", notes()));
    }
    if (results.size() == 1) {
      return Plan.answer(Results.joined(results, Task::step, run), notes());
    }
    StepSpec step = steps.synthesis(results);
    Optional<StepRecord> synthesis = run.step(step.id());
    if (synthesis.isEmpty() || !synthesis.get().isOver()) {
      return Plan.run(step);
    }
    return synthesis.get().output().isBlank() ? unmerged("no synthesis") : merged(synthesis.get());
  }

  /** When nothing more may be begun. */
  Plan withWhatThereIs() {
    if (results.isEmpty()) {
      return Plan.giveUp("the budget was used up before a task was done");
    }
    return run.output("synthesis")
        .filter(text -> !text.isBlank())
        .map(text -> Plan.answer(text, notes()))
        .orElseGet(
            () ->
                results.size() == 1 && schedule.isOver()
                    ? next()
                    : unmerged("the budget was used up"));
  }

  private Plan merged(StepRecord synthesis) {
    return Plan.answer(synthesis.output(), notes());
  }

  private Plan unmerged(String why) {
    List<String> notes = new ArrayList<>(notes());
    notes.add(why + ": the answer is what the tasks said");
    return Plan.answer(Results.joined(results, Task::step, run), notes);
  }

  /** What is not as it was asked for. */
  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    AcceptedPlan.fallbackReason(run)
        .ifPresent(why -> notes.add("no plan could be made, done as a single task: " + why));
    for (Task task : schedule.plan().tasks()) {
      TaskStatus status = schedule.status(task);
      if (status == TaskStatus.FAILED) {
        notes.add("task " + task.id() + " failed: " + TaskStatus.reason(task.step(), run));
      } else if (status != TaskStatus.SUCCEEDED) {
        notes.add("task " + task.id() + " was not done");
      }
    }
    return notes;
  }
}
