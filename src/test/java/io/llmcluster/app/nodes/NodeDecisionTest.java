package io.llmcluster.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeDecisionTest {

  private static final OllamaUrl URL = new OllamaUrl("localhost", 11434);
  private static final List<NodeSpec> SOME =
      List.of(new NodeSpec("a", "h", 1, "", "", List.of(), BackendKind.AUTO, 0));

  @Test
  void a_model_that_was_named_is_run_whatever_else_there_is() {
    assertThat(NodeDecision.of(SOME, true, URL, true, false))
        .isEqualTo(new NodeDecision.Embedded());
  }

  @Test
  void configured_nodes_come_before_an_ollama_that_answers() {
    assertThat(NodeDecision.of(SOME, false, URL, true, true))
        .isEqualTo(new NodeDecision.Configured(SOME));
  }

  @Test
  void an_ollama_that_answers_comes_before_the_embedded_model() {
    assertThat(NodeDecision.of(List.of(), false, URL, true, true))
        .isEqualTo(new NodeDecision.Ollama(URL, true));
  }

  @Test
  void the_embedded_model_stands_in_where_it_may() {
    assertThat(NodeDecision.of(List.of(), false, URL, false, true))
        .isEqualTo(new NodeDecision.Embedded());
  }

  @Test
  void where_nothing_may_stand_in_the_ollama_is_waited_for() {
    assertThat(NodeDecision.of(List.of(), false, URL, false, false))
        .isEqualTo(new NodeDecision.Ollama(URL, false));
  }
}
