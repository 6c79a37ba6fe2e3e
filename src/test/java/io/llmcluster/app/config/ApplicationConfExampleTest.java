package io.llmcluster.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.cluster.ClusterSettings;
import io.llmcluster.core.inference.InferenceSettings;
import io.llmcluster.core.storage.StorageSettings;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.node.NodeSettings;
import io.llmcluster.node.backend.BackendSettings;
import io.llmcluster.node.embedded.EmbeddedSettings;
import io.llmcluster.patterns.model.AgentSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The example is complete, is understood, and tells the truth about the defaults. */
class ApplicationConfExampleTest {

  private static final Path EXAMPLE = Path.of("..", "application.conf.example");

  private static Config example() {
    return ConfigLoader.load(EXAMPLE, Map.of(), List.of());
  }

  private static Config defaults() {
    return ConfigFactory.defaultReferenceUnresolved().resolve();
  }

  @Test
  void every_settings_class_reads_it_and_finds_its_defaults() {
    assertThat(ClusterSettings.create(example())).isEqualTo(ClusterSettings.create(defaults()));
    assertThat(InferenceSettings.create(example())).isEqualTo(InferenceSettings.create(defaults()));
    assertThat(GatewaySettings.create(example())).isEqualTo(GatewaySettings.create(defaults()));
    assertThat(StorageSettings.create(example())).isEqualTo(StorageSettings.create(defaults()));
    assertThat(NodeSettings.create(example())).isEqualTo(NodeSettings.create(defaults()));
    assertThat(BackendSettings.create(example())).isEqualTo(BackendSettings.create(defaults()));
    assertThat(EmbeddedSettings.create(example())).isEqualTo(EmbeddedSettings.create(defaults()));
    assertThat(AgentSettings.create(example())).isEqualTo(AgentSettings.create(defaults()));
  }

  @Test
  void every_key_has_its_default() {
    for (String key : KnownKeys.of(ConfigFactory.defaultReferenceUnresolved()).keys()) {
      assertThat(example().getValue(key).unwrapped())
          .as(key)
          .isEqualTo(defaults().getValue(key).unwrapped());
    }
  }

  @Test
  void it_has_every_key_and_no_other() {
    Config own = ConfigFactory.parseFile(EXAMPLE.toFile());
    TreeSet<String> keys = new TreeSet<>(KnownKeys.of(own).keys());
    assertThat(keys)
        .containsExactlyElementsOf(KnownKeys.of(ConfigFactory.defaultReferenceUnresolved()).keys());
  }
}
