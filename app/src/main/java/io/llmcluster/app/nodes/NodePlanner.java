package io.llmcluster.app.nodes;

import com.typesafe.config.Config;
import io.llmcluster.app.cli.Console;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.node.hardware.HardwareProbe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nodes that a member brings along; runs the embedded model if it comes to that, until it
 * is closed.
 */
public final class NodePlanner implements AutoCloseable {

  private final Config config;
  private final Console console;
  private final EmbeddedModel embedded;

  public NodePlanner(Config config, Console console) {
    this.config = config;
    this.console = console;
    this.embedded = new EmbeddedModel(config, console);
  }

  /**
   * For a whole cluster on this machine. Blocks until it is known; that can take as long as
   * fetching a model.
   *
   * @param model a GGUF file or its URL, to be run as the embedded model; null: not given
   */
  public NodePlan forCluster(@Nullable String model) throws InterruptedException {
    return plan(model, !config.getString("environment").equals("production"));
  }

  /** For a member that brings its machine's Ollama to a cluster: never the embedded model. */
  public NodePlan forNode() throws InterruptedException {
    return plan(null, false);
  }

  private NodePlan plan(@Nullable String model, boolean mayStandIn) throws InterruptedException {
    CompletableFuture<Hardware> hardware = HardwareProbe.look().toCompletableFuture();
    OllamaUrl url = OllamaUrl.parse(config.getString("ollama.url"));
    List<NodeSpec> configured = NodeList.read(config);
    boolean asks = model == null && configured.isEmpty();
    boolean answers = asks && OllamaPort.answers(url);
    NodeDecision decision = NodeDecision.of(configured, model != null, url, answers, mayStandIn);
    if (decision instanceof NodeDecision.Configured nodes) {
      return new NodePlan(nodes.nodes(), List.of(), hardware.join());
    }
    String where = url.host() + ":" + url.port();
    if (decision instanceof NodeDecision.Ollama ollama) {
      console.say(
          ollama.answers()
              ? "found an Ollama at " + where
              : "no Ollama answers at " + where + " yet: it is used as soon as it does");
      return new NodePlan(List.of(spec(url)), List.of(), hardware.join());
    }
    if (model == null) {
      console.say("no Ollama answers at " + where);
    }
    return new NodePlan(List.of(), List.of(embedded.start(model)), hardware.join());
  }

  private static NodeSpec spec(OllamaUrl url) {
    NodeSpec found =
        new NodeSpec("found", url.host(), url.port(), "", "", List.of(), BackendKind.OLLAMA, 0);
    String name = found.isLoopback() ? MachineName.get() : MachineName.clean(url.host());
    return new NodeSpec(name, url.host(), url.port(), "", "", List.of(), BackendKind.OLLAMA, 0);
  }

  @Override
  public void close() {
    embedded.close();
  }
}
