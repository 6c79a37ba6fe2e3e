package io.llmcluster.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.settings.SettingsException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeListTest {

  private static List<NodeSpec> read(String nodes) {
    return NodeList.read(ConfigFactory.parseString("nodes = " + nodes));
  }

  @Test
  void an_entry_needs_a_name_and_a_host() {
    assertThat(read("[{name: a, host: h}]"))
        .containsExactly(new NodeSpec("a", "h", 11434, "", "", List.of(), BackendKind.AUTO, 0));
  }

  @Test
  void what_is_written_is_read_again() {
    List<NodeSpec> nodes =
        List.of(
            new NodeSpec(
                "a", "h", 1, "gpu", "linux/amd64", List.of("x, y", "\"z\""), BackendKind.OPENAI, 7),
            new NodeSpec("b", "::1", 65535, "", "", List.of(), BackendKind.MEMBER, 0));
    assertThat(read(NodeList.write(nodes))).isEqualTo(nodes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h", "my_ollama", "gpu-1.example.org.", "10.0.0.5", "::1", "fe80::1:2"})
  void names_and_addresses_are_hosts(String host) {
    assertThat(read("[{name: a, host: \"" + host + "\"}]").get(0).host()).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | nodes: wrong",
        "[7] | nodes: wrong",
        "[{host: h}] | nodes[0].name: ''",
        "[{name: 'a/b', host: h}] | nodes[0].name",
        "[{name: a}] | nodes[0].host: missing",
        "[{name: a, host: \"http://10.0.0.5\"}] | nodes[0].host: 'http://10.0.0.5' (expected: a",
        "[{name: a, host: \"gpu box\"}] | nodes[0].host: 'gpu box'",
        "[{name: a, host: \"10.0.0.5 \"}] | nodes[0].host: '10.0.0.5 '",
        "[{name: a, host: \"a:1\"}] | nodes[0].host: 'a:1'",
        "[{name: a, host: h, port: 0}] | nodes[0].port: 0 (expected: 1 to 65535)",
        "[{name: a, host: h, port: x}] | nodes[0].port: x",
        "[{name: a, host: h, backend: vllm}] | nodes[0].backend: vllm (expected: one of",
        "[{name: a, host: h, concurrency: -1}] | nodes[0].concurrency: -1",
        "[{name: a, host: h, capabilities: {x: 1}}] | nodes[0].capabilities: wrong",
        "[{name: a, host: h, prot: 1}] | nodes[0].prot: unknown key",
        "[{name: a, host: h}, {name: a, host: i}] | nodes[1].name: a (expected: a name of its own)",
      })
  void a_wrong_entry_is_named(String nodes, String message) {
    assertThatThrownBy(() -> read(nodes))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }
}
