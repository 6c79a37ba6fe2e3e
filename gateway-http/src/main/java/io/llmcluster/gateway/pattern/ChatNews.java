package io.llmcluster.gateway.pattern;

import io.llmcluster.patterns.Workflows.WorkflowNews;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Turns the news of one workflow into what a chat client hears of it: the text of the step that
 * writes the answer as it is written, of all others only what is recorded, since it may be thrown
 * away. Used by one stream.
 */
final class ChatNews {

  private final Map<String, StepSpec> steps = new HashMap<>();
  private final ToldText told = new ToldText();
  private final PatternRegistry patterns;
  private final boolean thinks;
  private final boolean streams;
  private Predicate<StepSpec> writesAnswer = step -> false;
  private long begunAt;
  private long promptTokens;
  private long completionTokens;
  private long modelMillis;

  /**
   * @param thinks whether progress is told
   * @param streams whether the answer is told while it is written
   */
  ChatNews(PatternRegistry patterns, boolean thinks, boolean streams) {
    this.patterns = patterns;
    this.thinks = thinks;
    this.streams = streams;
  }

  /** What is to be told now; may be nothing. */
  List<ChatPiece> take(WorkflowNews news) {
    if (news instanceof WorkflowNews.Piece piece) {
      String more = told.more(piece.piece());
      return more.isEmpty() ? List.of() : List.of(new ChatPiece.Text(more));
    }
    WorkflowEvent event = ((WorkflowNews.Recorded) news).event().event();
    if (event instanceof WorkflowEvent.WorkflowCreated created) {
      begin(created);
    } else if (event instanceof WorkflowEvent.StepScheduled scheduled) {
      StepSpec step = scheduled.step();
      steps.put(step.id(), step);
      if (streams && writesAnswer.test(step)) {
        told.begins(step.id());
      }
      return progress(name(step.id()) + " begins\n");
    } else if (event instanceof WorkflowEvent.StepRepeated repeated) {
      told.beginsAgain(repeated.step(), repeated.attempt());
      return progress(name(repeated.step()) + " begins again\n");
    } else if (event instanceof WorkflowEvent.StepCompleted done) {
      promptTokens += done.promptTokens();
      completionTokens += done.completionTokens();
      modelMillis += done.millis();
      return progress(name(done.step()) + ": " + done.output() + "\n\n");
    } else if (event instanceof WorkflowEvent.StepFailed failed) {
      return progress(name(failed.step()) + " failed: " + failed.reason() + "\n");
    } else if (event instanceof WorkflowEvent.LateResultDropped late) {
      promptTokens += late.promptTokens();
      completionTokens += late.completionTokens();
    } else if (event instanceof WorkflowEvent.DecisionMade made) {
      return progress("decision " + made.decision().id() + ": " + made.decision().chosen() + "\n");
    }
    return end(event);
  }

  private void begin(WorkflowEvent.WorkflowCreated created) {
    begunAt = created.at();
    patterns
        .find(created.definition().pattern(), created.definition().version())
        .ifPresent(pattern -> writesAnswer = step -> pattern.writesAnswer(created.request(), step));
  }

  /** What was told cannot be taken back; another answer behind it would be a mixed one. */
  private ChatPiece answer(String answer, long at) {
    return told.rest(answer)
        .<ChatPiece>map(
            rest ->
                new ChatPiece.Answer(
                    answer,
                    rest,
                    promptTokens,
                    completionTokens,
                    Math.max(1, at - begunAt),
                    Math.max(1, modelMillis)))
        .orElseGet(
            () ->
                new ChatPiece.Failure(
                    500,
                    "the answer was begun again and became another one, please ask again",
                    true));
  }

  private List<ChatPiece> end(WorkflowEvent event) {
    if (event instanceof WorkflowEvent.WorkflowCompleted completed) {
      return List.of(answer(completed.end().answer(), event.at()));
    }
    if (event instanceof WorkflowEvent.WorkflowFailed failed) {
      return List.of(new ChatPiece.Failure(500, failed.reason(), true));
    }
    if (event instanceof WorkflowEvent.WorkflowCancelled) {
      return List.of(new ChatPiece.Failure(499, "request canceled", true));
    }
    if (event instanceof WorkflowEvent.InputRequested asked) {
      return List.of(
          new ChatPiece.Failure(
              400,
              "the pattern asks for input (expected: none in a chat): " + asked.input().id(),
              false));
    }
    return List.of();
  }

  /** None once the answer has begun: clients show it before the answer. */
  private List<ChatPiece> progress(String text) {
    return thinks && !told.isBegun() ? List.of(new ChatPiece.Progress(text)) : List.of();
  }

  private String name(String step) {
    StepSpec spec = steps.get(step);
    return spec == null || spec.model().isEmpty() ? step : step + " (" + spec.model() + ")";
  }
}
