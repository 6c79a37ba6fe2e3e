package io.llmcluster.patterns.maestro;

import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.task.AcceptedPlan;
import io.llmcluster.patterns.task.Results;
import io.llmcluster.patterns.task.Task;
import io.llmcluster.patterns.task.Worker;
import java.util.List;

/** The steps of a MAESTRO run. The n-th revision of a step is called {@code ID/revN}. */
final class MaestroSteps {

  /** So that steps of different kinds never share a seed: no plan has as many assignments. */
  private static final int KIND = 1000;

  private static final int REVISION = 100;

  private final MaestroParams params;
  private final Worker worker;

  private MaestroSteps(MaestroParams params, Worker worker) {
    this.params = params;
    this.worker = worker;
  }

  static MaestroSteps of(Run run) {
    MaestroParams params = MaestroParams.of(run.request());
    return new MaestroSteps(params, new Worker(run, params.maxAssignments()));
  }

  Worker worker() {
    return worker;
  }

  StepSpec analysis() {
    return worker.structured(
        "analysis", "plan", Crew.COORDINATOR, planPrompt("analysis"), "maestro-analysis", 0);
  }

  /** Plans anew after what did not work out, which is told one a line. */
  StepSpec replan(AcceptedPlan current, List<Prompt.Item> done, String failed) {
    Prompt prompt = planPrompt("replan").list("done", done).value("failed", failed);
    int seed = KIND + current.replans();
    return worker.structured(
        current.nextReplan(), "plan", Crew.COORDINATOR, prompt, "maestro-replan", seed);
  }

  private Prompt planPrompt(String name) {
    return worker.planning(
        Prompt.of("maestro/" + name)
            .value("maxAssignments", Integer.toString(params.maxAssignments())));
  }

  /** The whole request, answered by the coordinator alone. */
  StepSpec answer() {
    return worker.step("answer", "answer", Crew.COORDINATOR, Prompt.of("maestro/answer"), 0);
  }

  StepSpec work(Task task, int position, List<Prompt.Item> inputs) {
    Prompt prompt = worker.work("task/work", task, inputs);
    return worker.step(task.step(), "assignment", task.role(), prompt, 2 * KIND + position);
  }

  /**
   * @param before step whose output is to be mended
   * @param review step whose output says what is wrong with it
   */
  StepSpec revise(
      Task task,
      int position,
      int revision,
      List<Prompt.Item> inputs,
      String before,
      String review) {
    Prompt prompt =
        worker
            .work("maestro/revise", task, inputs)
            .output("before", before)
            .list("review", complaint(review, "/change"));
    int seed = 2 * KIND + revision * REVISION + position;
    return worker.step(revised(task.step(), revision), "revision", task.role(), prompt, seed);
  }

  /**
   * @param result step whose output is to be checked
   */
  StepSpec review(Task task, int position, int revision, String result) {
    Prompt prompt = Prompt.of("maestro/review").output("result", result);
    prompt = worker.with(prompt, "instruction", task.instruction(), task);
    prompt = worker.with(prompt, "acceptance", task.acceptance(), task);
    String id = revised(task.step().replaceFirst("^task/", "review/"), revision);
    int seed = 3 * KIND + revision * REVISION + position;
    return worker.structured(id, "review", Crew.CRITIC, prompt, "maestro-review", seed);
  }

  StepSpec synthesis(List<Prompt.Item> results) {
    Prompt prompt = Prompt.of("maestro/synthesis").list("results", results);
    return worker.step("synthesis", "synthesis", Crew.COORDINATOR, prompt, 4 * KIND);
  }

  /**
   * Mends the final answer.
   *
   * @param before step whose output it is
   * @param check step whose output says what is wrong with it
   */
  StepSpec correct(int revision, List<Prompt.Item> results, String before, String check) {
    Prompt prompt =
        Prompt.of("maestro/correct")
            .list("results", results)
            .output("before", before)
            .list("review", complaint(check, "/missing"));
    return worker.step(
        revised("synthesis", revision), "revision", Crew.COORDINATOR, prompt, 4 * KIND + revision);
  }

  /** Checks the final answer, which is the output of a step, against the request. */
  StepSpec check(int revision, String answer) {
    Prompt prompt = Prompt.of("maestro/check").output("answer", answer);
    return worker.structured(
        revised("check", revision),
        "check",
        Crew.CRITIC,
        prompt,
        "maestro-check",
        5 * KIND + revision);
  }

  static List<Prompt.Item> results(List<Result> results) {
    return results.stream()
        .map(one -> Prompt.Item.whole(Results.label(one.task()), one.output()))
        .toList();
  }

  private static List<Prompt.Item> complaint(String step, String pointer) {
    return List.of(new Prompt.Item("", step, "/reason"), new Prompt.Item("", step, pointer));
  }

  static String revised(String id, int revision) {
    return revision == 0 ? id : id + "/rev" + revision;
  }
}
