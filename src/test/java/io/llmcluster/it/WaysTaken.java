package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.Workflow;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether workflows went the long ways of their patterns: models that do not keep to a form make
 * every pattern fall back to a call or two, and then little is under way that could be lost.
 */
final class WaysTaken {

  private WaysTaken() {}

  /**
   * That among them was all that their patterns have, which chance may leave out of a single one.
   *
   * @param workflows of all of {@link WorkflowClients#KINDS}, told to their ends
   */
  static void assertAllWays(List<Workflow> workflows) {
    workflows.forEach(WaysTaken::assertLong);
    for (String debated : List.of("debate", "auto")) {
      assertThat(workflows.stream().filter(one -> pattern(one).equals(debated)))
          .as("critique and a judge in one of %s", debated)
          .anyMatch(one -> one.completedSteps().contains("round1/debater1"))
          .anyMatch(one -> one.completedSteps().contains("verdict/judge"));
    }
    assertThat(workflows.stream().filter(one -> pattern(one).equals("maestro")))
        .as("results put together")
        .anyMatch(one -> one.completedSteps().contains("synthesis"));
  }

  /** That one, told to its end, had the parts that every long way has. */
  static void assertLong(Workflow workflow) {
    String told = pattern(workflow) + " " + workflow.id() + ": " + workflow.completedSteps();
    switch (pattern(workflow)) {
      case "decompose" ->
          assertThat(workflow.completedSteps()).as(told).contains("task/a", "task/b", "task/c");
      case "maestro" -> {
        assertThat(begun(workflow, "task/")).as(told).hasSizeGreaterThan(1);
        assertThat(begun(workflow, "review/")).as(told).isNotEmpty();
      }
      case "debate", "auto" -> assertThat(decisions(workflow)).as(told).contains("verdict");
      default -> assertThat(workflow.completedSteps()).as(told).hasSizeGreaterThan(2);
    }
  }

  private static Stream<String> begun(Workflow workflow, String with) {
    return workflow.completedSteps().stream().filter(step -> step.startsWith(with));
  }

  private static Stream<String> decisions(Workflow workflow) {
    return workflow.told().stream().map(event -> event.data().path("decision").path("id").asText());
  }

  private static String pattern(Workflow workflow) {
    return workflow.told().get(0).data().path("pattern").asText();
  }
}
