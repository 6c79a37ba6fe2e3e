package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.request.RequestFields;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowReply;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;

/** Steering a workflow: pause, resume, cancel, input, retry, fork, reaggregate, erase. */
public final class ExecutionControl {

  /** What {@link #of} knows. */
  static final String COMMANDS = "pause, resume, cancel, input, retry, reaggregate";

  private final Workflows workflows;
  private final JsonBody bodies;
  private final WorkflowAnswers answers;

  public ExecutionControl(Workflows workflows, JsonBody bodies, WorkflowAnswers answers) {
    this.workflows = workflows;
    this.bodies = bodies;
    this.answers = answers;
  }

  CompletionStage<HttpResponse> command(Exchange exchange) {
    ExecutionPath path = ExecutionPath.of(exchange, PatternApi.EXECUTION);
    return command(exchange, path.id(), path.action(), PatternApi.EXECUTION);
  }

  /**
   * Carries out a command, whose parameters are the request's body.
   *
   * @param location of workflows, to which the id of a fork is added
   */
  public CompletionStage<HttpResponse> command(
      Exchange exchange, String id, String name, String location) {
    return bodies
        .read(exchange)
        .thenCompose(
            body ->
                name.equals("fork")
                    ? fork(exchange, id, body, location)
                    : workflows
                        .ask(id, of(name, body, COMMANDS + ", fork"))
                        .thenCompose(reply -> answers.commanded(id, reply)));
  }

  /**
   * The command of that name; fails with {@link WireException} if there is none, or it lacks a
   * field.
   *
   * @param expected the commands that there are where the client is
   */
  static Function<ActorRef<WorkflowReply>, WorkflowCommand.Asked> of(
      String name, ObjectNode body, String expected) {
    return switch (name) {
      case "pause" -> WorkflowCommand.Pause::new;
      case "resume" -> WorkflowCommand.Resume::new;
      case "cancel" -> {
        String reason = body.path("reason").asText(null);
        yield replyTo -> new WorkflowCommand.Cancel(reason, replyTo);
      }
      case "input" -> {
        String input = required(body, "input");
        JsonNode value = body.has("value") ? body.get("value") : NullNode.getInstance();
        yield replyTo -> new WorkflowCommand.GiveInput(input, value, replyTo);
      }
      case "retry" -> {
        Budget more = more(body);
        String step = more == null ? required(body, "step") : body.path("step").asText("");
        yield replyTo -> new WorkflowCommand.RetryStep(step, more, replyTo);
      }
      case "reaggregate" -> replyTo -> new WorkflowCommand.Reaggregate(body, replyTo);
      default ->
          throw new WireException(
              404, "no such command: " + name + " (expected: " + expected + ")");
    };
  }

  /**
   * A new workflow with the history of another, up to event {@code at}; other fields are changed.
   */
  private CompletionStage<HttpResponse> fork(
      Exchange exchange, String parent, ObjectNode body, String location) {
    ObjectNode changes = body.deepCopy();
    JsonNode at = changes.remove("at");
    if (at != null && !(at.isIntegralNumber() && at.asLong() > 0)) {
      throw new WireException(400, "at: " + at + " (expected: the number of an event, from 1)");
    }
    long sequenceNr = at == null ? 0 : at.asLong();
    String id = WorkflowIds.of(exchange.tenant(), exchange.header("Idempotency-Key"));
    return workflows
        .ask(id, replyTo -> new WorkflowCommand.Fork(parent, sequenceNr, changes, replyTo))
        .thenCompose(reply -> answers.commanded(id, reply))
        .thenApply(
            answer ->
                answer.withStatus(202).addHeader(RawHeader.create("Location", location + id)));
  }

  CompletionStage<HttpResponse> erase(Exchange exchange) {
    ExecutionPath path = ExecutionPath.of(exchange, PatternApi.EXECUTION);
    if (!path.action().isEmpty()) {
      throw path.unknown();
    }
    // also what is not there: lists may still have it
    return workflows
        .read(path.id())
        .thenCompose(
            past -> workflows.erase(path.id()).thenApply(erased -> told(path.id(), past, erased)));
  }

  private static HttpResponse told(String id, Past past, boolean erased) {
    WorkflowAnswers.known(id, past);
    if (!erased) {
      throw new WireException(
          409, "workflow '" + id + "' has not ended (expected: cancel it first)");
    }
    return JsonBody.answer(200, JsonBody.JSON.createObjectNode().put("erased", id));
  }

  /** What a retry may cost beyond the budget; null if nothing is said of it. */
  public static @Nullable Budget more(ObjectNode body) {
    RequestFields fields = new RequestFields(body);
    return fields.has("budget") ? CommonRequest.more(fields.within("budget")) : null;
  }

  private static String required(ObjectNode body, String field) {
    String value = body.path(field).asText("");
    if (value.isEmpty()) {
      throw new WireException(400, field + ": missing (expected: a text)");
    }
    return value;
  }
}
