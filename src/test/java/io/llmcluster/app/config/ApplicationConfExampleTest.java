package io.llmcluster.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.cluster.ClusterSettings;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.node.NodeSettings;
import io.llmcluster.patterns.call.CallSettings;
import io.llmcluster.patterns.conversation.ConversationSettings;
import io.llmcluster.patterns.workflow.PatternSettings;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example is complete, is understood, and tells the truth about the defaults. */
class ApplicationConfExampleTest {

  private static final Path EXAMPLE = Path.of("..", "application.conf.example");

  private static Config example() {
    return ConfigLoader.load(EXAMPLE, Map.of(), List.of());
  }

  private static Config defaults() {
    return ConfigFactory.defaultReferenceUnresolved().resolve();
  }

  /** Every class that makes settings of the whole configuration, so that none is forgotten. */
  static List<Method> settings() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.llmcluster")
            .stream()
            .filter(type -> type.getSimpleName().endsWith("Settings"))
            .map(JavaClass::reflect)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> Modifier.isStatic(method.getModifiers()))
            .filter(method -> method.getName().equals("create"))
            .filter(
                method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {Config.class}))
            .sorted(Comparator.comparing(method -> method.getDeclaringClass().getName()))
            .toList();
  }

  @Test
  void the_settings_classes_are_found() {
    assertThat(settings())
        .extracting(Method::getDeclaringClass)
        .contains(ClusterSettings.class, GatewaySettings.class, NodeSettings.class)
        .contains(PatternSettings.class, CallSettings.class, ConversationSettings.class);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void a_settings_class_reads_it_and_finds_its_defaults(Method create)
      throws ReflectiveOperationException {
    assertThat(create.invoke(null, example()))
        .usingRecursiveComparison()
        .isEqualTo(create.invoke(null, defaults()));
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
