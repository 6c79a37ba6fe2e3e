package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.model.Agent;
import io.llmcluster.patterns.model.AgentSettings;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.TestProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where an agent may run is where its calls may run, repairs among them. */
class AgentNodesTest extends OnEachStore {

  private static final Map<String, Agent> AGENTS =
      AgentSettings.create(
          ConfigFactory.parseString(
                  """
                  patterns.agents.Coordinator.nodes {
                    types = [gpu], platforms = [linux/amd64], capabilities = [fast]
                  }
                  """)
              .withFallback(ConfigFactory.defaultReference()));

  @Override
  protected List<Pattern> patterns() {
    return List.of(new Decompose());
  }

  @Test
  void a_call_carries_the_nodes_on_which_its_agent_may_run() {
    TestProcess process = process();
    Workshop usual = process.workshop();
    Workshop workshop =
        new Workshop(
            usual.patterns(),
            usual.calls(),
            () -> Simulation.cast(AGENTS, "a"),
            usual.histories(),
            usual.clock(),
            usual.settings());
    new TestProcess(member(), process.inference(), process.calls(), workshop)
        .start("placed")
        .submit("decompose", "{'prompt':'a job'}");
    NodeConstraint gpus =
        new NodeConstraint(List.of("gpu"), List.of("linux/amd64"), List.of("fast"));
    Asked plan = process.inference().await("plan");
    assertThat(plan.nodes()).isEqualTo(gpus);
    plan.answer("no plan");
    assertThat(process.inference().await("plan/repair1").nodes()).isEqualTo(gpus);
  }
}
