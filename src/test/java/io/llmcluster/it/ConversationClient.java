package io.llmcluster.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Conversation;
import io.llmcluster.testkit.Followed;
import io.llmcluster.testkit.Followed.Told;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that loses its process. The first answer is empty, so that it is asked for again;
 * the second turn is interrupted by the third message; by then there is more than the window holds,
 * so that a summary is made beside the turns.
 */
record ConversationClient(Conversation conversation) implements CrashClient {

  static final String REQUEST = "{\"model\":\"a\",\"onBusy\":\"interrupt\",\"window\":256}";

  /** Two turns of it are more than the window. */
  private static final String LONG = "word ".repeat(80).strip();

  private static final List<String> MESSAGES =
      List.of("one " + LONG, "two", "three " + LONG, "four");

  /** Number of the third message: it comes after an answer and the message that it interrupts. */
  private static final String THIRD = "turn-4";

  private static final String LAST = "turn-6";

  @Override
  public Followed followed() {
    return conversation;
  }

  @Override
  public boolean isOver() {
    return results().contains(LAST) && results().stream().anyMatch(one -> one.startsWith("s"));
  }

  @Override
  public boolean waits() {
    return posted() < MESSAGES.size() && open(conversation.told()).isEmpty();
  }

  private int posted() {
    return (int) conversation.names().stream().filter("MessagePosted"::equals).count();
  }

  @Override
  public Set<String> open(List<Told> told) {
    Set<String> open = new LinkedHashSet<>();
    for (Told event : told) {
      switch (event.name()) {
        case "TurnStarted", "CompactionStarted" -> open.add(step(event));
        case "TurnAnswered", "TurnFailed", "TurnInterrupted", "Compacted", "Truncated" ->
            open.remove(step(event));
        default -> {}
      }
    }
    return open;
  }

  private static String step(Told event) {
    return event.data().has("through")
        ? "summary-" + event.data().path("through").asInt()
        : "turn-" + event.data().path("message").asInt();
  }

  @Override
  public Heard act(Gateway gateway, @Nullable Asked call) {
    int posted = posted();
    boolean interrupts = posted == 2 && call != null;
    boolean besideTheSummary = posted == 3 && results().contains(THIRD);
    if (call == null || interrupts || besideTheSummary) {
      conversation.post(gateway, "m" + (posted + 1), MESSAGES.get(posted));
      return () -> posted() > posted;
    }
    Asked asked = Objects.requireNonNull(call);
    int starts = starts(asked.step());
    asked.answer(answer(asked));
    return () -> results().contains(asked.step()) || starts(asked.step()) > starts;
  }

  private int starts(String step) {
    return (int)
        conversation.told().stream()
            .filter(event -> event.name().equals("TurnStarted") && step(event).equals(step))
            .count();
  }

  private static String answer(Asked call) {
    if (call.step().startsWith("summary")) {
      return "in short";
    }
    return call.step().equals("turn-1") && call.attempt() == 1
        ? " "
        : "answer of " + call.step() + " " + LONG;
  }

  @Override
  public boolean isRecovery(Told event) {
    return event.data().has("tokensLost");
  }

  @Override
  public int reissued(Gateway gateway) {
    JsonNode view = conversation.view(gateway);
    int reissued = view.at("/memory/recovery/reissued").asInt();
    for (JsonNode message : view.path("messages")) {
      reissued += message.at("/recovery/reissued").asInt();
    }
    return reissued;
  }

  @Override
  public List<String> results() {
    return conversation.told().stream()
        .filter(event -> Set.of("TurnAnswered", "Compacted").contains(event.name()))
        .map(ConversationClient::step)
        .toList();
  }

  @Override
  public String outcome(Gateway gateway) {
    JsonNode view = conversation.view(gateway);
    List<String> lines = new ArrayList<>();
    for (JsonNode entry : view.path("messages")) {
      Stream.of("number", "role", "status", "error", "replyTo", "content")
          .map(field -> entry.path(field).asText())
          .forEach(lines::add);
    }
    JsonNode memory = view.path("memory");
    lines.add(memory.path("covered") + " in summary: " + memory.path("summary"));
    boolean whole =
        view.path("messages").findValuesAsText("status").stream().filter("answered"::equals).count()
            == MESSAGES.size() - 1;
    return (whole ? "completed" : "incomplete") + "\n  " + String.join("\n  ", lines);
  }

  @Override
  public void end(Gateway gateway) {
    conversation.delete(gateway);
  }
}
