package io.llmcluster.app;

import io.llmcluster.app.cli.ChatCommand;
import io.llmcluster.app.cli.GatewayCommand;
import io.llmcluster.app.cli.NodeCommand;
import io.llmcluster.app.cli.PatternCommand;
import io.llmcluster.app.cli.StatusCommand;
import io.llmcluster.app.cli.UpCommand;
import io.llmcluster.app.cli.WorkflowCommand;
import io.llmcluster.app.member.StartupException;
import io.llmcluster.core.settings.SettingsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "llm-cluster",
    mixinStandardHelpOptions = true,
    version = "llm-cluster 0.1.0",
    description = "One address in front of all the machines on which you run models.",
    subcommands = {
      UpCommand.class,
      NodeCommand.class,
      GatewayCommand.class,
      StatusCommand.class,
      ChatCommand.class,
      PatternCommand.Ensemble.class,
      PatternCommand.Debate.class,
      PatternCommand.Maestro.class,
      PatternCommand.Auto.class,
      WorkflowCommand.class
    },
    footer = {"", "Start with: llm-cluster up"})
public final class Main implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    LoggerFactory.getILoggerFactory(); // before several threads want it: SLF4J complains otherwise
    System.exit(commandLine().execute(args));
  }

  /** The command line, for {@link #main} and for tests. */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setExecutionExceptionHandler(
        (failure, command, result) -> {
          command.getErr().println(oneLine(failure));
          return 1;
        });
    commandLine.setParameterExceptionHandler(
        (wrong, args) -> {
          CommandLine command = wrong.getCommandLine();
          command.getErr().println("llm-cluster: " + wrong.getMessage());
          command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
          return 2;
        });
    return commandLine;
  }

  /**
   * What we foresaw says all in its message; anything else is named too, since its message may not.
   */
  private static String oneLine(Exception failure) {
    boolean foreseen = failure instanceof StartupException || failure instanceof SettingsException;
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return "llm-cluster: "
        + (foreseen ? message : failure.getClass().getSimpleName() + ": " + message);
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
