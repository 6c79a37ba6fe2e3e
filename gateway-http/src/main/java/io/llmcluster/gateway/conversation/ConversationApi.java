package io.llmcluster.gateway.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.EventStreams;
import io.llmcluster.gateway.pattern.WaitParameter;
import io.llmcluster.gateway.pattern.WorkflowIds;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.conversation.ConversationReply;
import io.llmcluster.patterns.conversation.Transcript;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;

/** Conversations with agents: begin, say something, read, follow, erase. */
public final class ConversationApi {

  private static final int PAGE = 100;
  private static final int LONGEST_PAGE = 1000;
  private static final String MESSAGE_ID = "[A-Za-z0-9._:-]{1,64}";

  private final Conversations conversations;
  private final JsonBody bodies;
  private final ConversationAnswers answers;

  /**
   * @param writeTimeout longest time that a client may leave a stream unread
   */
  public ConversationApi(
      Conversations conversations,
      JsonBody bodies,
      Materializer materializer,
      Duration writeTimeout) {
    this.conversations = conversations;
    this.bodies = bodies;
    this.answers = new ConversationAnswers(conversations, materializer, writeTimeout);
  }

  public void addTo(Router router) {
    router
        .at(HttpMethods.GET, "/api/agents", new AgentApi(conversations)::list)
        .at(
            HttpMethods.GET,
            "/api/agents/conversations",
            new ConversationListing(conversations)::list)
        .at(HttpMethods.POST, "/api/agents/conversations", this::create)
        .below(HttpMethods.GET, ConversationPath.PREFIX, this::get)
        .below(HttpMethods.POST, ConversationPath.PREFIX, this::post)
        .below(HttpMethods.DELETE, ConversationPath.PREFIX, this::erase);
  }

  private CompletionStage<HttpResponse> create(Exchange exchange) {
    String id = WorkflowIds.of("conv-", exchange.tenant(), exchange.header("Idempotency-Key"));
    return bodies
        .read(exchange)
        .thenCompose(request -> conversations.create(id, request, exchange.tenant()))
        .thenCompose(
            reply ->
                reply instanceof ConversationReply.Refused refused
                    ? CompletableFuture.completedStage(ConversationAnswers.refused(refused))
                    : answers
                        .read(id, Transcript.Wanted.page(0, PAGE))
                        .thenApply(
                            transcript ->
                                answers
                                    .view(id, transcript, 201)
                                    .addHeader(
                                        RawHeader.create(
                                            "Location", ConversationPath.PREFIX + id))));
  }

  private CompletionStage<HttpResponse> get(Exchange exchange) {
    ConversationPath path = ConversationPath.of(exchange);
    if (path.action().isEmpty() || path.is("messages", false)) {
      return page(exchange, path.id());
    }
    if (path.is("messages", true)) {
      return answers
          .turn(exchange, path.id(), path.message(), 0, wait(exchange))
          .thenApply(turn -> JsonBody.answer(200, turn.view(path.id())));
    }
    if (path.is("events", false)) {
      long after = EventStreams.after(exchange);
      return answers
          .read(path.id(), Transcript.Wanted.page(0, 0))
          .thenApply(transcript -> answers.events(exchange, path.id(), after));
    }
    throw path.noPage();
  }

  private CompletionStage<HttpResponse> page(Exchange exchange, String id) {
    int after = exchange.number("after", 0, 0, Integer.MAX_VALUE);
    int limit = exchange.number("limit", PAGE, 1, LONGEST_PAGE);
    return answers
        .read(id, Transcript.Wanted.page(after, limit))
        .thenApply(
            transcript -> {
              RawHeader etag = ConversationAnswers.etag(transcript);
              return exchange.header("If-None-Match").equals(etag.value())
                  ? HttpResponse.create().withStatus(304).addHeader(etag)
                  : answers.view(id, transcript, 200);
            });
  }

  private CompletionStage<HttpResponse> post(Exchange exchange) {
    ConversationPath path = ConversationPath.of(exchange);
    if (!path.is("messages", false)) {
      throw path.noPage();
    }
    Duration wait = wait(exchange);
    return bodies
        .read(exchange)
        .thenCompose(
            body -> {
              ObjectNode message = body.deepCopy();
              boolean stream = stream(message.remove("stream"));
              String messageId = messageId(message.remove("messageId"));
              return conversations
                  .post(path.id(), messageId, message)
                  .thenCompose(
                      reply ->
                          reply instanceof ConversationReply.Refused refused
                              ? CompletableFuture.completedStage(
                                  ConversationAnswers.refused(refused))
                              : taken(
                                  exchange,
                                  path.id(),
                                  answers.turn(
                                      exchange,
                                      path.id(),
                                      messageId,
                                      ((ConversationReply.Done) reply).after(),
                                      stream ? Duration.ZERO : wait),
                                  wait,
                                  stream));
            });
  }

  private CompletionStage<HttpResponse> taken(
      Exchange exchange,
      String id,
      CompletionStage<ConversationAnswers.Turn> reading,
      Duration wait,
      boolean stream) {
    return reading.thenApply(
        turn -> {
          RawHeader location =
              RawHeader.create(
                  "Location",
                  ConversationPath.PREFIX + id + "/messages/" + turn.message().messageId());
          boolean over = !wait.isZero() && turn.message().status().isOver();
          return (stream
                  ? answers.stream(exchange, id, turn)
                  : JsonBody.answer(over ? 200 : 202, turn.view(id)))
              .addHeader(location);
        });
  }

  private CompletionStage<HttpResponse> erase(Exchange exchange) {
    ConversationPath path = ConversationPath.of(exchange);
    if (!path.action().isEmpty()) {
      throw path.noPage();
    }
    return conversations
        .erase(path.id())
        .thenApply(
            reply ->
                reply instanceof ConversationReply.Refused refused
                    ? ConversationAnswers.refused(refused)
                    : JsonBody.answer(
                        200, JsonBody.JSON.createObjectNode().put("erased", path.id())));
  }

  private static Duration wait(Exchange exchange) {
    return WaitParameter.of(exchange.query("wait"));
  }

  private static boolean stream(JsonNode given) {
    if (given == null || given.isNull()) {
      return false;
    }
    if (!given.isBoolean()) {
      throw new WireException(400, "stream: " + given + " (expected: true or false)");
    }
    return given.asBoolean();
  }

  /** The client's, or a new one. */
  private static String messageId(JsonNode given) {
    if (given == null || given.isNull()) {
      return WorkflowIds.of("msg-", "", "");
    }
    if (!given.isTextual() || !given.asText().matches(MESSAGE_ID)) {
      String shown = given.toString();
      throw new WireException(
          400,
          "messageId: "
              + (shown.length() > 80 ? shown.substring(0, 77) + "..." : shown)
              + " (expected: 1 to 64 letters, digits, - _ . and :)");
    }
    return given.asText();
  }
}
