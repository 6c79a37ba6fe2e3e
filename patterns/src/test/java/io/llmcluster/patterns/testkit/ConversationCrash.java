package io.llmcluster.patterns.testkit;

import io.llmcluster.patterns.conversation.ConversationEvent;
import io.llmcluster.patterns.conversation.ConversationEvent.Compacted;
import io.llmcluster.patterns.conversation.ConversationEvent.CompactionStarted;
import io.llmcluster.patterns.conversation.ConversationEvent.MessagePosted;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnAnswered;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnStarted;
import io.llmcluster.patterns.conversation.ConversationSettings;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.TranscriptEntry;
import io.llmcluster.patterns.testkit.ScriptedInference.Asked;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that loses its process. The first call fails and is made again; the second turn is
 * interrupted by the third message; then there is more than the window holds, so that a summary is
 * made beside the fourth turn; in the end it is deleted.
 */
public record ConversationCrash() implements CrashRun {

  private static final ConversationSettings SETTINGS =
      new ConversationSettings(256, 100, 2, 100, Duration.ofMinutes(1), 1 << 20);

  private static final String REQUEST = "{'model':'a','onBusy':'interrupt','window':256}";

  /** Two turns of it are more than the window. */
  private static final String LONG = "word ".repeat(80).strip();

  private static final List<String> MESSAGES =
      List.of("one " + LONG, "two", "three " + LONG, "four");

  @Override
  public String toString() {
    return "conversation";
  }

  @Override
  public Entity start(TestProcess process, String id) {
    int lost = openCalls(process.member(), id);
    return new Running(TestConversation.start(process, id, SETTINGS), lost);
  }

  private static int openCalls(TestMember member, String id) {
    return open(TestConversation.transcript(member, id).state())
        .map(open -> (open.turn() == null ? 0 : 1) + (open.compaction() == null ? 0 : 1))
        .orElse(0);
  }

  private static Optional<Open> open(Object state) {
    return state instanceof Open open ? Optional.of(open) : Optional.empty();
  }

  /**
   * @param lost calls that were recorded as under way before its actor was there
   */
  private record Running(TestConversation talk, int lost) implements Entity {

    @Override
    public String id() {
      return talk.id();
    }

    @Override
    public TestProbe<WorkflowUpdate> watch() {
      return talk.watch();
    }

    @Override
    public void stop() {
      talk.stop();
    }

    @Override
    public void begin() {
      talk.create(REQUEST);
    }

    @Override
    public int events() {
      return talk.events().size();
    }

    @Override
    public int openCalls() {
      return ConversationCrash.openCalls(talk.member(), talk.id());
    }

    @Override
    public void act(List<Asked> open) {
      int posted = talk.events(MessagePosted.class).size();
      boolean busy = talk.open().turn() != null;
      boolean interrupts = posted == 2 && busy;
      boolean besideTheSummary = posted == 3 && !busy;
      if (interrupts || besideTheSummary || (open.isEmpty() && posted < MESSAGES.size())) {
        talk.post("m" + (posted + 1), MESSAGES.get(posted));
      } else if (open.isEmpty()) {
        talk.forget();
      } else {
        Asked call = open.get(0);
        call.say(answer(call.step(), call.attempt()));
      }
    }

    private static @Nullable String answer(String step, int attempt) {
      if (step.startsWith("summary")) {
        return "in short";
      }
      return step.equals("turn-1") && attempt == 1 ? null : "answer of " + step + " " + LONG;
    }

    @Override
    public int reissued() {
      return (int) talk.events().stream().filter(Running::isReissued).count();
    }

    private static boolean isReissued(ConversationEvent event) {
      return (event instanceof TurnStarted turn && turn.reissued())
          || (event instanceof CompactionStarted summary && summary.reissued());
    }

    @Override
    public List<String> completedTwice() {
      Set<String> results = new HashSet<>();
      return talk.events().stream()
          .flatMap(Running::result)
          .filter(result -> !results.add(result))
          .toList();
    }

    private static Stream<String> result(ConversationEvent event) {
      if (event instanceof TurnAnswered answered) {
        return Stream.of("turn-" + answered.message());
      }
      return event instanceof Compacted compacted
          ? Stream.of("summary-" + compacted.through())
          : Stream.empty();
    }

    @Override
    public String outcome() {
      StringBuilder outcome = new StringBuilder();
      for (TranscriptEntry entry : talk.transcript().entries()) {
        outcome
            .append(entry.number())
            .append(' ')
            .append(entry.role())
            .append(' ')
            .append(entry.status())
            .append(entry.error())
            .append(" to ")
            .append(entry.replyTo())
            .append(": ")
            .append(entry.content())
            .append('\n');
      }
      talk.events(Compacted.class)
          .forEach(
              one -> outcome.append(one.through()).append(": ").append(one.summary()).append('\n'));
      return outcome.append(talk.transcript().state().getClass().getSimpleName()).toString();
    }
  }
}
