package io.llmcluster.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ensemble}, {@code debate}, {@code maestro}, {@code auto}: one question to many models. */
public abstract sealed class PatternCommand implements Callable<Integer> {

  /** {@code ensemble}. */
  @Command(
      name = "ensemble",
      mixinStandardHelpOptions = true,
      description = "Asks several models and makes one answer of theirs.")
  public static final class Ensemble extends PatternCommand {
    public Ensemble() {
      super("ensemble");
    }
  }

  /** {@code debate}. */
  @Command(
      name = "debate",
      mixinStandardHelpOptions = true,
      description = "Lets models criticise each other's answers before one is taken.")
  public static final class Debate extends PatternCommand {
    public Debate() {
      super("debate");
    }
  }

  /** {@code maestro}. */
  @Command(
      name = "maestro",
      mixinStandardHelpOptions = true,
      description = "Lets a coordinator share a task out among roles.")
  public static final class Maestro extends PatternCommand {
    public Maestro() {
      super("maestro");
    }
  }

  /** {@code auto}. */
  @Command(
      name = "auto",
      mixinStandardHelpOptions = true,
      description = "Asks one model, and more only if that is not enough.")
  public static final class Auto extends PatternCommand {
    public Auto() {
      super("auto");
    }
  }

  private final String pattern;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private GatewayOption gateway = new GatewayOption();

  @Parameters(paramLabel = "QUESTION", description = "What is asked.")
  private String question = "";

  @Option(
      names = "--models",
      paramLabel = "A,B,C",
      split = ",",
      description = "Who is asked (default: the cluster chooses).")
  private List<String> models = new ArrayList<>();

  @Option(names = "--watch", description = "Shows each voice as it speaks.")
  private boolean watch;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A parameter of the pattern, for example rounds=2.")
  private List<String> parameters = new ArrayList<>();

  private PatternCommand(String pattern) {
    this.pattern = pattern;
  }

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec);
    GatewayClient client = gateway.client();
    ObjectNode request = GatewayClient.JSON.createObjectNode().put("prompt", question);
    models.forEach(request.withArray("models")::add);
    NamedValues.into(request, parameters);
    JsonNode accepted = client.send("POST", "/api/patterns/" + pattern, request);
    String id = accepted.path("id").asText();
    if (watch) {
      console.say(pattern + " " + id);
    }
    return new WorkflowWatch(console, watch).follow(client, id);
  }
}
