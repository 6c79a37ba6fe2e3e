package io.llmcluster.app.cli;

import com.typesafe.config.Config;
import io.llmcluster.app.nodes.NodePlan;
import io.llmcluster.app.nodes.NodePlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code up}: everything on this machine. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts a cluster on this machine: finds a running Ollama, or runs a small model itself.")
public final class UpCommand implements Callable<Integer> {

  /** For a member that another process starts: to end, in an orderly way, when that one is gone. */
  static final String UNTIL_STDIN_CLOSES = "--until-stdin-closes";

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--port", paramLabel = "N", description = "Port for clients (server.port).")
  private @Nullable Integer port;

  @Option(
      names = "--members",
      paramLabel = "N",
      defaultValue = "1",
      description = "Starts N processes that form a cluster.")
  private int members = 1;

  @Option(
      names = "--model",
      paramLabel = "PATH|URL",
      description = "Runs this GGUF file as the embedded model.")
  private @Nullable String model;

  @Option(names = UNTIL_STDIN_CLOSES, hidden = true)
  private boolean untilStdinCloses;

  @Override
  public Integer call() throws Exception {
    List<String> own = new ArrayList<>();
    if (port != null) {
      own.add("server.port=" + port);
    }
    Config config = options.load(own);
    Console console = Console.of(spec);
    if (members < 1 || members > MemberProcesses.MOST) {
      console.error("--members: " + members + " (expected: 1 to " + MemberProcesses.MOST + ")");
      return 2;
    }
    if (untilStdinCloses) {
      MemberRun.endWithStdin(console);
    }
    try (NodePlanner planner = new NodePlanner(config, console)) {
      NodePlan plan = planner.forCluster(model);
      return members == 1
          ? MemberRun.run(config, plan, console)
          : MemberProcesses.run(config, options, own, plan, members, console);
    }
  }
}
