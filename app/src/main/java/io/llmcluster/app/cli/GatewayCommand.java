package io.llmcluster.app.cli;

import com.typesafe.config.Config;
import io.llmcluster.app.nodes.NodePlan;
import io.llmcluster.core.directory.Hardware;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gateway}: a member that serves clients and stands for no node. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Starts a member with the gateway role.")
public final class GatewayCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private JoinOptions join = new JoinOptions();

  @Option(names = "--port", paramLabel = "N", description = "Port for clients (server.port).")
  private @Nullable Integer port;

  @Override
  public Integer call() throws Exception {
    List<String> own = join.overrides();
    own.add("cluster.roles=[gateway]");
    if (port != null) {
      own.add("server.port=" + port);
    }
    Config config = options.load(own);
    return MemberRun.run(
        config, new NodePlan(List.of(), List.of(), Hardware.UNKNOWN), Console.of(spec));
  }
}
