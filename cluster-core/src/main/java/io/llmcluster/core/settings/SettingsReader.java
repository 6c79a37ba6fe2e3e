package io.llmcluster.core.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Reads one block of the configuration and checks each value, so that every wrong setting is told
 * in the same way: {@code server.queueSize: -3 (expected: >= 1)}.
 */
public final class SettingsReader {

  private final Config config;
  private final String prefix;

  private SettingsReader(Config config, String prefix) {
    this.config = config;
    this.prefix = prefix;
  }

  /**
   * @param root the whole configuration
   * @param path the block to read, for example {@code server}
   */
  public static SettingsReader of(Config root, String path) {
    return new SettingsReader(root.getConfig(path), path + ".");
  }

  /** For keys that lie in no block. */
  public static SettingsReader of(Config root) {
    return new SettingsReader(root, "");
  }

  /** A whole number within the bounds, both included. */
  public int integer(String key, int min, int max) {
    long value = read(key, "a whole number", config::getLong);
    if (value < min || value > max) {
      throw refused(
          key, value, max == Integer.MAX_VALUE ? ">= " + min : "from " + min + " to " + max);
    }
    return (int) value;
  }

  /** A size such as {@code 100M}, in bytes. */
  public long bytes(String key, long min) {
    long value = read(key, "a size such as 100M", config::getBytes);
    if (value < min) {
      throw refused(key, value, ">= " + min + " bytes");
    }
    return value;
  }

  /** A time such as {@code 30s}. */
  public Duration duration(String key, Duration min) {
    Duration value = read(key, "a time such as 30s", config::getDuration);
    if (value.compareTo(min) < 0) {
      throw refused(key, value.toMillis() + "ms", ">= " + min.toMillis() + "ms");
    }
    return value;
  }

  /** A number within the bounds, both included. */
  public double number(String key, double min, double max) {
    double value = read(key, "a number", config::getDouble);
    if (!(value >= min && value <= max)) {
      throw refused(key, value, "from " + min + " to " + max);
    }
    return value;
  }

  public String text(String key) {
    return read(key, "a text", config::getString);
  }

  public boolean flag(String key) {
    return read(key, "true or false", config::getBoolean);
  }

  public List<String> texts(String key) {
    return read(key, "a list of texts", config::getStringList);
  }

  /** One of the names; case does not matter. */
  public <E extends Enum<E>> E oneOf(String key, Class<E> type) {
    String value = text(key);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw refused(key, value, "one of " + names(type));
  }

  /** The failure for a value that this block holds under the key. */
  public SettingsException refused(String key, Object value, String expected) {
    return new SettingsException(prefix + key + ": " + value + " (expected: " + expected + ")");
  }

  private <T> T read(String key, String expected, Function<String, T> getter) {
    try {
      return getter.apply(key);
    } catch (ConfigException.Missing missing) {
      throw new SettingsException(prefix + key + ": missing (expected: " + expected + ")");
    } catch (ConfigException wrong) {
      throw refused(key, config.getValue(key).unwrapped(), expected);
    }
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    StringBuilder names = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      names
          .append(names.isEmpty() ? "" : ", ")
          .append(constant.name().toLowerCase(java.util.Locale.ROOT));
    }
    return names.toString();
  }
}
