package io.llmcluster.patterns.decompose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A decomposition that goes as it should. */
class DecomposeTest {

  private final Decompose decompose = new Decompose();

  static List<String> statuses(ObjectNode view) {
    List<String> all = new ArrayList<>();
    for (JsonNode task : view.path("tasks")) {
      all.add(task.path("id").asText() + " " + task.path("status").asText());
    }
    return all;
  }

  @Test
  void tasks_run_and_the_sinks_are_put_together() {
    Script script = Jobs.planned().say("synthesis", "all of it");
    Simulation simulation = Jobs.play(script, "");
    assertThat(simulation.answered())
        .isEqualTo(new Plan.End.Answered("all of it", false, List.of()));
    assertThat(simulation.order())
        .containsExactly("plan", "task/a", "task/b", "task/c", "task/d", "synthesis");
    assertThat(script.asked("task/c"))
        .contains("the whole job", "do c", "result of task/a", "result of task/b");
    assertThat(script.asked("task/d")).contains("result of task/b").doesNotContain("task/a");
    assertThat(script.asked("synthesis"))
        .contains("result of task/c", "result of task/d", "the whole job")
        .doesNotContain("result of task/a");
  }

  @Test
  void a_task_begins_as_soon_as_its_own_dependencies_are_done() {
    Run run = Run.of(decompose.prepare(Simulation.object("{'prompt':'p'}"), Simulation.cast("m")));
    run = completed(run, decompose.next(run).steps().get(0), Jobs.PLAN);
    run = run.with(java.util.Objects.requireNonNull(decompose.next(run).decision()));
    List<StepSpec> first = decompose.next(run).steps();
    assertThat(first).extracting(StepSpec::id).containsExactly("task/a", "task/b");
    run = run.with(StepRecord.begun(first.get(0)));
    run = completed(run, first.get(1), "b is done");
    assertThat(decompose.next(run).steps())
        .as("d does not wait for a")
        .extracting(StepSpec::id)
        .containsExactly("task/a", "task/d");
  }

  private static Run completed(Run run, StepSpec step, String output) {
    return run.with(StepRecord.begun(step).completed(1, output, 1, 1, 1, "stop", "n"));
  }

  @Test
  void the_order_of_the_answers_does_not_change_the_outcome() {
    Script script = Jobs.planned();
    assertThat(Jobs.simulation(script, "").lastFirst().play().end())
        .isEqualTo(Jobs.play(script, "").end());
  }

  @Test
  void a_single_sink_is_the_answer_and_needs_no_synthesis() {
    String plan =
        "{'tasks':[{'id':'a','title':'A','instruction':'i','dependsOn':[]},"
            + "{'id':'b','title':'B','instruction':'i','dependsOn':['a']}]}";
    Simulation simulation = Jobs.play(Jobs.planned(plan.replace('\'', '"')), "");
    assertThat(simulation.answered().answer()).isEqualTo("result of task/b");
    assertThat(simulation.order()).containsExactly("plan", "task/a", "task/b");
  }

  @Test
  void a_role_is_an_agent_with_its_prompt_and_temperature_and_an_unknown_one_the_plain_model() {
    Script script = Jobs.planned();
    Jobs.play(script, ",'model':'small'");
    assertThat(script.asked("task/c"))
        .contains(java.util.Objects.requireNonNull(Agents.DEFAULT.get("Code")).system());
    assertThat(script.spec("task/c").options()).containsEntry("temperature", 0.2);
    assertThat(script.spec("task/c").lane()).isEqualTo("Code");
    assertThat(script.spec("task/b").lane()).isEqualTo("small");
    assertThat(script.spec("task/b").options()).containsEntry("temperature", 0.7);
    assertThat(script.spec("task/b").retries()).isEqualTo(2);
    assertThat(script.asked("plan")).contains("Research", "Reasoning", "at most 12");
  }

