package io.llmcluster.patterns.maestro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A concert that goes as it should, or nearly. */
class MaestroTest {

  static final String ACCEPTED = "{\"reason\":\"fine\",\"accepted\":true}";
  static final String SATISFIED = "{\"reason\":\"complete\",\"satisfied\":true}";

  /** facts and think are free; code needs both. */
  static final String ANALYSIS =
      """
      {"complexity": "complex", "directAnswer": "", "assignments": [
        {"id": "facts", "role": "Research", "instruction": "find facts", "dependsOn": [],
         "acceptance": "two facts"},
        {"id": "think", "role": "Reasoning", "instruction": "think", "dependsOn": [],
         "acceptance": "a conclusion"},
        {"id": "code", "role": "Code", "instruction": "write it", "dependsOn": ["facts", "think"],
         "acceptance": "it compiles"}]}
      """;

  static String rejected(String change) {
    return "{\"reason\":\"checked\",\"accepted\":false,\"change\":\"" + change + "\"}";
  }

  static Script script() {
    return new Script()
        .say("analysis", ANALYSIS)
        .say("review/facts", ACCEPTED)
        .say("review/think", ACCEPTED)
        .say("review/code", ACCEPTED)
        .say("synthesis", "all [facts] [think] [code]")
        .say("check", SATISFIED);
  }

  static Simulation simulation(Script script, String more) {
    return Simulation.of(
        new Maestro(),
        "{'prompt':'the request','seed':5" + more + "}",
        Simulation.cast(Agents.DEFAULT, "small", "big"),
        script);
  }

  static Simulation play(Script script, String more) {
    return simulation(script, more).play();
  }

  @Test
  void a_simple_request_is_answered_directly() {
    Script script =
        new Script()
            .say(
                "analysis",
                "{\"complexity\":\"simple\",\"directAnswer\":\"42\",\"assignments\":[]}");
    Simulation simulation = play(script, "");
    assertThat(simulation.answered()).isEqualTo(new Plan.End.Answered("42", false, List.of()));
    assertThat(simulation.order()).containsExactly("analysis");
    assertThat(simulation.described().at("/plan/rule").asText()).isEqualTo("direct");
  }

  @Test
  void a_simple_request_without_an_answer_is_asked_once_more() {
    Script script = new Script().say("analysis", "{\"complexity\":\"simple\",\"assignments\":[]}");
    Simulation simulation = play(script, "");
    assertThat(simulation.answered())
        .isEqualTo(new Plan.End.Answered("result of answer", false, List.of()));
  }

  @Test
  void assignments_are_done_checked_put_together_and_checked_again() {
    Script script = script();
    Simulation simulation = play(script, "");
    assertThat(simulation.answered())
        .isEqualTo(new Plan.End.Answered("all [facts] [think] [code]", false, List.of()));
    assertThat(simulation.order())
        .containsExactly(
            "analysis",
            "task/facts",
            "task/think",
            "review/facts",
            "review/think",
            "task/code",
            "review/code",
            "synthesis",
            "check");
    assertThat(script.asked("task/code"))
        .contains("result of task/facts", "result of task/think", "it compiles");
    assertThat(script.asked("review/facts")).contains("two facts", "result of task/facts");
    assertThat(script.asked("synthesis"))
        .contains("[facts, Research]", "result of task/facts", "result of task/code");
    assertThat(script.asked("check")).contains("the request", "all [facts]");
  }

  @Test
  void each_role_speaks_with_its_own_prompt_temperature_and_model() {
    Script script = script();
    play(script, "");
    assertThat(script.asked("review/facts"))
        .contains(java.util.Objects.requireNonNull(Agents.DEFAULT.get("Critic")).system());
    assertThat(script.spec("review/facts").options()).containsEntry("temperature", 0.0);
    assertThat(script.spec("task/facts").lane()).isEqualTo("Research");
    assertThat(script.spec("task/facts").options()).containsEntry("temperature", 0.3);
    assertThat(script.asked("analysis")).contains("- Code: You are", "- Creative: You are");
    assertThat(script.asked("analysis")).doesNotContain("- Critic:");
  }

  @Test
  void a_run_keeps_its_agents_when_the_configuration_changes() {
    ObjectNode prepared =
        new Maestro()
            .prepare(Simulation.object("{'prompt':'p'}"), Simulation.cast(Agents.DEFAULT, "small"));
    Run run = Run.of(prepared);
    StepSpec analysis = new Maestro().next(run).steps().get(0);
    assertThat(analysis.model()).isEqualTo("small");
    assertThat(Prompts.render(analysis.prompt(), run).get(0).content())
        .startsWith(Objects.requireNonNull(Agents.DEFAULT.get("Coordinator")).system());
  }

  @Test
  void without_any_agents_the_plain_model_plays_every_role() {
    Cast cast = Simulation.cast("m");
    Simulation simulation = Simulation.of(new Maestro(), "{'prompt':'p'}", cast, script()).play();
    assertThat(simulation.answered().degraded()).isFalse();
  }

