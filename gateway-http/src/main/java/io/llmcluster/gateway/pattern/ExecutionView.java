package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.patterns.history.WorkflowStatus;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.Spent;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.workflow.Definition;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.Receipt;
import io.llmcluster.patterns.workflow.RunClock;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.WorkflowState.Ended;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.time.Instant;
import java.util.Locale;

/** How the API shows a workflow. */
public final class ExecutionView {

  private ExecutionView() {}

  /**
   * The whole view; of a workflow that is not there, only its id.
   *
   * @param now ms since 1970
   */
  public static ObjectNode of(String id, WorkflowState state, PatternRegistry patterns, long now) {
    ObjectNode view = JsonBody.JSON.createObjectNode().put("id", id);
    if (state instanceof Live live) {
      head(view, live.definition(), state);
      if (live.asked() != null) {
        view.putObject("input")
            .put("id", live.asked().id())
            .put("question", live.asked().question())
            .set("proposal", live.asked().proposal());
      }
      body(view, live.definition(), live.run(), patterns);
      receipt(view, state);
      tail(view, live.definition(), live.spent(), live.clock(), patterns, now);
    } else if (state instanceof Ended ended) {
      head(view, ended.definition(), state);
      if (ended.answer() != null) {
        view.put("answer", ended.answer().answer());
        view.put("degraded", ended.answer().degraded());
        ended.answer().notes().forEach(view.withArray("notes")::add);
      } else {
        view.put("error", ended.reason());
      }
      body(view, ended.definition(), ended.run(), patterns);
      receipt(view, state);
      tail(view, ended.definition(), ended.spent(), ended.clock(), patterns, now);
      view.put("endedAt", time(ended.endedAt()));
    }
    return view;
  }

  /** What a submission is answered with: who was chosen, and what it is expected to cost. */
  static ObjectNode accepted(String id, WorkflowState state) {
    ObjectNode view = JsonBody.JSON.createObjectNode().put("id", id);
    head(view, definition(state), state);
    CommonRequest.models(run(state).request()).forEach(view.putArray("models")::add);
    view.set("estimate", estimate(definition(state).estimate()));
    receipt(view, state);
    return view;
  }

  /** How it stands, with whom, and what recoveries have cost it. */
  static ObjectNode brief(String id, WorkflowState state) {
    ObjectNode view =
        JsonBody.JSON.createObjectNode().put("id", id).put("status", WorkflowStatus.of(state).id());
    CommonRequest.models(run(state).request()).forEach(view.putArray("models")::add);
    receipt(view, state);
    return view;
  }

  private static Definition definition(WorkflowState state) {
    return state instanceof Live live ? live.definition() : ((Ended) state).definition();
  }

  static Run run(WorkflowState state) {
    return state instanceof Live live ? live.run() : ((Ended) state).run();
  }

  private static void receipt(ObjectNode view, WorkflowState state) {
    Receipt receipt = state instanceof Live live ? live.receipt() : ((Ended) state).receipt();
    view.putObject("recovery")
        .put("reissued", receipt.reissued())
        .put("tokensLost", receipt.tokensLost())
        .put("reused", receipt.reused());
  }

  private static void head(ObjectNode view, Definition definition, WorkflowState state) {
    view.put("pattern", definition.pattern()).put("status", WorkflowStatus.of(state).id());
  }

  private static void body(
      ObjectNode view, Definition definition, Run run, PatternRegistry patterns) {
    CommonRequest.models(run.request()).forEach(view.putArray("models")::add);
    ArrayNode steps = view.putArray("steps");
    run.steps().values().forEach(step -> steps.add(step(step)));
    ArrayNode decisions = view.putArray("decisions");
    ObjectNode last = null;
    for (Decision decision : run.decisions().values()) {
      last = decision(decision);
      decisions.add(last);
    }
    if (last != null) {
      view.set("decision", last);
    }
    patterns
        .find(definition.pattern(), definition.version())
        .ifPresent(pattern -> pattern.describe(run, view));
  }

  /** One step. */
  static ObjectNode step(StepRecord step) {
    ObjectNode view =
        JsonBody.JSON
            .createObjectNode()
            .put("id", step.id())
            .put("kind", step.spec().kind())
            .put("lane", step.spec().lane())
            .put("model", step.spec().model())
            .put("attempt", step.attempt())
            .put("status", step.status().name().toLowerCase(Locale.ROOT));
    if (!step.node().isEmpty()) {
      view.put("node", step.node());
    }
    if (step.is(StepRecord.Status.COMPLETED)) {
      view.put("output", step.output())
          .put("tokens", step.promptTokens() + step.completionTokens())
          .put("durationMs", step.durationMillis());
    }
    if (!step.reason().isEmpty()) {
      view.put("reason", step.reason());
    }
    if (!step.owner().isEmpty()) {
      view.put("owner", step.owner());
      if (step.dueMillis() > 0) { // a task that is done keeps its owner and has no lease
        view.put("leaseUntil", time(step.dueMillis()));
      }
    }
    return view;
  }

  /** One decision. */
  static ObjectNode decision(Decision decision) {
    ObjectNode view =
        JsonBody.JSON
            .createObjectNode()
            .put("id", decision.id())
            .put("rule", decision.rule())
            .put("chosen", decision.chosen())
            .put("agreement", decision.agreement());
    ObjectNode tally = view.putObject("tally");
    decision.tally().forEach(tally::put);
    decision.dissent().forEach(view.putArray("dissent")::add);
    view.set("detail", decision.detail());
    return view;
  }

  private static void tail(
      ObjectNode view,
      Definition definition,
      Spent spent,
      RunClock clock,
      PatternRegistry patterns,
      long now) {
    ObjectNode budget = view.putObject("budget");
    budget.set("estimate", estimate(definition.estimate()));
    budget
        .putObject("actual")
        .put("modelCalls", spent.modelCalls())
        .put("tokens", spent.tokens())
        .put("seconds", clock.usedMillis(now) / 1000.0);
    budget
        .putObject("limit")
        .put("modelCalls", definition.budget().modelCalls())
        .put("tokens", definition.budget().tokens())
        .put("seconds", definition.budget().seconds());
    view.put("version", definition.version());
    view.putObject("definition")
        .put("hash", definition.hash())
        .put(
            "changed",
            !definition.hash().equals(patterns.hash(definition.pattern(), definition.version())));
    if (!definition.parent().isEmpty()) {
      view.putObject("parent")
          .put("id", definition.parent())
          .put("at", definition.parentSequenceNr());
    }
    view.put("createdAt", time(definition.createdAt()));
  }

  private static ObjectNode estimate(Estimate estimate) {
    return JsonBody.JSON
        .createObjectNode()
        .put("modelCalls", estimate.modelCalls())
        .put("tokens", estimate.tokens())
        .put("seconds", estimate.seconds());
  }

  /** A time as ISO 8601, of ms since 1970. */
  public static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
