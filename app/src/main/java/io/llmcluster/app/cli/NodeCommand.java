package io.llmcluster.app.cli;

import com.typesafe.config.Config;
import io.llmcluster.app.nodes.NodePlanner;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code node}: a member that stands for backends and has no gateway. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Starts a member with the node role, beside an Ollama or for those in the file.")
public final class NodeCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private JoinOptions join = new JoinOptions();

  @Option(names = "--port", paramLabel = "N", description = "The node port (node.port).")
  private @Nullable Integer port;

  @Override
  public Integer call() throws Exception {
    List<String> own = join.overrides();
    own.add("cluster.roles=[node]");
    if (port != null) {
      own.add("node.port=" + port);
    }
    Config config = options.load(own);
    Console console = Console.of(spec);
    try (NodePlanner planner = new NodePlanner(config, console)) {
      return MemberRun.run(config, planner.forNode(), console);
    }
  }
}
