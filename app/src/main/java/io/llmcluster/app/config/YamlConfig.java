package io.llmcluster.app.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.settings.SettingsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a YAML file with the same keys as the HOCON one. */
final class YamlConfig {

  private YamlConfig() {}

  static Config read(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (Reader reader = Files.newBufferedReader(file)) {
      Object content = new Yaml(new SafeConstructor(options)).load(reader);
      if (content == null) {
        return ConfigFactory.empty();
      }
      if (!(content instanceof Map<?, ?> map)) {
        throw new SettingsException(file + ": no mapping (expected: keys and values)");
      }
      return ConfigFactory.parseMap(textKeys(map), file.toString());
    } catch (MarkedYAMLException broken) {
      throw new SettingsException(
          file + ": line " + (broken.getProblemMark().getLine() + 1) + ": " + broken.getProblem());
    } catch (YAMLException | ConfigException | IOException broken) {
      throw new SettingsException(
          file + ": " + String.valueOf(broken.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static Map<String, Object> textKeys(Map<?, ?> map) {
    Map<String, Object> out = new LinkedHashMap<>();
    map.forEach(
        (key, value) ->
            out.put(
                String.valueOf(key), value instanceof Map<?, ?> nested ? textKeys(nested) : value));
    return out;
  }
}
