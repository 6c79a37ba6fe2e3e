package io.llmcluster.app.nodes;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.settings.SettingsException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code nodes = [{name, host, port, type, platform, capabilities, backend, concurrency}]}.
 */
public final class NodeList {

  private static final Set<String> KEYS =
      Set.of("name", "host", "port", "type", "platform", "capabilities", "backend", "concurrency");

  private static final String NAME = "[A-Za-z0-9._-]{1,64}";

  /** A host name, an IPv4 or an IPv6 address. */
  private static final String HOST =
      "[A-Za-z0-9_]([A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*";

  private NodeList() {}

  /**
   * @throws SettingsException that names the entry and key
   */
  public static List<NodeSpec> read(Config root) {
    List<NodeSpec> nodes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<? extends Config> entries;
    try {
      entries = root.getConfigList("nodes");
    } catch (ConfigException wrong) {
      throw new SettingsException("nodes: wrong (expected: a list of objects)");
    }
    for (int i = 0; i < entries.size(); i++) {
      NodeSpec spec = read("nodes[" + i + "]", entries.get(i));
      if (!names.add(spec.name())) {
        throw new SettingsException(
            "nodes[" + i + "].name: " + spec.name() + " (expected: a name of its own)");
      }
      nodes.add(spec);
    }
    return List.copyOf(nodes);
  }

  /** The list as the configuration writes it, on one line. */
  public static String write(List<NodeSpec> nodes) {
    List<Map<String, Object>> entries =
        nodes.stream()
            .map(
                node ->
                    Map.<String, Object>of(
                        "name", node.name(),
                        "host", node.host(),
                        "port", node.port(),
                        "type", node.type(),
                        "platform", node.platform(),
                        "capabilities", node.capabilities(),
                        "backend", node.backend().name().toLowerCase(Locale.ROOT),
                        "concurrency", node.concurrency()))
            .toList();
    return ConfigValueFactory.fromIterable(entries).render(ConfigRenderOptions.concise());
  }

  private static NodeSpec read(String where, Config entry) {
    for (String key : entry.root().keySet()) {
      if (!KEYS.contains(key)) {
        throw new SettingsException(
            where + "." + key + ": unknown key (expected: some of " + sorted() + ")");
      }
    }
    String name = text(where, entry, "name", "");
    String host = text(where, entry, "host", "");
    if (!name.matches(NAME)) {
      throw new SettingsException(
          where + ".name: '" + name + "' (expected: 1 to 64 characters of A-Z a-z 0-9 . _ -)");
    }
    if (host.isBlank()) {
      throw new SettingsException(where + ".host: missing (expected: a host name or address)");
    }
    if (!host.matches(HOST)) {
      throw new SettingsException(
          where
              + ".host: '"
              + host
              + "' (expected: a host name or address, without http:// and port)");
    }
    return new NodeSpec(
        name,
        host,
        number(where, entry, "port", 1, 65_535, 11_434),
        text(where, entry, "type", ""),
        text(where, entry, "platform", ""),
        capabilities(where, entry),
        backend(where, text(where, entry, "backend", "auto")),
        number(where, entry, "concurrency", 0, NodeSpec.MAX_CONCURRENCY, 0));
  }

  private static String sorted() {
    return String.join(", ", KEYS.stream().sorted().toList());
  }

  private static BackendKind backend(String where, String value) {
    for (BackendKind kind : BackendKind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(value)) {
        return kind;
      }
    }
    throw new SettingsException(
        where
            + ".backend: "
            + value
            + " (expected: one of auto, ollama, openai, member, demo, embedded)");
  }

  private static String text(String where, Config entry, String key, String otherwise) {
    try {
      return entry.hasPath(key) ? entry.getString(key) : otherwise;
    } catch (ConfigException wrong) {
      throw new SettingsException(where + "." + key + ": wrong (expected: a text)");
    }
  }

  private static List<String> capabilities(String where, Config entry) {
    try {
      return entry.hasPath("capabilities") ? entry.getStringList("capabilities") : List.of();
    } catch (ConfigException wrong) {
      throw new SettingsException(where + ".capabilities: wrong (expected: a list of texts)");
    }
  }

  private static int number(
      String where, Config entry, String key, int min, int max, int otherwise) {
    try {
      int value = entry.hasPath(key) ? entry.getInt(key) : otherwise;
      if (value >= min && value <= max) {
        return value;
      }
    } catch (ConfigException wrong) {
      // told below, with every other wrong value
    }
    throw new SettingsException(
        where
            + "."
            + key
            + ": "
            + entry.getValue(key).unwrapped()
            + " (expected: "
            + min
            + " to "
            + max
            + ")");
  }
}
