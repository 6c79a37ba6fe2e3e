package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSlotsTest {

  @ParameterizedTest
  @CsvSource({
    "2, 3, 5, 2",
    "2, 0, 5, 2",
    "2, 0, 0, 2",
    "0, 3, 5, 3",
    "0, 3, 0, 3",
    "0, 0, 5, 5",
    "0, 0, 0, 4", // Parallelism.FIRST_GUESS
  })
  void the_word_for_the_node_counts_before_the_backends_and_that_before_the_word_for_all(
      int forTheNode, int ofTheBackend, int forAll, int capacity) {
    NodeSpec spec =
        new NodeSpec("n", "h", 11434, "", "", List.of(), BackendKind.OLLAMA, forTheNode);
    NodeSlots slots =
        new NodeSlots(
            spec,
            new NodeSettings("h", 0, forAll, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)),
            0);
    slots.backendSays(ofTheBackend);
    assertThat(slots.capacity()).isEqualTo(capacity);
  }
}
