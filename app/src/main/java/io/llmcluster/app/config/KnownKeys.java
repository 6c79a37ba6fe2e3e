package io.llmcluster.app.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.llmcluster.core.settings.SettingsException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys that exist: those that have a default. A file with any other is refused, since a
 * misspelt setting that is ignored is worse than an error. Below {@code pekko} everything is
 * allowed.
 */
final class KnownKeys {

  /**
   * Blocks of libraries, and ours between modules, that stand in the same defaults; only {@code
   * pekko} is for users.
   */
  private static final Set<String> LIBRARIES =
      Set.of(
          "pekko",
          "ssl-config",
          "java",
          "os",
          "user",
          "line",
          "path",
          "file",
          "sun",
          "awt",
          "llm-cluster",
          "pekko-persistence-jdbc",
          "jdbc-journal",
          "jdbc-snapshot-store",
          "jdbc-read-journal",
          "jdbc-durable-state-store",
          "slick",
          "pekko-contrib-persistence-dispatcher",
          "pekko-contrib-persistence-query-dispatcher",
          "pekko-contrib-mongodb-persistence-journal",
          "pekko-contrib-mongodb-persistence-snapshot",
          "pekko-contrib-mongodb-persistence-readjournal");

  /** Blocks to which users add blocks of their own; who reads them checks what is in them. */
  private static final Set<String> OPEN = Set.of("patterns.agents");

  private final Set<String> keys = new TreeSet<>();
  private final Set<String> blocks = new TreeSet<>();

  private KnownKeys() {}

  static KnownKeys of(Config defaults) {
    KnownKeys known = new KnownKeys();
    known.collect("", defaults.root());
    return known;
  }

  private void collect(String prefix, ConfigObject object) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String key = prefix + entry.getKey();
      if (prefix.isEmpty() && LIBRARIES.contains(key)) {
        continue;
      }
      if (isBlock(entry.getValue())) {
        blocks.add(key);
        collect(key + ".", (ConfigObject) entry.getValue());
      } else {
        keys.add(key);
      }
    }
  }

  private static boolean isBlock(ConfigValue value) {
    return value instanceof ConfigObject object && !object.isEmpty();
  }

  /** All keys, blocks not included. */
  Set<String> keys() {
    return keys;
  }

  /**
   * @throws SettingsException for the first key that does not exist
   */
  void check(Config own) {
    check("", own.root());
  }

  private void check(String prefix, ConfigObject object) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String key = prefix + entry.getKey();
      if (key.equals("pekko") || keys.contains(key) || OPEN.contains(key)) {
        continue;
      }
      if (!blocks.contains(key)) {
        throw new SettingsException(
            key + ": unknown key in " + entry.getValue().origin().description() + nearest(key));
      }
      if (entry.getValue().valueType() != ConfigValueType.OBJECT) {
        throw new SettingsException(
            key + ": " + entry.getValue().unwrapped() + " (expected: a block { ... })");
      }
      check(key + ".", (ConfigObject) entry.getValue());
    }
  }

  private String nearest(String key) {
    Set<String> all = new TreeSet<>(keys);
    all.addAll(blocks);
    return all.stream()
        .min(Comparator.comparingInt(candidate -> distance(key, candidate)))
        .filter(candidate -> distance(key, candidate) <= Math.max(2, key.length() / 3))
        .map(candidate -> " (did you mean " + candidate + "?)")
        .orElse("");
  }

  /** Levenshtein's edit distance. */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int substitute =
            diagonal
                + (Character.toLowerCase(one.charAt(i - 1))
                        == Character.toLowerCase(other.charAt(j - 1))
                    ? 0
                    : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
