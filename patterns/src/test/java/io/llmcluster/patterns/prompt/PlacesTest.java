package io.llmcluster.patterns.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Place;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Schemas;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model is told the same whether a prompt copies a text or says where it stands. */
class PlacesTest {

  private static final Run RUN = run();

  private static Run run() {
    ObjectNode request = Simulation.object("{'prompt':'the job'}");
    Crew.assemble(Simulation.cast(Agents.DEFAULT, "m"), List.of()).writeTo(request);
    StepSpec step = StepSpec.of("plan", "plan", "m", "m", Prompt.of("task/whole"), Map.of());
    String plan = "Here it is: {\"tasks\":[{\"instruction\":\"do it\",\"retries\":7}]}";
    return Run.of(request)
        .with(StepRecord.begun(step).completed(1, plan, 1, 1, 1, "stop", "n"))
        .with(
            new Decision(
                "plan",
                "edited",
                "",
                Map.of(),
                List.of(),
                1,
                Simulation.object("{'tasks':[{'instruction':'do it otherwise'}]}")));
  }

  private static void assertSame(String template, String variable, Place place, String copy) {
    Prompt prompt = Prompt.of(template);
    List<ChatMessage> told = Prompts.render(prompt.place(variable, place), RUN);
    assertThat(told).isEqualTo(Prompts.render(prompt.value(variable, copy), RUN));
    assertThat(told).anySatisfy(message -> assertThat(message.content()).contains(copy));
  }

  @Test
  void a_text_of_the_request() {
    Crew crew = Crew.of(RUN.request());
    for (int i = 0; i < crew.members().size(); i++) {
      assertSame(
          "maestro/answer",
          "system",
          new Place.InRequest(Crew.systemPointer(i)),
          crew.members().get(i).system());
    }
  }

  @Test
  void a_text_of_what_a_step_put_out() {
    assertSame(
        "task/work", "instruction", new Place.InOutput("plan", "/tasks/0/instruction"), "do it");
    assertSame("task/work", "title", new Place.InOutput("plan", "/tasks/0/retries"), "7");
  }

  @Test
  void a_text_of_what_was_decided() {
    assertSame(
        "task/work",
        "instruction",
        new Place.InDecision("plan", "/tasks/0/instruction"),
        "do it otherwise");
  }

  @Test
  void a_schema_and_the_roles() {
    assertSame(
        "structured/repair",
        "schema",
        new Place.OfSchema("decompose-plan"),
        Schemas.source("decompose-plan").toString());
    assertSame("decompose/plan", "roles", new Place.OfRoles(), Crew.of(RUN.request()).roles());
    assertThat(Crew.of(RUN.request()).roles()).startsWith("- Code: You are a software engineer.");
  }

  @Test
  void nobody_is_told_half_of_it() {
    for (Place nowhere :
        List.of(
            new Place.InRequest("/crew/17/system"),
            new Place.InOutput("plan", "/tasks/1/instruction"),
            new Place.InOutput("task/a", "/tasks/0/instruction"),
            new Place.InDecision("replan1", "/tasks/0/instruction"))) {
      Prompt prompt = Prompt.of("task/work").place("instruction", nowhere);
      assertThatThrownBy(() -> Prompts.render(prompt, RUN))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("nothing stands at " + nowhere);
    }
  }

  @Test
  void a_prompt_names_every_step_that_it_reads() {
    Prompt prompt =
        Prompt.of("task/work")
            .output("before", "a")
            .list("inputs", List.of(Prompt.Item.whole("B", "b")))
            .place("instruction", new Place.InOutput("plan", "/tasks/0/instruction"))
            .place("system", new Place.InRequest("/crew/0/system"));
    assertThat(prompt.stepsRead()).containsExactlyInAnyOrder("a", "b", "plan");
  }
}
