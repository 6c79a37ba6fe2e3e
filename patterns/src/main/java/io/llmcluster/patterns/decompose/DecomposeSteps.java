package io.llmcluster.patterns.decompose;

import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.Results;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.TaskPlan;
import io.llmcluster.patterns.task.Worker;
import java.util.List;

/** The steps of a decomposition. */
final class DecomposeSteps {

  private static final String SCHEMA = "decompose-plan";

  /** So that steps of different kinds never share a seed: no plan has as many tasks. */
  private static final int SYNTHESIS_SEED = 1000;

  private static final int REPLAN_SEED = 2000;

  private final DecomposeParams params;
  private final Worker worker;

  private DecomposeSteps(DecomposeParams params, Worker worker) {
    this.params = params;
    this.worker = worker;
  }

  static DecomposeSteps of(Run run) {
    DecomposeParams params = DecomposeParams.of(run.request());
    return new DecomposeSteps(params, new Worker(run, params.maxTasks()));
  }

  StepSpec plan() {
    return worker.structured("plan", "plan", Crew.COORDINATOR, planPrompt("plan"), SCHEMA, 0);
  }

  /** Plans anew after failures, which are told one a line. */
  StepSpec replan(AcceptedPlan current, List<Task> done, String failed) {
    Prompt prompt =
        planPrompt("replan").list("done", Results.items(done, Task::step)).value("failed", failed);
    int seed = REPLAN_SEED + current.replans();
    return worker.structured(current.nextReplan(), "plan", Crew.COORDINATOR, prompt, SCHEMA, seed);
  }

  private Prompt planPrompt(String name) {
    return worker.planning(
        Prompt.of("decompose/" + name).value("maxTasks", Integer.toString(params.maxTasks())));
  }

  /**
   * The step of a task.
   *
   * @param succeeded tasks that it needs and that have a result
   */
  StepSpec task(AcceptedPlan accepted, Task task, List<Task> succeeded) {
    TaskPlan plan = accepted.plan();
    Prompt prompt =
        accepted.is(AcceptedPlan.FALLBACK)
            ? Prompt.of("task/whole")
            : worker.work("task/work", task, Results.items(succeeded, Task::step));
    StepSpec step =
        worker
            .step(task.step(), "task", task.role(), prompt, 1 + plan.tasks().indexOf(task))
            .retrying(task.retries() == null ? params.retries() : task.retries());
    return params.external() ? step.outside() : step;
  }

  StepSpec synthesis(List<Task> results) {
    Prompt prompt = Prompt.of("task/synthesis").list("results", Results.items(results, Task::step));
    return worker.step("synthesis", "synthesis", Crew.COORDINATOR, prompt, SYNTHESIS_SEED);
  }
}
