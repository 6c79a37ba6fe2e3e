package io.llmcluster.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsException;
import io.llmcluster.patterns.model.AgentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class ConfigLoaderTest {

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void the_command_line_wins_over_the_environment_over_the_file_over_the_defaults()
      throws IOException {
    Path file = file("a.conf", "node { port = 1, concurrency = 1, queueSize = 1 }");
    Config config =
        ConfigLoader.load(
            file, Map.of("PORT", "2", "QUEUE_CONCURRENCY", "2"), List.of("node.port=3"));
    assertThat(config.getInt("node.port")).isEqualTo(3);
    assertThat(config.getInt("node.concurrency")).isEqualTo(2);
    assertThat(config.getInt("node.queueSize")).isEqualTo(1);
    assertThat(config.getInt("server.port")).isEqualTo(3001);
  }

  @Test
  void yaml_has_the_same_keys() throws IOException {
    Path file =
        file(
            "config.yaml",
            "server:\n  port: 4000\nnodes:\n  - name: a\n    host: h\n    port: 11434\n");
    Config config = ConfigLoader.load(file, Map.of(), List.of());
    assertThat(config.getInt("server.port")).isEqualTo(4000);
    assertThat(config.getConfigList("nodes").get(0).getString("name")).isEqualTo("a");
  }

  @Test
  void the_environment_can_name_the_file() throws IOException {
    Path file = file("a.conf", "server.port = 4001");
    Config config =
        ConfigLoader.load(null, Map.of("LLM_CLUSTER_CONFIG", file.toString()), List.of());
    assertThat(config.getInt("server.port")).isEqualTo(4001);
  }

  @Test
  void a_file_that_the_environment_names_and_that_is_not_there_is_told_as_such() {
    assertThatThrownBy(
            () -> ConfigLoader.load(null, Map.of("LLM_CLUSTER_CONFIG", "no.conf"), List.of()))
        .hasMessageStartingWith("LLM_CLUSTER_CONFIG: no.conf cannot be read");
  }

  @Test
  void variables_of_other_programs_are_none_of_our_business() {
    Map<String, String> foreign =
        Map.of("npm_config_@x:registry", "y", "A.", "1", "A", "1", "A.B", "2", "PORT", "7");
    assertThat(ConfigLoader.load(null, foreign, List.of()).getInt("node.port")).isEqualTo(7);
  }

  @Test
  void a_date_in_yaml_is_a_text() throws IOException {
    Config config =
        ConfigLoader.load(file("config.yaml", "data-dir: 2020-01-01\n"), Map.of(), List.of());
    assertThat(config.getString("data-dir")).contains("2020");
  }

  @Test
  void a_setting_may_refer_to_another() throws IOException {
    Path file = file("a.conf", "cluster.host = \"10.0.0.1\"");
    assertThat(ConfigLoader.load(file, Map.of(), List.of()).getString("node.host"))
        .isEqualTo("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server { port = ",
        "server.port = ${nowhere}",
        "include required(\"nothing.conf\")",
      })
  void broken_hocon_is_one_line_that_names_the_file(String text) throws IOException {
    Path file = file("broken.conf", text);
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), List.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("broken.conf")
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server:\n  port: [1\n",
        "- a\n- b\n",
        "just a text",
        "server: !!javax.script.ScriptEngineManager []\n",
        """
        a: &a [x,x,x,x,x,x,x,x,x]
        b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
        c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
        d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
        e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
        f: [*e,*e,*e,*e,*e,*e,*e,*e,*e]
        """,
        "server:\n  port: 1\nserver:\n  port: 2\n",
        "server: &a\n  port: *a\n",
        "nodes: &a [*a]\n",
      })
  void hostile_yaml_is_one_line_that_names_the_file(String text) throws IOException {
    Path file = file("config.yaml", text);
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), List.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("config.yaml")
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
  }

  @Test
  void a_file_that_is_not_there_is_named() {
    Path missing = folder.resolve("missing.conf");
    assertThatThrownBy(() -> ConfigLoader.load(missing, Map.of(), List.of()))
        .hasMessage("--config: " + missing + " cannot be read (expected: a HOCON or YAML file)");
  }

  @Test
  void an_empty_yaml_file_changes_nothing() throws IOException {
    Config config = ConfigLoader.load(file("config.yaml", "# nothing\n"), Map.of(), List.of());
    assertThat(config.getInt("server.port")).isEqualTo(3001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.prot = 1", "sever { port = 1 }", "mongo.uri = x"})
  void an_unknown_key_is_refused(String text) throws IOException {
    Path file = file("a.conf", text);
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), List.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageMatching("(?s).*(unknown key|expected: ).*");
  }

  @Test
  void the_nearest_key_is_offered() throws IOException {
    Path file = file("a.conf", "server.queuesise = 1");
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), List.of()))
        .hasMessageContaining("did you mean server.queueSize?");
  }

  @Test
  void users_add_agents_of_their_own() throws IOException {
    Path file = file("config.yaml", "patterns: {agents: {Poet: {system: You rhyme.}}}\n");
    assertThat(AgentSettings.create(ConfigLoader.load(file, Map.of(), List.of())))
        .containsKeys("Poet", "Critic");
  }

  @Test
  void what_is_below_pekko_is_the_users_own_affair() throws IOException {
    Path file = file("a.conf", "pekko.some.thing = 1");
    assertThat(ConfigLoader.load(file, Map.of(), List.of()).getInt("pekko.some.thing")).isOne();
  }
}
