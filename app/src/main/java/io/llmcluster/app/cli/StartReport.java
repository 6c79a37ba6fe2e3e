package io.llmcluster.app.cli;

import io.llmcluster.app.member.MemberReport;
import io.llmcluster.app.nodes.NodePlan;
import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.NodeEntry;
import java.util.List;

/** What a member says when it is ready: where it is, what it found, and what to paste. */
final class StartReport {

  /** The line that a parent process waits for. */
  static final String READY = "ready:";

  private StartReport() {}

  static void print(MemberReport report, NodePlan plan, Console console) {
    console.say("");
    console.say(
        READY
            + " gateway="
            + (report.gateway() == null ? "-" : report.gateway())
            + " node="
            + (report.node() == null ? "-" : report.node())
            + " cluster="
            + report.cluster());
    if (!plan.hardware().equals(Hardware.UNKNOWN)) {
      console.say("hardware: " + hardware(plan.hardware()));
    }
    if (report.nodes().isEmpty()) {
      console.say("nodes: none yet");
    }
    for (NodeEntry node : report.nodes()) {
      console.say(
          "node "
              + node.name()
              + ": "
              + node.health().id()
              + (node.reason().isEmpty() ? "" : " (" + node.reason() + ")")
              + ", "
              + node.spec().backend().name().toLowerCase(java.util.Locale.ROOT)
              + (node.version().isEmpty() ? "" : " " + node.version())
              + " at "
              + node.spec().host()
              + ":"
              + node.spec().port()
              + ", models: "
              + models(node));
    }
    String gateway = report.gateway();
    if (gateway != null) {
      paste(gateway, report, console);
    }
  }

  private static void paste(String gateway, MemberReport report, Console console) {
    String model =
        report.nodes().stream()
            .flatMap(node -> node.installed().stream())
            .map(InstalledModel::name)
            .findFirst()
            .orElse("MODEL");
    console.say("");
    console.say(
        "  curl http://"
            + gateway
            + "/api/generate -d '{\"model\":\""
            + model
            + "\",\"prompt\":\"Why is the sky blue?\"}'");
    console.say(
        "  base URL for ollama-js: http://" + gateway + "   for openai: http://" + gateway + "/v1");
    console.say("  http://" + gateway + "/health");
    console.say("");
  }

  private static String models(NodeEntry node) {
    List<String> names = node.installed().stream().map(InstalledModel::name).limit(8).toList();
    int more = node.installed().size() - names.size();
    return names.isEmpty()
        ? "none"
        : String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }

  static String hardware(Hardware hardware) {
    StringBuilder text = new StringBuilder();
    text.append(hardware.platform()).append(", ").append(hardware.cpus()).append(" CPUs");
    if (!hardware.cpuFeatures().isEmpty()) {
      text.append(" (").append(String.join(" ", hardware.cpuFeatures())).append(")");
    }
    if (hardware.memoryBytes() > 0) {
      text.append(", ").append(hardware.memoryBytes() >> 30).append(" GiB");
    }
    if (hardware.gpus().isEmpty()) {
      text.append(", no GPU found");
    }
    hardware
        .gpus()
        .forEach(
            gpu ->
                text.append(", ")
                    .append(gpu.name())
                    .append(" ")
                    .append(gpu.memoryBytes() >> 30)
                    .append(" GiB"));
    return text.toString();
  }
}
