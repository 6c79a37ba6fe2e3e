package io.llmcluster.app.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.settings.SettingsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a YAML file with the same keys as the HOCON one. */
final class YamlConfig {

  /** No setting lies half as deep. */
  private static final int MOST_LEVELS = 20;

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
      return ConfigFactory.parseMap(textKeys(file, map, 0), file.toString());
    } catch (MarkedYAMLException broken) {
      throw new SettingsException(
          file + ": line " + (broken.getProblemMark().getLine() + 1) + ": " + broken.getProblem());
    } catch (YAMLException | ConfigException | IOException broken) {
      throw new SettingsException(
          file + ": " + String.valueOf(broken.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static Map<String, Object> textKeys(Path file, Map<?, ?> map, int depth) {
    Map<String, Object> out = new LinkedHashMap<>();
    map.forEach((key, value) -> out.put(String.valueOf(key), plain(file, value, depth + 1)));
    return out;
  }

  /** What HOCON has too: dates, for one, are texts there. */
  private static @Nullable Object plain(Path file, @Nullable Object value, int depth) {
    if (depth > MOST_LEVELS) {
      throw new SettingsException(
          file + ": deeper than " + MOST_LEVELS + " levels, or an alias that contains itself");
    }
    if (value instanceof Map<?, ?> map) {
      return textKeys(file, map, depth);
    }
    if (value instanceof Collection<?> list) {
      List<@Nullable Object> out = new ArrayList<>();
      list.forEach(one -> out.add(plain(file, one, depth + 1)));
      return out;
    }
    boolean known =
        value == null
            || value instanceof String
            || value instanceof Number
            || value instanceof Boolean;
    return known ? value : String.valueOf(value);
  }
}
