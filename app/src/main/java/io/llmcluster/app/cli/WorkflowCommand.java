package io.llmcluster.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code workflow}: lists, shows, follows and steers workflows. */
@Command(
    name = "workflow",
    mixinStandardHelpOptions = true,
    description = "Lists, shows, follows and steers workflows of a running cluster.")
public final class WorkflowCommand implements Runnable {

  private static final String EXECUTION = "/api/patterns/execution/";

  /** Which workflow, and of which cluster. */
  static final class OneWorkflow {

    @Mixin private GatewayOption gateway = new GatewayOption();

    @Parameters(index = "0", paramLabel = "ID", description = "The workflow.")
    private String id = "";

    private JsonNode show() throws InterruptedException {
      return gateway.client().get(EXECUTION + encoded(id));
    }

    private JsonNode tell(String command, ObjectNode body) throws InterruptedException {
      return gateway.client().send("POST", EXECUTION + encoded(id) + "/" + command, body);
    }
  }

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      description = "Lists workflows, the newest first.")
  int list(
      @Mixin GatewayOption gateway,
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              defaultValue = "",
              description = "Only these: running, waiting_input, paused, completed, ...")
          String status,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "At most N (default: ${DEFAULT-VALUE}).")
          int limit,
      @Option(
              names = "--pattern",
              paramLabel = "PATTERN",
              defaultValue = "",
              description = "Only those of this pattern.")
          String pattern,
      @Option(
              names = "--older-than",
              paramLabel = "AGE",
              defaultValue = "",
              description = "Only older ones, for example 7d.")
          String olderThan,
      @Option(
              names = "--newer-than",
              paramLabel = "AGE",
              defaultValue = "",
              description = "Only newer ones, for example 12h.")
          String newerThan)
      throws InterruptedException {
    StringBuilder query = new StringBuilder("/api/patterns/executions?limit=" + limit);
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put("status", status);
    filters.put("pattern", pattern);
    filters.put("olderThan", olderThan);
    filters.put("newerThan", newerThan);
    filters.forEach(
        (name, value) -> query.append('&').append(name).append('=').append(encoded(value)));
    JsonNode page = gateway.client().get(query.toString());
    Table table = new Table("ID", "PATTERN", "STATUS", "CREATED");
    for (JsonNode one : page.path("workflows")) {
      table.row(
          one.path("id").asText(),
          one.path("pattern").asText(),
          one.path("status").asText(),
          one.path("createdAt").asText());
    }
    table.lines().forEach(console()::say);
    return 0;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows a workflow and its steps.")
  int show(@Mixin OneWorkflow workflow) throws InterruptedException {
    JsonNode view = workflow.show();
    Console console = console();
    console.say(
        view.path("pattern").asText() + " " + workflow.id + ": " + view.path("status").asText());
    Table table = new Table("STEP", "KIND", "MODEL", "NODE", "ATTEMPT", "STATUS", "MS");
    for (JsonNode step : view.path("steps")) {
      table.row(
          step.path("id").asText(),
          step.path("kind").asText(),
          step.path("model").asText(),
          step.path("node").asText("-"),
          step.path("attempt").asText(),
          step.path("status").asText(),
          step.path("durationMs").asText("-"));
    }
    table.lines().forEach(console::say);
    JsonNode actual = view.path("budget").path("actual");
    console.say(
        "spent: " + actual.path("modelCalls") + " calls, " + actual.path("tokens") + " tokens");
    String end = view.path("answer").asText(view.path("error").asText());
    if (!end.isEmpty()) {
      console.say("");
      console.quote(end);
    }
    return 0;
  }

  @Command(
      name = "watch",
      mixinStandardHelpOptions = true,
      description = "Follows a workflow from its beginning to its end.")
  int watch(@Mixin OneWorkflow workflow) throws InterruptedException {
    return new WorkflowWatch(console(), true).follow(workflow.gateway.client(), workflow.id);
  }

  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = "Ends a workflow and its model calls.")
  int cancel(@Mixin OneWorkflow workflow) throws InterruptedException {
    JsonNode answer = workflow.tell("cancel", GatewayClient.JSON.createObjectNode());
    console().say(workflow.id + ": " + answer.path("status").asText());
    return 0;
  }

  @Command(
      name = "fork",
      mixinStandardHelpOptions = true,
      description = "Begins a workflow with another one's history.")
  int fork(
      @Mixin OneWorkflow workflow,
      @Option(
              names = "--at",
              paramLabel = "N",
              defaultValue = "0",
              description = "Up to its event N (default: all).")
          long at,
      @Option(
              names = "--set",
              paramLabel = "NAME=VALUE",
              description = "With another parameter, for example rule=select.")
          @Nullable List<String> parameters)
      throws InterruptedException {
    ObjectNode body = GatewayClient.JSON.createObjectNode();
    NamedValues.into(body, parameters == null ? List.of() : parameters);
    if (at > 0) {
      body.put("at", at);
    }
    JsonNode answer = workflow.tell("fork", body);
    console().say(answer.path("id").asText());
    return 0;
  }

  @Command(
      name = "compare",
      mixinStandardHelpOptions = true,
      description = "Shows in what two workflows differ.")
  int compare(
      @Mixin OneWorkflow workflow,
      @Parameters(index = "1", paramLabel = "OTHER", description = "The other workflow.")
          String other)
      throws InterruptedException {
    JsonNode comparison =
        workflow
            .gateway
            .client()
            .get(EXECUTION + encoded(workflow.id) + "/compare?with=" + encoded(other));
    new ComparisonReport(Console.columns()).lines(comparison).forEach(console()::say);
    return 0;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Console console() {
    return Console.of(spec);
  }
}
