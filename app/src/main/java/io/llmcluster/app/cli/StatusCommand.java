package io.llmcluster.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code status}: the cluster as a table. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows members, nodes and models of a running cluster.")
public final class StatusCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private GatewayOption gateway = new GatewayOption();

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec);
    JsonNode status = gateway.client().get("/api/cluster/status");
    console.say("MEMBERS");
    Table members = new Table("ADDRESS", "ROLES", "STATUS");
    for (JsonNode member : status.path("members")) {
      members.row(
          member.path("address").asText(),
          String.join(",", texts(member.path("roles"))),
          member.path("status").asText());
    }
    members.lines().forEach(console::say);
    console.say("");
    console.say("NODES");
    Table nodes = new Table("NAME", "BACKEND", "MEMBER", "HEALTH", "LOAD", "MODELS");
    for (JsonNode node : status.path("nodes")) {
      nodes.row(
          node.path("name").asText(),
          node.path("backend").asText(),
          node.path("member").asText(),
          node.path("health").asText()
              + (node.has("reason") ? " (" + node.path("reason").asText() + ")" : ""),
          node.path("active").asInt()
              + "/"
              + node.path("capacity").asInt()
              + (node.path("waiting").asInt() > 0 ? " +" + node.path("waiting").asInt() : ""),
          models(node));
    }
    nodes.lines().forEach(console::say);
    return 0;
  }

  /** Those in memory are marked with a star. */
  private static String models(JsonNode node) {
    List<String> loaded = texts(node.path("loaded"));
    List<String> names =
        texts(node.path("models")).stream()
            .map(name -> loaded.contains(name) ? name + "*" : name)
            .toList();
    return names.isEmpty() ? "-" : String.join(", ", names);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
