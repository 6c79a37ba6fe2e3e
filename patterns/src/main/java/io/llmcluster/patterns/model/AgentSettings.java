package io.llmcluster.patterns.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.core.settings.SettingsException;
import io.llmcluster.core.settings.SettingsReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the agents, block {@code patterns.agents}: those of the defaults, and the users' own. */
public final class AgentSettings {

  private static final String AGENTS = "patterns.agents";

  /**
   * What an agent has that says nothing else; its keys are all that there are, beside {@code
   * system}.
   */
  private static final String DEFAULTS = "patterns.agentDefaults";

  private static final String NAME = "[A-Za-z0-9_-]{1,64}";
  private static final double MOST_BILLIONS = 1_000_000;

  private AgentSettings() {}

  /**
   * @return by name, sorted
   * @throws SettingsException naming the key and what was expected
   */
  public static Map<String, Agent> create(Config root) {
    ConfigValue block = root.getValue(AGENTS);
    Map<String, Agent> agents = new TreeMap<>();
    Map<String, String> spelling = new TreeMap<>();
    Config defaults = root.getConfig(DEFAULTS);
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object(AGENTS, block)).entrySet()) {
      String name = entry.getKey();
      String path = AGENTS + "." + name;
      if (!name.matches(NAME)) {
        throw new SettingsException(
            path + ": no name (expected: 1 to 64 letters, digits, - and _)");
      }
      String other = spelling.put(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw new SettingsException(
            path + ": there is " + other + " (expected: names that differ in more than case)");
      }
      check(path, object(path, entry.getValue()), defaults.root());
      agents.put(name, agent(name, path, root.withFallback(defaults.atPath(path))));
    }
    return agents;
  }

  private static ConfigObject object(String path, ConfigValue value) {
    if (value.valueType() != ConfigValueType.OBJECT) {
      throw new SettingsException(path + ": " + value.unwrapped() + " (expected: a block { ... })");
    }
    return (ConfigObject) value;
  }

  /** A misspelt key would be ignored otherwise. */
  private static void check(String path, ConfigObject given, ConfigObject known) {
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(given).entrySet()) {
      String key = entry.getKey();
      ConfigValue expected = known.get(key);
      if (expected == null) {
        throw new SettingsException(
            path + "." + key + ": unknown key (expected: one of " + names(known.keySet()) + ")");
      }
      if (expected.valueType() == ConfigValueType.OBJECT) {
        check(
            path + "." + key, object(path + "." + key, entry.getValue()), (ConfigObject) expected);
      }
    }
  }

  private static String names(Set<String> keys) {
    return String.join(", ", new java.util.TreeSet<>(keys));
  }

  private static Agent agent(String name, String path, Config root) {
    SettingsReader agent = SettingsReader.of(root, path);
    String system = agent.text("system");
    if (system.isBlank()) {
      throw agent.refused("system", "empty", "the agent's system prompt");
    }
    double temperature = agent.number("temperature", 0, 2);
    SettingsReader model = SettingsReader.of(root, path + ".model");
    double min = model.number("minBillions", 0, MOST_BILLIONS);
    double max = model.number("maxBillions", 0, MOST_BILLIONS);
    if (max > 0 && max < min) {
      throw model.refused("maxBillions", max, ">= minBillions, or 0 for no wish");
    }
    SettingsReader nodes = SettingsReader.of(root, path + ".nodes");
    return new Agent(
        name,
        system,
        temperature,
        new ModelPreference(
            texts(model, "names"),
            texts(model, "families"),
            texts(model, "capabilities"),
            min,
            max),
        new NodeConstraint(
            texts(nodes, "types"), texts(nodes, "platforms"), texts(nodes, "capabilities")));
  }

  private static List<String> texts(SettingsReader read, String key) {
    List<String> texts = read.texts(key);
    if (texts.stream().anyMatch(String::isBlank)) {
      throw read.refused(key, texts, "texts that are not blank");
    }
    return texts;
  }
}
