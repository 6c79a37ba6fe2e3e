package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.patterns.Workflows.WorkflowNews;
import io.llmcluster.patterns.history.WorkflowHistory.Recorded;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowUpdate;

/**
 * How the API tells what happens to a workflow: the name of the event, as PATTERNS names it, and
 * its fields.
 *
 * @param number of the event in its workflow; 0 for text on its way, which is not stored
 * @param name for example {@code StepCompleted}; {@code token} for text on its way; {@code
 *     step.restarted} for a step that begins again, whose text so far is void
 * @param data what is told
 */
public record EventView(long number, String name, ObjectNode data) {

  static EventView of(WorkflowNews news) {
    return news instanceof WorkflowNews.Recorded recorded
        ? of(recorded.event())
        : token(((WorkflowNews.Piece) news).piece());
  }

  private static EventView token(WorkflowUpdate.Piece piece) {
    return new EventView(
        0,
        "token",
        JsonBody.JSON
            .createObjectNode()
            .put("stepId", piece.step())
            .put("lane", piece.lane())
            .put("attempt", piece.attempt())
            .put("offset", piece.offset())
            .put("text", piece.text()));
  }

  private static EventView of(Recorded recorded) {
    WorkflowEvent event = recorded.event();
    ObjectNode data = JsonBody.JSON.createObjectNode();
    describe(event, data);
    data.put("at", ExecutionView.time(event.at()));
    return new EventView(recorded.sequenceNr(), name(event), data);
  }

  private static String name(WorkflowEvent event) {
    if (event instanceof WorkflowEvent.StepRepeated) {
      return "step.restarted";
    }
    return event instanceof WorkflowEvent.WorkflowCancelled
        ? "Cancelled"
        : event.getClass().getSimpleName();
  }

  private static void describe(WorkflowEvent event, ObjectNode data) {
    if (event instanceof WorkflowEvent.WorkflowCreated created) {
      data.put("pattern", created.definition().pattern())
          .put("definitionVersion", created.definition().version());
      data.set("request", created.request());
    } else if (event instanceof WorkflowEvent.WorkflowForked forked) {
      data.put("pattern", forked.definition().pattern())
          .put("parent", forked.definition().parent())
          .put("sequenceNr", forked.definition().parentSequenceNr());
    } else if (event instanceof WorkflowEvent.StepScheduled scheduled) {
      data.put("stepId", scheduled.step().id())
          .put("kind", scheduled.step().kind())
          .put("lane", scheduled.step().lane())
          .put("model", scheduled.step().model())
          .put("attempt", 1);
    } else if (event instanceof WorkflowEvent.StepRepeated repeated) {
      data.put("stepId", repeated.step())
          .put("attempt", repeated.attempt())
          .put("reissued", repeated.reissued());
      if (repeated.reissued()) {
        data.put("tokensLost", repeated.tokensLost());
      }
    } else if (event instanceof WorkflowEvent.StepCompleted completed) {
      data.put("stepId", completed.step())
          .put("attempt", completed.attempt())
          .put("output", completed.output())
          .put("tokens", completed.promptTokens() + completed.completionTokens())
          .put("durationMs", completed.millis())
          .put("doneReason", completed.doneReason())
          .put("node", completed.node());
    } else if (event instanceof WorkflowEvent.StepFailed failed) {
      data.put("stepId", failed.step())
          .put("attempt", failed.attempt())
          .put("reason", failed.reason())
          .put("last", failed.last());
    } else if (event instanceof WorkflowEvent.StepSkipped skipped) {
      data.put("stepId", skipped.step()).put("reason", skipped.reason());
    } else if (event instanceof WorkflowEvent.StepTaken taken) {
      data.put("stepId", taken.step()).put("owner", taken.owner());
      if (taken.until() > 0) { // one that is given back has no end
        data.put("until", ExecutionView.time(taken.until()));
      }
    } else {
      describeRest(event, data);
    }
  }

  private static void describeRest(WorkflowEvent event, ObjectNode data) {
    if (event instanceof WorkflowEvent.DecisionMade made) {
      data.set("decision", ExecutionView.decision(made.decision()));
    } else if (event instanceof WorkflowEvent.InputRequested asked) {
      data.put("input", asked.input().id()).put("question", asked.input().question());
      data.set("proposal", asked.input().proposal());
    } else if (event instanceof WorkflowEvent.InputReceived input) {
      data.put("input", input.input());
      data.set("value", input.value());
    } else if (event instanceof WorkflowEvent.StepsReset reset) {
      reset.steps().forEach(data.putArray("steps")::add);
      reset.inputs().forEach(data.putArray("inputs")::add);
    } else if (event instanceof WorkflowEvent.Recovered recovered) {
      data.put("reused", recovered.reused());
    } else if (event instanceof WorkflowEvent.LateResultDropped late) {
      data.put("stepId", late.step())
          .put("attempt", late.attempt())
          .put("tokens", late.promptTokens() + late.completionTokens());
    } else if (event instanceof WorkflowEvent.BudgetExhausted exhausted) {
      data.put("what", exhausted.what());
    } else if (event instanceof WorkflowEvent.BudgetRaised raised) {
      data.put("modelCalls", raised.budget().modelCalls())
          .put("tokens", raised.budget().tokens())
          .put("seconds", raised.budget().seconds());
    } else if (event instanceof WorkflowEvent.WorkflowCompleted completed) {
      data.put("answer", completed.end().answer()).put("degraded", completed.end().degraded());
      completed.end().notes().forEach(data.putArray("notes")::add);
    } else if (event instanceof WorkflowEvent.WorkflowFailed failed) {
      data.put("reason", failed.reason());
    } else if (event instanceof WorkflowEvent.WorkflowCancelled cancelled) {
      data.put("reason", cancelled.reason());
    }
  }

  /** As a server-sent event. */
  String toSse() {
    return (number > 0 ? "id: " + number + "\n" : "")
        + "event: "
        + name
        + "\ndata: "
        + data
        + "\n\n";
  }

  /** As a message of a WebSocket. */
  String toMessage() {
    ObjectNode message = JsonBody.JSON.createObjectNode().put("type", name);
    if (number > 0) {
      message.put("id", number);
    }
    message.setAll(data);
    return message.toString();
  }
}
