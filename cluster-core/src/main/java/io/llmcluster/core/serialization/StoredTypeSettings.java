package io.llmcluster.core.serialization;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The roots of what is stored, as the modules' {@code reference.conf} register them under {@code
 * llm-cluster.stored-types}: short stable name to class.
 */
record StoredTypeSettings(Map<String, Class<?>> roots) {

  private static final String PATH = "llm-cluster.stored-types";

  static StoredTypeSettings create(Config root, ClassLoader loader) {
    Map<String, Class<?>> roots = new TreeMap<>();
    root.getObject(PATH)
        .forEach(
            (name, value) ->
                roots.put(name, load(name, String.valueOf(value.unwrapped()), loader)));
    return new StoredTypeSettings(roots);
  }

  private static Class<?> load(String name, String className, ClassLoader loader) {
    try {
      Class<?> type = Class.forName(className, true, loader);
      if (StoredMessage.class.isAssignableFrom(type)) {
        return type;
      }
    } catch (ClassNotFoundException missing) {
      // told below
    }
    throw new SettingsException(
        PATH + "." + name + ": " + className + " (expected: a class that is a StoredMessage)");
  }
}
