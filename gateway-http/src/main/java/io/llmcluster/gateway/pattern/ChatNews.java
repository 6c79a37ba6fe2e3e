package io.llmcluster.gateway.pattern;

import io.llmcluster.patterns.Workflows.WorkflowNews;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the news of one workflow into what a chat client hears of it. Only recorded text is told:
 * what a model is still writing may be thrown away. Used by one stream.
 */
final class ChatNews {

  private final Map<String, StepSpec> steps = new HashMap<>();
  private final boolean thinks;
  private long begunAt;
  private long promptTokens;
  private long completionTokens;
  private long modelMillis;

  /**
   * @param thinks whether progress is told
   */
  ChatNews(boolean thinks) {
    this.thinks = thinks;
  }

  /** What is to be told now; may be nothing. */
  List<ChatPiece> take(WorkflowNews news) {
    if (!(news instanceof WorkflowNews.Recorded recorded)) {
      return List.of();
    }
    WorkflowEvent event = recorded.event().event();
    if (event instanceof WorkflowEvent.WorkflowCreated created) {
      begunAt = created.at();
    } else if (event instanceof WorkflowEvent.StepScheduled scheduled) {
      steps.put(scheduled.step().id(), scheduled.step());
      return progress(name(scheduled.step().id()) + " begins\n");
    } else if (event instanceof WorkflowEvent.StepRepeated repeated) {
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

  private List<ChatPiece> end(WorkflowEvent event) {
    if (event instanceof WorkflowEvent.WorkflowCompleted completed) {
      return List.of(
          new ChatPiece.Answer(
              completed.end().answer(),
              promptTokens,
              completionTokens,
              Math.max(1, event.at() - begunAt),
              Math.max(1, modelMillis)));
    }
    if (event instanceof WorkflowEvent.WorkflowFailed failed) {
      return List.of(new ChatPiece.Failure(500, failed.reason()));
    }
    if (event instanceof WorkflowEvent.WorkflowCancelled) {
      return List.of(new ChatPiece.Failure(499, "request canceled"));
    }
    if (event instanceof WorkflowEvent.InputRequested asked) {
      return List.of(
          new ChatPiece.Failure(
              400, "the pattern asks for input (expected: none in a chat): " + asked.input().id()));
    }
    return List.of();
  }

  private List<ChatPiece> progress(String text) {
    return thinks ? List.of(new ChatPiece.Progress(text)) : List.of();
  }

  private String name(String step) {
    StepSpec spec = steps.get(step);
    return spec == null || spec.model().isEmpty() ? step : step + " (" + spec.model() + ")";
  }
}
