package io.llmcluster.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes what happens to a workflow as it happens; its answer at the end. */
final class WorkflowWatch {

  private final Console console;
  private final Lanes lanes;
  private final boolean everything;
  private final Map<String, String> laneOf = new HashMap<>();
  private final Map<String, SpokenJson> heard = new HashMap<>();
  private String status = "";

  /**
   * @param everything whether voices are heard; if not, only the answer
   */
  WorkflowWatch(Console console, boolean everything) {
    this.console = console;
    this.lanes = new Lanes(Console.columns(), console.terminal());
    this.everything = everything;
  }

  /** Follows it to its end; the exit code: 0 for an answer. */
  int follow(GatewayClient client, String id) throws InterruptedException {
    client.events("/api/patterns/execution/" + id + "/events", this::onEvent);
    return status.equals("completed") ? 0 : 1;
  }

  private void onEvent(String name, JsonNode data) {
    String step = data.path("stepId").asText();
    switch (name) {
      case "StepScheduled" -> {
        laneOf.put(step, data.path("lane").asText(step));
        tell(lane(step), "... " + data.path("kind").asText() + ", " + data.path("model").asText());
      }
      case "token" -> {
        if (data.has("lane")) { // its step may have been scheduled before this began to listen
          laneOf.putIfAbsent(step, data.path("lane").asText());
        }
        SpokenJson voice = heard.computeIfAbsent(step, begun -> new SpokenJson());
        say(lanes.add(lane(step), voice.more(data.path("text").asText())));
      }
      case "step.restarted" -> {
        lanes.drop(lane(step));
        heard.remove(step);
        tell(lane(step), "... again, attempt " + data.path("attempt").asInt());
      }
      case "StepCompleted" -> {
        if (!heard.containsKey(step)) {
          say(lanes.add(lane(step), new SpokenJson().more(data.path("output").asText())));
        }
        say(lanes.end(lane(step)));
      }
      case "StepFailed" -> tell(lane(step), "... failed: " + data.path("reason").asText());
      case "DecisionMade" -> {
        JsonNode decision = data.path("decision");
        tell(
            decision.path("rule").asText(),
            "decided: " + decision.path("chosen").asText() + " " + decision.path("tally"));
      }
      case "InputRequested" ->
          console.quote(
              "waiting for input '"
                  + data.path("input").asText()
                  + "': "
                  + data.path("question").asText());
      case "WorkflowCompleted" -> {
        status = "completed";
        if (everything) {
          console.say("");
        }
        console.quote(data.path("answer").asText());
        data.path("notes").forEach(note -> console.error("note: " + note.asText()));
      }
      case "WorkflowFailed", "Cancelled" -> {
        status = "failed";
        console.error(data.path("reason").asText("cancelled"));
      }
      default -> {}
    }
  }

  private String lane(String step) {
    return laneOf.getOrDefault(step, step);
  }

  private void tell(String lane, String text) {
    say(lanes.whole(lane, text));
  }

  private void say(List<String> lines) {
    if (everything) {
      lines.forEach(console::say);
    }
  }
}
