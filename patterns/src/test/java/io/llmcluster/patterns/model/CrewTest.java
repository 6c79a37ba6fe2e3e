package io.llmcluster.patterns.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrewTest {

  private static final Map<String, Agent> AGENTS =
      AgentSettingsTest.agents(
          """
          patterns.agents.Critic.model.names = [gone, b]
          patterns.agents.Critic.nodes.types = [gpu]
          patterns.agents.Code.model.minBillions = 3
          """);

  private static final Cast CAST = Simulation.cast(AGENTS, "a", "b", "c");

  private static String model(Crew crew, String role) {
    return crew.find(role).orElseThrow().model();
  }

  @Test
  void each_agent_gets_the_model_that_it_wishes_for() {
    Crew crew = Crew.assemble(CAST, List.of());
    assertThat(model(crew, "critic")).isEqualTo("b");
    assertThat(model(crew, "Code")).isEqualTo("c");
  }

  @Test
  void an_agent_speaks_through_a_model_that_a_node_has_on_which_it_may_run() {
    NodeSpec gpu = new NodeSpec("g", "g", 1, "gpu", "", List.of(), BackendKind.AUTO, 0);
    NodeSpec cpu = new NodeSpec("c", "c", 1, "cpu", "", List.of(), BackendKind.AUTO, 0);
    List<ModelInfo> models =
        List.of(
            new ModelInfo("b", "", 9, List.of(), 1, 1, List.of(cpu)),
            new ModelInfo("d", "", 3, List.of(), 2, 0, List.of(cpu, gpu)));
    Crew crew = Crew.assemble(new Cast(models, AGENTS), List.of());
    assertThat(model(crew, "Critic")).isEqualTo("d");
    assertThat(model(crew, "Research")).isEqualTo("b");
    Crew nowhere = Crew.assemble(new Cast(models.subList(0, 1), AGENTS), List.of());
    assertThat(model(nowhere, "Critic")).as("waits for such a node").isEqualTo("b");
  }

  @Test
  void what_a_client_names_outweighs_an_agents_wishes() {
    assertThat(Crew.assemble(CAST, List.of("a")).members())
        .extracting(CrewMember::model)
        .containsOnly("a");
    assertThat(model(Crew.assemble(CAST, List.of("a", "B:latest")), "Critic")).isEqualTo("b");
  }

  @Test
  void what_is_written_into_a_request_is_read_again() {
    Crew crew = Crew.assemble(CAST, List.of());
    ObjectNode request = Simulation.object("{}");
    crew.writeTo(request);
    assertThat(Crew.of(request)).isEqualTo(crew);
    assertThat(crew.find("Critic").orElseThrow().nodes().types()).containsExactly("gpu");
  }

  @Test
  void workers_neither_plan_nor_check() {
    assertThat(Crew.assemble(CAST, List.of()).workers())
        .extracting(CrewMember::role)
        .containsExactly("Code", "Creative", "Reasoning", "Research");
  }
}
