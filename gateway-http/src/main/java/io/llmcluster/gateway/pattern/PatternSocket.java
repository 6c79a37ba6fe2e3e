package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Failures;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.workflow.WorkflowReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A workflow over a WebSocket: its events and tokens come as JSON messages, and it is steered by
 * such. It is closed when the workflow has ended and every command is answered.
 */
final class PatternSocket {

  static final String PATH = "/ws/patterns/";

  private static final long MOST_CHARACTERS = 65_536;

  private final Workflows workflows;
  private final WorkflowAnswers answers;
  private final SocketText texts;
  private final Duration writeTimeout;

  PatternSocket(
      Workflows workflows,
      WorkflowAnswers answers,
      Duration writeTimeout,
      Materializer materializer) {
    this.workflows = workflows;
    this.answers = answers;
    this.texts = new SocketText(MOST_CHARACTERS, materializer);
    this.writeTimeout = writeTimeout;
  }

  CompletionStage<HttpResponse> open(Exchange exchange) {
    if (!Sockets.isUpgrade(exchange)) {
      return CompletableFuture.completedStage(Sockets.upgradeRequired());
    }
    ExecutionPath path = ExecutionPath.of(exchange, PATH);
    if (!path.action().isEmpty()) {
      throw path.unknown();
    }
    long after = EventStreams.after(exchange);
    return answers
        .read(path.id())
        .thenApply(
            past -> Sockets.open(exchange, conversation(exchange, path.id(), after), writeTimeout));
  }

  /** Each side ends the other: no more events, no more commands, and the other way round. */
  private Flow<Message, String, NotUsed> conversation(Exchange exchange, String id, long after) {
    SharedKillSwitch commands = KillSwitches.shared("commands");
    SharedKillSwitch events = KillSwitches.shared("events");
    Source<String, NotUsed> told =
        workflows
            .follow(id, after)
            .map(news -> EventView.of(news).toMessage())
            .via(events.flow())
            .watchTermination(
                (mat, done) -> {
                  done.whenComplete((end, failure) -> commands.shutdown());
                  return mat;
                });
    return Flow.<Message>create()
        .watchTermination(
            (mat, done) -> {
              done.whenComplete((end, failure) -> events.shutdown());
              return mat;
            })
        .via(commands.flow())
        .mapAsync(1, message -> reply(exchange, id, message))
        .merge(told);
  }

  private CompletionStage<String> reply(Exchange exchange, String id, Message message) {
    return texts
        .read(message)
        .thenCompose(text -> command(id, JsonBody.parse(ByteString.fromString(text))))
        .exceptionally(failure -> error(Failures.told(exchange.id(), failure)));
  }

  private CompletionStage<String> command(String id, ObjectNode message) {
    String name = message.path("type").asText();
    return workflows
        .ask(id, ExecutionControl.of(name, message, ExecutionControl.COMMANDS))
        .thenApply(
            reply -> {
              if (reply instanceof WorkflowReply.Refused refused) {
                throw WorkflowAnswers.refused(refused);
              }
              return JsonBody.JSON
                  .createObjectNode()
                  .put("type", "reply")
                  .put("command", name)
                  .put("sequence", ((WorkflowReply.Done) reply).sequenceNr())
                  .toString();
            });
  }

  private static String error(String reason) {
    return JsonBody.JSON.createObjectNode().put("type", "error").put("error", reason).toString();
  }
}
