package io.llmcluster.app.nodes;

import com.typesafe.config.Config;
import io.llmcluster.app.cli.Console;
import io.llmcluster.app.member.StartupException;
import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.node.embedded.EmbeddedProcess;
import io.llmcluster.node.embedded.EmbeddedSettings;
import io.llmcluster.node.embedded.ModelFile;
import io.llmcluster.node.embedded.ModelFileException;
import io.llmcluster.node.embedded.Sha256;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that this program runs itself when there is no other; if not even that can be had, the
 * demo.
 */
final class EmbeddedModel implements AutoCloseable {

  private final EmbeddedSettings settings;
  private final Console console;
  private @Nullable EmbeddedProcess process;

  EmbeddedModel(Config config, Console console) {
    this.settings = EmbeddedSettings.create(config);
    this.console = console;
  }

  /**
   * Blocks until the model can answer.
   *
   * @param model a GGUF file or its URL; null: the usual one
   * @return the node to reach it by
   * @throws StartupException if the model was named and cannot be run; for the usual one the demo
   *     stands in
   */
  NodeSpec start(@Nullable String model) throws InterruptedException {
    try {
      return model == null
          ? run(settings, fetch(settings))
          : isUrl(model) ? runUrl(model) : runFile(Path.of(model));
    } catch (ModelFileException failure) {
      if (model != null) {
        throw new StartupException("--model: " + failure.getMessage());
      }
      console.say(
          "no model to run here ("
              + failure.getMessage()
              + "): starting the demo, which generates text without a model");
      return new NodeSpec(
          MachineName.with("demo"), "localhost", 1, "", "", List.of("demo"), BackendKind.DEMO, 0);
    }
  }

  private NodeSpec runUrl(String url) throws ModelFileException, InterruptedException {
    EmbeddedSettings other = settings.withModelUrl(uri(url));
    return run(other, fetch(other));
  }

  private NodeSpec runFile(Path file) throws ModelFileException, InterruptedException {
    return run(settings.withModelName(ModelFile.nameOf(file)), ModelFile.check(file));
  }

  private NodeSpec run(EmbeddedSettings settings, Path file)
      throws ModelFileException, InterruptedException {
    String sha256 = Sha256.remembered(file, settings.cacheDir());
    EmbeddedProcess started = new EmbeddedProcess(file, sha256, settings.modelName(), settings);
    process = started;
    int port = started.start();
    console.say("running " + settings.modelName() + " (" + file.getFileName() + ") here");
    return new NodeSpec(
        MachineName.with("embedded"),
        "127.0.0.1",
        port,
        "",
        "",
        List.of("embedded"),
        BackendKind.EMBEDDED,
        settings.parallel());
  }

  private Path fetch(EmbeddedSettings settings) throws ModelFileException, InterruptedException {
    ModelFile file = new ModelFile(settings, new FetchProgress(console)::at);
    try {
      return file.find(
          () ->
              console.say(
                  "fetching " + settings.modelName() + " once to " + settings.cacheDir() + " ..."));
    } finally {
      console.endRedraw();
    }
  }

  private static boolean isUrl(String model) {
    return model.startsWith("http://") || model.startsWith("https://");
  }

  private static URI uri(String url) {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException malformed) {
      throw new StartupException("--model: " + url + " (expected: a file or a URL)");
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.stop();
    }
  }
}
