package io.llmcluster.app.cli;

import com.typesafe.config.Config;
import io.llmcluster.app.config.ConfigLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command that starts a member has. */
public final class ConfigOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration, HOCON or YAML (also: LLM_CLUSTER_CONFIG).")
  private @Nullable Path file;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the embedded store keeps its files.")
  private @Nullable Path dataDir;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key of the configuration; repeatable.")
  private List<String> set = new ArrayList<>();

  /**
   * The configuration with these options and the command's own put over it.
   *
   * @param own {@code key=value} lines
   */
  Config load(List<String> own) {
    List<String> overrides = new ArrayList<>(own);
    if (dataDir != null) {
      overrides.add("data-dir=" + quoted(dataDir.toString()));
    }
    overrides.addAll(set);
    return ConfigLoader.load(file, System.getenv(), overrides);
  }

  /** The same options for a process that shall start with the same configuration. */
  List<String> asArguments() {
    List<String> arguments = new ArrayList<>();
    if (file != null) {
      arguments.addAll(List.of("--config", file.toString()));
    }
    if (dataDir != null) {
      arguments.addAll(List.of("--data-dir", dataDir.toString()));
    }
    set.forEach(line -> arguments.addAll(List.of("--set", line)));
    return arguments;
  }

  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
