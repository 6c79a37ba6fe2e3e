package io.llmcluster.patterns.testkit;

import io.llmcluster.patterns.conversation.ConversationEvent;
import io.llmcluster.patterns.conversation.ConversationEvent.Compacted;
import io.llmcluster.patterns.conversation.ConversationEvent.CompactionStarted;
import io.llmcluster.patterns.conversation.ConversationEvent.MessagePosted;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnAnswered;
import io.llmcluster.patterns.conversation.ConversationEvent.TurnStarted;
import io.llmcluster.patterns.conversation.ConversationSettings;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.Transcript;
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
    Transcript before = TestConversation.transcript(process.member(), id);
    return new Running(TestConversation.start(process, id, SETTINGS), before);
  }

  private static final class Running implements Entity {
    private final TestConversation talk;
    private final int lost;
    private Transcript transcript;
    private List<ConversationEvent> events = List.of();

    /**
     * @param before what was recorded before its actor was there
     */
    Running(TestConversation talk, Transcript before) {
      this.talk = talk;
      this.transcript = before;
      this.lost = openCalls();
    }

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
    public void look() {
      transcript = talk.transcript();
      events = talk.events();
    }

    @Override
    public int events() {
      return events.size();
    }

    private <E extends ConversationEvent> Stream<E> events(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast);
    }

    private Optional<Open> open() {
      return transcript.state() instanceof Open open ? Optional.of(open) : Optional.empty();
    }

    @Override
    public int openCalls() {
      return open()
          .map(open -> (open.turn() == null ? 0 : 1) + (open.compaction() == null ? 0 : 1))
          .orElse(0);
    }

    @Override
    public int lost() {
      return lost;
    }

    @Override
    public void act(List<Asked> open) {
      int posted = (int) events(MessagePosted.class).count();
      boolean busy = open().orElseThrow().turn() != null;
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
      return (int) events.stream().filter(Running::isReissued).count();
    }

    private static boolean isReissued(ConversationEvent event) {
      return (event instanceof TurnStarted turn && turn.reissued())
          || (event instanceof CompactionStarted summary && summary.reissued());
    }

    @Override
    public List<String> completedTwice() {
      Set<String> results = new HashSet<>();
      return events.stream()
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
      for (TranscriptEntry entry : transcript.entries()) {
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
      events(Compacted.class)
          .forEach(
              one -> outcome.append(one.through()).append(": ").append(one.summary()).append('\n'));
      return outcome.append(transcript.state().getClass().getSimpleName()).toString();
    }
  }
}
