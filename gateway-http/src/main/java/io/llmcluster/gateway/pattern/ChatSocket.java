package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.gateway.server.Cancellation;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.wire.ErrorEnvelope;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.WireException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Chats over a WebSocket: each message is a body of {@code /api/chat} and is answered by its lines,
 * one message each. One request at a time; whoever closes the socket cancels it. A stopping gateway
 * finishes the answer that is under way, and then closes the socket.
 */
public final class ChatSocket {

  public static final String PATH = "/ws/chat";

  private static final long MOST_CHARACTERS = 8_000_000;

  /** The answer that is under way, and the refusal of another request. */
  private static final int AT_A_TIME = 2;

  /** Follows the last line of an answer within this class. */
  private static final String END = "";

  private final BiFunction<Exchange, ByteString, CompletionStage<HttpResponse>> chat;
  private final SocketText texts;
  private final Duration writeTimeout;

  /**
   * @param chat answers a body of {@code /api/chat}; never fails
   */
  public ChatSocket(
      BiFunction<Exchange, ByteString, CompletionStage<HttpResponse>> chat,
      Duration writeTimeout,
      Materializer materializer) {
    this.chat = chat;
    this.texts = new SocketText(MOST_CHARACTERS, materializer);
    this.writeTimeout = writeTimeout;
  }

  public CompletionStage<HttpResponse> open(Exchange exchange) {
    return CompletableFuture.completedStage(
        Sockets.isUpgrade(exchange)
            ? Sockets.open(exchange, new Conversation(exchange).flow(), writeTimeout)
            : Sockets.upgradeRequired());
  }

  /** One socket. */
  private final class Conversation {
    private final Exchange exchange;

    /** Of the request that is being answered; null: none. */
    private final AtomicReference<@Nullable Cancellation> underWay = new AtomicReference<>();

    private volatile boolean closed;

    /** The gateway stops. */
    private volatile boolean finishing;

    /** Answers that have begun and whose {@link #END} has not come by. */
    private final AtomicInteger answering = new AtomicInteger();

    private final SharedKillSwitch idle = KillSwitches.shared("idle");

    Conversation(Exchange exchange) {
      this.exchange = exchange;
    }

    Flow<Message, String, NotUsed> flow() {
      return Flow.<Message>create()
          .watchTermination(
              (mat, done) -> {
                done.whenComplete((end, failure) -> close());
                return mat;
              })
          .mapAsync(1, message -> texts.read(message).handle(Read::new))
          .flatMapMerge(AT_A_TIME, this::answer)
          .takeWhile(line -> !isLastOfAll(line))
          .filter(line -> !line.equals(END))
          .via(idle.flow())
          .watchTermination(
              (mat, done) -> {
                exchange.connections().opened(this, this::finish);
                done.whenComplete((end, failure) -> exchange.connections().closed(this));
                return mat;
              });
    }

    private void finish() {
      finishing = true;
      if (answering.get() == 0) {
        idle.shutdown();
      }
    }

    private boolean isLastOfAll(String line) {
      return line.equals(END) && answering.decrementAndGet() == 0 && finishing;
    }

    private void close() {
      closed = true;
      Cancellation request = underWay.get();
      if (request != null) {
        request.cancel();
      }
    }

    private Source<String, NotUsed> answer(Read read) {
      if (read.text() == null) {
        return Source.single(error(read.failure()));
      }
      Cancellation request = new Cancellation();
      if (!underWay.compareAndSet(null, request)) {
        return Source.single(
            error(
                new WireException(
                    429, "one request at a time (expected: the end of the answer first)")));
      }
      answering.incrementAndGet();
      if (finishing) {
        return Source.from(
            List.of(
                error(new WireException(503, "this gateway is stopping, please ask another one")),
                END));
      }
      if (closed) {
        request.cancel();
      }
      return Source.completionStageSource(
              chat.apply(exchange.of(request), ByteString.fromString(read.text()))
                  .thenApply(answer -> answer.entity().getDataBytes()))
          .mapConcat(bytes -> lines(bytes))
          .map(
              line -> {
                if (isLast(line)) {
                  underWay.compareAndSet(request, null);
                }
                return line;
              })
          .watchTermination(
              (mat, done) -> {
                done.whenComplete(
                    (end, failure) -> {
                      underWay.compareAndSet(request, null);
                      request.end();
                    });
                return NotUsed.getInstance();
              })
          .concat(Source.single(END));
    }
  }

  private record Read(@Nullable String text, @Nullable Throwable failure) {}

  private static List<String> lines(ByteString whole) {
    return whole.utf8String().lines().filter(line -> !line.isBlank()).toList();
  }

  /** An object further in, as the arguments of a tool have them, may say that it is done, too. */
  private static boolean isLast(String line) {
    if (!line.contains("\"done\":true") && !line.startsWith("{\"error\"")) {
      return false;
    }
    try {
      JsonNode object = JsonBody.JSON.readTree(line);
      return object.path("done").asBoolean() || object.has("error");
    } catch (JsonProcessingException broken) {
      return false;
    }
  }

  private static String error(@Nullable Throwable failure) {
    String reason =
        failure != null && Causes.of(failure) instanceof WireException wire
            ? String.valueOf(wire.getMessage())
            : "cannot be read";
    return ErrorEnvelope.json(Surface.NATIVE, 400, reason).utf8String();
  }
}
