package io.llmcluster.app.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a member that joins others. */
public final class JoinOptions {

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description = "A running member (its cluster.port); repeatable.")
  private List<String> seeds = new ArrayList<>();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address of this member for the others (cluster.host).")
  private @Nullable String host;

  /** As {@code key=value} lines. */
  List<String> overrides() {
    List<String> lines = new ArrayList<>();
    if (!seeds.isEmpty()) {
      lines.add(
          "cluster.seeds=["
              + String.join(",", seeds.stream().map(ConfigOptions::quoted).toList())
              + "]");
    }
    if (host != null) {
      lines.add("cluster.host=" + ConfigOptions.quoted(host));
    }
    return lines;
  }
}
