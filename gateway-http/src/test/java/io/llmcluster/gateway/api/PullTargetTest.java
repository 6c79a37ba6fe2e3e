package io.llmcluster.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class PullTargetTest {

  private static final long GB = 1_000_000_000;

  private static NodeEntry node(String name, long memory, InstalledModel... installed) {
    return new NodeEntry(
        new NodeSpec(name, "127.0.0.1", 1, "", "", List.of(), BackendKind.OLLAMA, 0),
        1,
        "member",
        "127.0.0.1",
        1,
        TestInbox.<SlotCommand>create().getRef(),
        new Hardware(0, List.of(), memory, List.of(), ""),
        NodeHealth.UP,
        "",
        "",
        List.of(installed),
        List.of(),
        Map.of());
  }

  private static InstalledModel model(String name, long size) {
    return new InstalledModel(name, "", size, "", ModelDetails.UNKNOWN, List.of(), "", "");
  }

  private static String target(String model, NodeEntry... nodes) {
    return PullTarget.of(List.of(nodes), model, node -> node.name().equals("loaded") ? 1 : 0)
        .map(NodeEntry::name)
        .orElse("");
  }

  @Test
  void a_pull_is_an_update_where_the_model_is() {
    NodeEntry having = node("having", 8 * GB, model("other:latest", GB), model("m:latest", 6 * GB));
    assertThat(target("m", node("empty", 64 * GB), having)).isEqualTo("having");
    assertThat(target("m:7b", node("empty", 64 * GB), having)).isEqualTo("empty");
  }

  @Test
  void one_large_model_takes_more_room_than_several_small_ones() {
    NodeEntry large = node("large", 64 * GB, model("l:latest", 40 * GB));
    NodeEntry small = node("small", 64 * GB, model("a:latest", GB), model("b:latest", GB));
    assertThat(target("m", large, small)).isEqualTo("small");
    assertThat(target("m", node("smaller", 16 * GB), large)).isEqualTo("large");
  }

  @Test
  void memory_that_is_not_known_counts_as_none() {
    NodeEntry unknown = node("unknown", 0);
    assertThat(target("m", unknown, node("known", 8 * GB, model("a:latest", GB))))
        .isEqualTo("known");
    assertThat(target("m", node("fuller", 0, model("a:latest", GB)), unknown)).isEqualTo("unknown");
  }

  @Test
  void of_equal_room_the_least_loaded_is_taken() {
    assertThat(target("m", node("loaded", GB), node("idle", GB))).isEqualTo("idle");
    assertThat(target("m")).isEmpty();
  }
}
