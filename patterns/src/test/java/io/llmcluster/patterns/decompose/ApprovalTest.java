package io.llmcluster.patterns.decompose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A person has the last word about a plan. */
class ApprovalTest {

  private static final String APPROVE = ",'approvePlan':true";

  private final Script script = Jobs.planned();
  private final Simulation simulation = Jobs.play(script, APPROVE);

  private List<String> refusals(String answer) {
    JsonNode value = Simulation.object(answer);
    return new Decompose().refuseInput(simulation.run(), "plan", value);
  }

  @Test
  void a_run_waits_for_the_plan_to_be_approved() {
    InputRequest asked = Objects.requireNonNull(simulation.waiting().input());
    assertThat(asked.id()).isEqualTo("plan");
    assertThat(asked.proposal().path("tasks")).hasSize(4);
    assertThat(simulation.order()).containsExactly("plan");
    assertThat(DecomposeTest.statuses(simulation.described()))
        .containsExactly(
            "c WAITING_INPUT", "a WAITING_INPUT", "b WAITING_INPUT", "d WAITING_INPUT");
  }

  @Test
  void an_approved_plan_is_followed() {
    assertThat(refusals("{'approved':true}")).isEmpty();
    simulation.input(Simulation.object("{'approved':true}"));
    assertThat(simulation.order()).hasSize(6);
    assertThat(simulation.described().at("/plan/rule").asText()).isEqualTo("planned");
  }

  @Test
  void an_edited_plan_replaces_the_proposed_one() {
    String edited =
        "{'tasks':[{'id':'x','instruction':'do x','retries':7},"
            + "{'id':'y','instruction':'do y','dependsOn':['x'],'onFail':'continue'},"
            + "{'id':'z','instruction':'do z','dependsOn':['y']}]}";
    assertThat(refusals(edited)).isEmpty();
    script.fail("task/y");
    simulation.input(Simulation.object("{'plan':" + edited + "}"));
    assertThat(simulation.order())
        .containsExactly("plan", "task/x", "task/y", "task/z", "synthesis");
    assertThat(script.asked("synthesis"))
        .as("no result that succeeded made use of x")
        .contains("result of task/x", "result of task/z");
    assertThat(script.spec("task/x").retries()).isEqualTo(7);
    assertThat(script.spec("task/z").retries()).isEqualTo(2);
    assertThat(simulation.described().at("/plan/rule").asText()).isEqualTo("edited");
  }

  @Test
  void the_proposal_itself_is_an_edit_that_is_taken() {
    InputRequest asked = Objects.requireNonNull(simulation.waiting().input());
    ObjectNode same = asked.proposal().deepCopy();
    assertThat(new Decompose().refuseInput(simulation.run(), "plan", same)).isEmpty();
  }

  @Test
  void an_invalid_edit_is_refused_with_every_error() {
    assertThat(refusals("{'tasks':[{'id':'x','instruction':'i','dependsOn':['x']}]}"))
        .containsExactly("task x: depends on itself");
    assertThat(refusals("{'tasks':[]}")).containsExactly("tasks: 0 (expected: 1 to 12)");
    assertThat(refusals("{'tasks':[{'id':'x'}]}"))
        .singleElement()
        .asString()
        .contains("tasks[0]", "instruction");
    assertThat(refusals("{'tasks':[{'id':'x','instruction':'i','retries':11}]}"))
        .singleElement()
        .asString()
        .contains("retries", "10");
    assertThat(refusals("{'approved':false,'tasks':[{'id':'x','instruction':'i'}]}")).hasSize(1);
    assertThat(refusals("{'plan':[]}")).hasSize(1);
    assertThat(refusals("{'approved':'yes'}"))
        .containsExactly("plan: no answer (expected: approved true or false, or tasks)");
    assertThat(new Decompose().refuseInput(simulation.run(), "other", Simulation.object("{}")))
        .containsExactly("input other: not asked for (expected: plan)");
  }

  @Test
  void a_plan_that_is_not_approved_ends_the_run() {
    assertThat(refusals("{'approved':false}")).isEmpty();
    simulation.input(Simulation.object("{'approved':false}"));
    assertThat(simulation.end()).isEqualTo(new Plan.End.GaveUp("the plan was not approved"));
  }

  @Test
  void a_fallback_is_asked_about_too() {
    Simulation waiting = Jobs.play(new Script().fail("plan"), APPROVE);
    InputRequest asked = Objects.requireNonNull(waiting.waiting().input());
    assertThat(asked.question()).contains("scripted failure");
    assertThat(asked.proposal().path("tasks")).hasSize(1);
    assertThat(waiting.described().at("/plan/fallback").asBoolean()).isTrue();
    waiting.input(Simulation.object("{'approved':true}"));
    assertThat(waiting.answered().degraded()).isTrue();
  }
}
