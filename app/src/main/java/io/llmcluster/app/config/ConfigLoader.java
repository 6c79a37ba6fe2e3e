package io.llmcluster.app.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import io.llmcluster.core.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the configuration together: the modules' defaults, over them the file, then the environment,
 * then the command line. Failures are one line that names the file, key or line.
 */
public final class ConfigLoader {

  private static final List<String> USUAL_FILES = List.of("application.conf", "config.yaml");

  /** Those that environment.conf refers to. Any other may have a name that is no key. */
  private static final Set<String> VARIABLES =
      Set.of("PORT", "QUEUE_CONCURRENCY", "LLAMA_BASE_URL", "MONGODB_URI", "NODE_ENV");

  private ConfigLoader() {}

  /**
   * @param given the file of {@code --config}; null: {@code LLM_CLUSTER_CONFIG}, else a file of the
   *     usual names in the working folder, if there is one
   * @param environment the process' environment variables
   * @param overrides {@code key=value} lines of the command line, HOCON
   * @throws SettingsException if the file cannot be read or holds a key that does not exist
   */
  public static Config load(
      @Nullable Path given, Map<String, String> environment, List<String> overrides) {
    Config defaults = ConfigFactory.defaultReferenceUnresolved();
    Path file = given != null ? given : usual(environment);
    String source = given != null ? "--config" : "LLM_CLUSTER_CONFIG";
    Config own = file == null ? ConfigFactory.empty() : read(source, file);
    Config commandLine = parse("the command line", String.join("\n", overrides));
    KnownKeys known = KnownKeys.of(defaults);
    known.check(own);
    known.check(commandLine);
    Config variables =
        ConfigFactory.parseResources("environment.conf")
            .resolveWith(
                ConfigFactory.parseMap(known(environment)),
                ConfigResolveOptions.defaults().setUseSystemEnvironment(false));
    try {
      return commandLine
          .withFallback(variables)
          .withFallback(own)
          .withFallback(ConfigFactory.parseResources("pekko-defaults.conf"))
          .withFallback(defaults)
          .resolve();
    } catch (ConfigException broken) {
      throw new SettingsException(oneLine(broken));
    }
  }

  private static Map<String, String> known(Map<String, String> environment) {
    Map<String, String> known = new HashMap<>(environment);
    known.keySet().retainAll(VARIABLES);
    return known;
  }

  private static @Nullable Path usual(Map<String, String> environment) {
    String named = environment.get("LLM_CLUSTER_CONFIG");
    if (named != null && !named.isBlank()) {
      return Path.of(named);
    }
    Stream<Path> usual = USUAL_FILES.stream().map(Path::of);
    return usual.filter(Files::isRegularFile).findFirst().orElse(null);
  }

  private static Config read(String source, Path file) {
    if (!Files.isReadable(file)) {
      throw new SettingsException(
          source + ": " + file + " cannot be read (expected: a HOCON or YAML file)");
    }
    String name = file.toString();
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return YamlConfig.read(file);
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException broken) {
      String message = oneLine(broken);
      throw new SettingsException(
          message.contains(String.valueOf(file.getFileName())) ? message : file + ": " + message);
    }
  }

  private static Config parse(String where, String text) {
    try {
      return ConfigFactory.parseString(
          text, ConfigParseOptions.defaults().setOriginDescription(where));
    } catch (ConfigException broken) {
      throw new SettingsException(oneLine(broken));
    }
  }

  private static String oneLine(ConfigException broken) {
    return String.valueOf(broken.getMessage()).lines().findFirst().orElse("unreadable");
  }
}
