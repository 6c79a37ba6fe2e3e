package io.llmcluster.patterns.model;

import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.model.ModelName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Who could take part, out of what a member knows of the cluster. */
public final class Casts {

  /** The family of patterns in lists of models. */
  private static final String PATTERN = "pattern";

  private static final double MILLION = 1e-3;

  private Casts() {}

  /** The models of nodes that take requests, with the agents that are described. */
  public static Cast of(DirectoryView view, Map<String, Agent> agents) {
    Map<String, ModelInfo> models = new TreeMap<>();
    for (NodeEntry node : view.nodes()) {
      if (node.health().takesRequests()) {
        for (InstalledModel model : node.installed()) {
          if (model.details().family().equals(PATTERN)) {
            continue; // of another cluster that stands behind a node: no voice of its own
          }
          String key = ModelName.key(model.name());
          models.merge(key, info(model, node, node.hasLoaded(key)), Casts::both);
        }
      }
    }
    return new Cast(models.values(), agents);
  }

  private static ModelInfo info(InstalledModel model, NodeEntry node, boolean loaded) {
    return new ModelInfo(
        model.name(),
        model.details().family(),
        billions(model.details().parameterSize()),
        model.capabilities(),
        1,
        loaded ? 1 : 0,
        List.of(node.spec()));
  }

  private static ModelInfo both(ModelInfo one, ModelInfo other) {
    return new ModelInfo(
        one.name(),
        one.family(),
        Math.max(one.billions(), other.billions()),
        one.capabilities().isEmpty() ? other.capabilities() : one.capabilities(),
        one.nodes() + other.nodes(),
        one.loaded() + other.loaded(),
        Stream.concat(one.homes().stream(), other.homes().stream()).toList());
  }

  /** Of a text such as {@code 8.0B} or {@code 134.52M}; 0 if it is none. */
  static double billions(String parameterSize) {
    String text = parameterSize.strip().toUpperCase(Locale.ROOT);
    if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?[BM]")) {
      return 0;
    }
    double number = Double.parseDouble(text.substring(0, text.length() - 1));
    return text.endsWith("B") ? number : number * MILLION;
  }
}
