package io.llmcluster.app.nodes;

import com.typesafe.config.Config;
import io.llmcluster.app.cli.Console;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that this program runs itself when there is no other; if not even that can be had, the
 * demo.
 */
final class EmbeddedModel implements AutoCloseable {

  private final Console console;

  EmbeddedModel(Config config, Console console) {
    this.console = console;
  }

  NodeSpec start(@Nullable String model) {
    console.say("starting the built-in demo, which generates text without a model");
    return new NodeSpec("demo", "localhost", 1, "", "", List.of("demo"), BackendKind.DEMO, 0);
  }

  @Override
  public void close() {}
}