  @Test
  void a_plan_has_room_for_as_many_tasks_as_it_may_have() {
    Script few = Jobs.planned();
    Jobs.play(few, ",'maxTasks':3,'options':{'num_predict':32}");
    assertThat(few.spec("plan").options()).containsEntry("num_predict", 896L);
    Script script = Jobs.planned();
    Jobs.play(script, "");
    assertThat(script.spec("plan").options()).containsEntry("num_predict", 2048L);
    assertThat(script.spec("task/a").options()).containsEntry("num_predict", 1024L);
  }

  @Test
  void the_view_has_the_plan_and_how_each_task_stands() {
    Script script = Jobs.planned().fail("task/b");
    Simulation simulation = Jobs.play(script, ",'onFail':'skip'");
    ObjectNode view = simulation.described();
    assertThat(statuses(view)).containsExactly("c SKIPPED", "a SUCCEEDED", "b FAILED", "d SKIPPED");
    assertThat(view.at("/tasks/1/output").asText()).isEqualTo("result of task/a");
    assertThat(view.at("/tasks/1/step").asText()).isEqualTo("task/a");
    assertThat(view.at("/tasks/2/reason").asText()).isEqualTo("scripted failure");
    assertThat(view.at("/tasks/0/dependsOn")).hasSize(2);
    assertThat(view.at("/plan/rule").asText()).isEqualTo("planned");
    assertThat(view.at("/plan/tasks")).hasSize(4);
  }

  @Test
  void what_is_open_when_a_run_has_ended_is_cancelled() {
    Simulation simulation = Jobs.play(Jobs.planned(), ",'mode':'external'");
    assertThat(statuses(simulation.described()))
        .containsExactly("c PENDING", "a READY", "b READY", "d PENDING");
    ObjectNode view = Simulation.JSON.createObjectNode().put("status", "cancelled");
    decompose.describe(simulation.run(), view);
    assertThat(statuses(view))
        .containsExactly("c CANCELLED", "a CANCELLED", "b CANCELLED", "d CANCELLED");
  }

  @Test
  void before_there_is_a_plan_there_are_no_tasks() {
    ObjectNode view = Simulation.JSON.createObjectNode();
    decompose.describe(Run.of(Simulation.object("{'prompt':'p','models':['m']}")), view);
    assertThat(view.toString()).isEqualTo("{\"tasks\":[]}");
  }

  @Test
  void tasks_of_an_external_run_are_done_outside() {
    Script script = Jobs.planned().say("synthesis", "all");
    Simulation simulation = Jobs.play(script, ",'mode':'external'");
    assertThat(simulation.order()).containsExactly("plan", "task/a", "task/b");
    simulation.report("task/b", true, "").report("task/a", true, "a by hand");
    simulation.report("task/d", true, "d by hand").report("task/c", true, "c by hand");
    assertThat(simulation.answered().answer()).isEqualTo("all");
    assertThat(script.asked("synthesis")).contains("c by hand", "d by hand");
  }

  @Test
  void an_external_task_that_is_reported_as_failed_counts_as_failed() {
    Simulation simulation = Jobs.play(Jobs.planned(), ",'mode':'external'");
    simulation.report("task/b", false, "no time");
    assertThat(simulation.end()).isEqualTo(new Plan.End.GaveUp("task b (B) failed: no time"));
  }

  @Test
  void the_estimate_counts_the_plan_the_tasks_and_the_synthesis() {
    ObjectNode prepared =
        decompose.prepare(Simulation.object("{'prompt':'p'}"), Simulation.cast("m"));
    assertThat(decompose.estimate(prepared).modelCalls()).isEqualTo(6);
  }

  @Test
  void a_prepared_request_is_prepared_to_itself() {
    ObjectNode prepared =
        decompose.prepare(
            Simulation.object("{'prompt':'p','onFail':'Skip','maxTasks':3}"),
            Simulation.cast(Agents.DEFAULT, "m"));
    assertThat(decompose.prepare(prepared, Simulation.cast(Agents.DEFAULT, "m")))
        .isEqualTo(prepared);
  }
}
