package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.Media;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.DecodedRequest;
import io.llmcluster.gateway.wire.Endpoint;
import io.llmcluster.gateway.wire.ErrorEnvelope;
import io.llmcluster.gateway.wire.LoadAnswer;
import io.llmcluster.gateway.wire.Purpose;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Patterns in the place of a model: a chat request to {@code ensemble:llama3.2,qwen3} begins a
 * workflow, whose answer is given as a model's would be. The workflow ends with its client.
 */
public final class PatternModels {

  private static final String LOST = "the workflow cannot be followed any more";

  private final Workflows workflows;
  private final Predicate<String> isModel;
  private final long mostBytes;
  private final Duration writeTimeout;
  private final Materializer materializer;

  /**
   * @param isModel whether a real model has that name; it wins
   * @param mostBytes of a request; beyond it 413
   * @param writeTimeout longest time that a client may leave it unread
   */
  public PatternModels(
      Workflows workflows,
      Predicate<String> isModel,
      long mostBytes,
      Duration writeTimeout,
      Materializer materializer) {
    this.workflows = workflows;
    this.isModel = isModel;
    this.mostBytes = mostBytes;
    this.writeTimeout = writeTimeout;
    this.materializer = materializer;
  }

  /**
   * The pattern's answer; empty if the request is none for a pattern, which costs no more than a
   * look at the model's name.
   */
  public Optional<CompletionStage<HttpResponse>> answer(
      Exchange exchange, Endpoint endpoint, DecodedRequest request) {
    boolean chat =
        endpoint == Endpoint.CHAT
            || endpoint == Endpoint.CHAT_STREAM
            || endpoint == Endpoint.V1_CHAT;
    return chat
        ? PatternModel.of(request.model(), workflows.patterns().names()::contains)
            .filter(pattern -> !isModel.test(request.model()))
            .map(pattern -> begin(exchange, endpoint, request, pattern))
        : Optional.empty();
  }

  private CompletionStage<HttpResponse> begin(
      Exchange exchange, Endpoint endpoint, DecodedRequest request, PatternModel model) {
    if (request.purpose() != Purpose.ANSWER) {
      return CompletableFuture.completedStage(
          Replies.json(
              request.purpose() == Purpose.LOAD
                  ? LoadAnswer.loaded(endpoint, request.model())
                  : LoadAnswer.unloaded(endpoint, request.model())));
    }
    if (request.body().size() > mostBytes) {
      throw new WireException(
          413, "request body is too large (at most " + mostBytes + " bytes for a pattern)");
    }
    ObjectNode body = JsonBody.parse(request.body());
    ChatRequest chat = ChatRequest.of(endpoint.surface(), body, model);
    String id = WorkflowIds.of("", "");
    ChatWire wire =
        endpoint.surface() == Surface.OPENAI
            ? new OpenAiChat(id, request.model(), System.currentTimeMillis() / 1000, chat.usage())
            : new NativeChat(request.model());
    ClientTie tie = new ClientTie(workflows, id);
    return new WorkflowStart(workflows)
        .begin(exchange, id, model.pattern(), chat.pattern())
        .whenComplete((begun, failure) -> cutUnanswered(tie, failure))
        .thenCompose(
            begun -> {
              Source<ChatPiece, NotUsed> pieces =
                  pieces(
                      exchange,
                      id,
                      tie,
                      new ChatNews(workflows.patterns(), chat.thinks(), request.stream()));
              return request.stream()
                  ? stream(exchange, endpoint.surface(), wire, pieces)
                  : whole(wire, pieces);
            })
        .thenApply(answer -> answer.addHeader(RawHeader.create("X-Workflow-Id", id)));
  }

  /** A beginning that is not answered may still come, once the store is there again. */
  private static void cutUnanswered(ClientTie tie, @Nullable Throwable failure) {
    if (failure != null && !(Causes.of(failure) instanceof WireException)) {
      tie.cut("nobody was told that it has begun");
    }
  }

  /** What the client is told, up to the end; cancels the workflow if the client hears of none. */
  private Source<ChatPiece, NotUsed> pieces(
      Exchange exchange, String id, ClientTie tie, ChatNews news) {
    exchange.cancellation().onCancel(() -> tie.cut("the client went away"));
    return workflows
        .follow(id, 0)
        .mapConcat(news::take)
        .concat(Source.single(lost())) // for one that was erased meanwhile
        .recover(new PFBuilder<Throwable, ChatPiece>().matchAny(failure -> lost()).build())
        .takeWhile(piece -> !isLast(piece, tie), true)
        .watchTermination(
            (mat, done) -> {
              done.whenComplete((end, failure) -> tie.cut("the client does not read any more"));
              return mat;
            });
  }

  private static ChatPiece lost() {
    return new ChatPiece.Failure(503, LOST, false);
  }

  private static boolean isLast(ChatPiece piece, ClientTie tie) {
    if (piece instanceof ChatPiece.Failure failure && !failure.ended()) {
      tie.cut(failure.reason());
      return true;
    }
    if (piece instanceof ChatPiece.Answer || piece instanceof ChatPiece.Failure) {
      tie.loosen();
      return true;
    }
    return false;
  }

  /** What fails before its first line is an ordinary error. */
  private CompletionStage<HttpResponse> stream(
      Exchange exchange, Surface surface, ChatWire wire, Source<ChatPiece, NotUsed> pieces) {
    return pieces
        .prefixAndTail(1)
        .runWith(Sink.head(), materializer)
        .thenApply(
            begun -> {
              if (begun.first().isEmpty()) {
                throw new WireException(503, LOST);
              }
              if (begun.first().get(0) instanceof ChatPiece.Failure failure) {
                throw new WireException(failure.status(), failure.reason());
              }
              Source<ByteString, NotUsed> lines =
                  Source.from(begun.first())
                      .concat(begun.second())
                      .map(piece -> line(surface, wire, piece));
              return HttpResponse.create()
                  .withEntity(
                      HttpEntities.createChunked(
                          Media.of(wire.streamType()),
                          exchange.whileClientStays(lines).backpressureTimeout(writeTimeout)));
            });
  }

  private static ByteString line(Surface surface, ChatWire wire, ChatPiece piece) {
    if (piece instanceof ChatPiece.Progress progress) {
      return wire.progress(progress.text());
    }
    if (piece instanceof ChatPiece.Text text) {
      return wire.text(text.text());
    }
    return piece instanceof ChatPiece.Answer answer
        ? wire.end(answer)
        : ErrorEnvelope.streamError(surface, ((ChatPiece.Failure) piece).reason());
  }

  private CompletionStage<HttpResponse> whole(ChatWire wire, Source<ChatPiece, NotUsed> pieces) {
    return pieces.runWith(Sink.seq(), materializer).thenApply(all -> whole(wire, all));
  }

  private static HttpResponse whole(ChatWire wire, List<ChatPiece> pieces) {
    StringBuilder thinking = new StringBuilder();
    for (ChatPiece piece : pieces) {
      if (piece instanceof ChatPiece.Progress progress) {
        thinking.append(progress.text());
      } else if (piece instanceof ChatPiece.Answer answer) {
        return JsonBody.answer(200, wire.whole(thinking.toString(), answer));
      } else if (piece instanceof ChatPiece.Failure failure) {
        throw new WireException(failure.status(), failure.reason());
      }
    }
    throw new WireException(503, LOST);
  }
}
