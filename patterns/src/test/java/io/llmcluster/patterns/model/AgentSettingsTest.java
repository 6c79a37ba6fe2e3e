package io.llmcluster.patterns.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.core.settings.SettingsException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentSettingsTest {

  static Map<String, Agent> agents(String own) {
    return AgentSettings.create(
        ConfigFactory.parseString(own).withFallback(ConfigFactory.defaultReference()));
  }

  private static void refused(String own, String message) {
    assertThatThrownBy(() -> agents(own)).isInstanceOf(SettingsException.class).hasMessage(message);
  }

  @Test
  void there_are_six_agents() {
    assertThat(agents("").keySet())
        .containsExactly("Code", "Coordinator", "Creative", "Critic", "Reasoning", "Research");
    assertThat(agents("").values()).allSatisfy(agent -> assertThat(agent.system()).isNotBlank());
  }

  @Test
  void a_user_changes_one_thing_and_the_rest_stays() {
    Agent before = java.util.Objects.requireNonNull(agents("").get("Critic"));
    Agent after = agents("patterns.agents.Critic.temperature = 0.5").get("Critic");
    assertThat(after)
        .isEqualTo(new Agent("Critic", before.system(), 0.5, before.model(), before.nodes()));
  }

  @Test
  void a_user_adds_an_agent() {
    String own =
        """
        patterns.agents.Poet {
          system = "You rhyme."
          model { names = ["aya:8b"], maxBillions = 9 }
          nodes { types = [gpu], capabilities = [vision] }
        }
        """;
    assertThat(agents(own).get("Poet"))
        .isEqualTo(
            new Agent(
                "Poet",
                "You rhyme.",
                0.7,
                new ModelPreference(List.of("aya:8b"), List.of(), List.of(), 0, 9),
                new NodeConstraint(List.of("gpu"), List.of(), List.of("vision"))));
  }

  @Test
  void what_is_wrong_is_told_in_one_line() {
    refused(
        "patterns.agents.Critic.temperature = 3",
        "patterns.agents.Critic.temperature: 3.0 (expected: from 0.0 to 2.0)");
    refused(
        "patterns.agents.Critic.temprature = 1",
        "patterns.agents.Critic.temprature: unknown key"
            + " (expected: one of model, nodes, system, temperature)");
    refused(
        "patterns.agents.Critic.model.name = x",
        "patterns.agents.Critic.model.name: unknown key"
            + " (expected: one of capabilities, families, maxBillions, minBillions, names)");
    refused(
        "patterns.agents.Poet {}",
        "patterns.agents.Poet.system: empty (expected: the agent's system prompt)");
    refused("patterns.agents.Poet = 5", "patterns.agents.Poet: 5 (expected: a block { ... })");
    refused(
        "patterns.agents.Critic.model = 5",
        "patterns.agents.Critic.model: 5 (expected: a block { ... })");
    refused("patterns.agents = 5", "patterns.agents: 5 (expected: a block { ... })");
    refused(
        "patterns.agents.\"a.b\" { system = x }",
        "patterns.agents.a.b: no name (expected: 1 to 64 letters, digits, - and _)");
    refused(
        "patterns.agents.critic { system = x }",
        "patterns.agents.critic: there is Critic (expected: names that differ in more than case)");
    refused(
        "patterns.agents.Code.model.maxBillions = 3",
        "patterns.agents.Code.model.maxBillions: 3.0 (expected: >= minBillions, or 0 for no wish)");
    refused(
        "patterns.agents.Code.model.families = [\" \"]",
        "patterns.agents.Code.model.families: [ ] (expected: texts that are not blank)");
    refused(
        "patterns.agents.Code.nodes.types = gpu",
        "patterns.agents.Code.nodes.types: gpu (expected: a list of texts)");
  }
}