  @Test
  void a_rejected_result_is_revised_with_the_critics_words() {
    Script script =
        script()
            .say("review/facts", rejected("one fact is missing"))
            .say("review/facts/rev1", ACCEPTED);
    Simulation simulation = play(script, "");
    assertThat(simulation.answered().degraded()).isFalse();
    assertThat(script.asked("task/facts/rev1"))
        .contains("result of task/facts", "one fact is missing", "two facts");
    assertThat(script.asked("task/code"))
        .contains("result of task/facts/rev1")
        .doesNotContain("result of task/facts\n");
    JsonNode facts = simulation.described().at("/tasks/0");
    assertThat(facts.path("verdict").asText()).isEqualTo("accepted");
    assertThat(facts.path("revisions").asInt()).isEqualTo(1);
    assertThat(facts.path("output").asText()).isEqualTo("result of task/facts/rev1");
  }

  @Test
  void a_result_that_stays_rejected_is_used_and_told() {
    Script script =
        script()
            .say("review/facts", rejected("more"))
            .say("review/facts/rev1", rejected("still more"));
    Simulation simulation = play(script, "");
    assertThat(simulation.order()).doesNotContain("task/facts/rev2", "replan1");
    assertThat(simulation.answered().notes())
        .containsExactly("assignment facts (Research) was not accepted: still more");
  }

  @Test
  void no_more_than_the_given_number_run_at_a_time() {
    Run run =
        Run.of(
            new Maestro()
                .prepare(
                    Simulation.object("{'prompt':'p','parallel':1}"),
                    Simulation.cast(Agents.DEFAULT, "m")));
    run = completed(run, new Maestro().next(run).steps().get(0), ANALYSIS);
    run = run.with(Objects.requireNonNull(new Maestro().next(run).decision()));
    List<StepSpec> first = new Maestro().next(run).steps();
    assertThat(first).extracting(StepSpec::id).containsExactly("task/facts");
    run = completed(run, first.get(0), "facts");
    assertThat(new Maestro().next(run).steps())
        .extracting(StepSpec::id)
        .containsExactly("review/facts");
  }

  private static Run completed(Run run, StepSpec step, String output) {
    return run.with(StepRecord.begun(step).completed(1, output, 1, 1, 1, "stop", "n"));
  }

  @Test
  void a_single_result_is_checked_and_needs_no_synthesis() {
    String one =
        "{\"complexity\":\"complex\",\"assignments\":[{\"role\":\"code\",\"instruction\":\"i\","
            + "\"dependsOn\":[],\"acceptance\":\"\"}]}";
    Script script =
        new Script().say("analysis", one).say("review/1", ACCEPTED).say("check", SATISFIED);
    Simulation simulation = play(script, "");
    assertThat(simulation.order()).containsExactly("analysis", "task/1", "review/1", "check");
    assertThat(simulation.answered().answer()).isEqualTo("result of task/1");
    assertThat(script.asked("review/1")).contains("completely and correctly");
  }

  @Test
  void an_answer_with_something_missing_is_corrected_and_checked_again() {
    Script script =
        script()
            .say("check", "{\"reason\":\"r\",\"satisfied\":false,\"missing\":\"the price\"}")
            .say("synthesis/rev1", "all, and the price")
            .say("check/rev1", SATISFIED);
    Simulation simulation = play(script, "");
    assertThat(script.asked("synthesis/rev1"))
        .contains("the price", "all [facts]", "result of task/facts");
    assertThat(simulation.answered())
        .isEqualTo(new Plan.End.Answered("all, and the price", false, List.of()));
  }

  @Test
  void the_view_says_whose_results_are_in_the_answer() {
    ObjectNode view = play(script(), "").described();
    List<String> attribution = new ArrayList<>();
    for (JsonNode one : view.path("attribution")) {
      attribution.add(
          one.path("task").asText()
              + " "
              + one.path("role").asText()
              + " "
              + one.path("model").asText());
    }
    assertThat(attribution).hasSize(3).first().asString().startsWith("facts Research ");
    assertThat(view.at("/progress/advances").asInt()).isEqualTo(3);
    assertThat(view.at("/tasks/2/status").asText()).isEqualTo("SUCCEEDED");
  }

  @Test
  void the_accepted_plan_is_a_recorded_decision() {
    Simulation simulation = play(script(), "");
    assertThat(simulation.run().decision("plan").orElseThrow().detail().path("tasks")).hasSize(3);
    Run forgetful =
        simulation.run().keeping(step -> !step.id().startsWith("analysis"), decision -> true);
    assertThat(new Maestro().next(forgetful).steps()).isEmpty();
    assertThat(new Maestro().next(forgetful).end()).isEqualTo(simulation.end());
  }

  @Test
  void the_order_of_the_answers_does_not_change_the_outcome() {
    assertThat(simulation(script(), "").lastFirst().play().end())
        .isEqualTo(play(script(), "").end());
  }
}
