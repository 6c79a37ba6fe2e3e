package io.llmcluster.patterns.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.DirectoryView;
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

class CastsTest {

  private static InstalledModel installed(String name, String family) {
    return new InstalledModel(
        name,
        "",
        7,
        "d",
        new ModelDetails("", "", family, List.of(), "", "", 0, 0),
        List.of(),
        "",
        "");
  }

  @Test
  void patterns_of_another_cluster_that_stands_behind_a_node_are_no_voices() {
    NodeEntry node =
        new NodeEntry(
            new NodeSpec("n", "127.0.0.1", 1, "", "", List.of(), BackendKind.OLLAMA, 0),
            1,
            "member",
            "127.0.0.1",
            1,
            TestInbox.<SlotCommand>create().getRef(),
            Hardware.UNKNOWN,
            NodeHealth.UP,
            "",
            "",
            List.of(installed("a:latest", "llama"), installed("ensemble:latest", "pattern")),
            List.of(),
            Map.of());
    Cast cast = Casts.of(DirectoryView.of(List.of(), List.of(), List.of(node)), Map.of());
    assertThat(cast.choose(5)).containsExactly("a:latest");
  }
}
