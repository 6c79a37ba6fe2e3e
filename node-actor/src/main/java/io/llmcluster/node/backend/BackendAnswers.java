package io.llmcluster.node.backend;

import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.core.stream.Folded;
import io.llmcluster.node.translate.Json;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Turns what came over HTTP into answers that are known to be the protocol. */
final class BackendAnswers {

  static final String JSON = "application/json; charset=utf-8";

  private final ClassicActorSystemProvider system;
  private final BackendSettings settings;

  BackendAnswers(ClassicActorSystemProvider system, BackendSettings settings) {
    this.system = system;
    this.settings = settings;
  }

  /** The answer to an inference request, streamed or whole as the backend decided. */
  CompletionStage<BackendAnswer> ofInference(BackendRequest request, BackendHttp.Answer answer) {
    StreamProtocol protocol = StreamProtocol.of(request.operation());
    if (answer.status() == 200
        && request.stream()
        && !answer.mediaType().equals("application/json")) {
      return streamed(protocol, answer);
    }
    AnswerMemory memory = new AnswerMemory(settings.answers(), request);
    int most = (int) Math.min(settings.maxAnswerBytes(), settings.answers().bytes());
    return gathered(answer, most, settings.stallTimeout(), memory::take)
        .thenApply(body -> checked(answer, body))
        .thenApply(
            whole ->
                whole.contentType().equals(JSON)
                    ? whole
                    : ofPlainError(request.operation(), whole));
  }

  private CompletionStage<BackendAnswer> streamed(
      StreamProtocol protocol, BackendHttp.Answer answer) {
    if (!answer.mediaType().equals(protocol.mediaType())) {
      return drop(answer, garbled(answer));
    }
    return CompletableFuture.completedStage(
        new BackendAnswer.Streamed(protocol.mediaType(), framed(protocol, answer.body())));
  }

  Source<ByteString, NotUsed> framed(StreamProtocol protocol, Source<ByteString, NotUsed> body) {
    return body.via(
        new AnswerFraming(
            () -> new AnswerFramer(protocol, settings.maxLineBytes()), settings.stallTimeout()));
  }

  /** The whole answer: JSON that is complete, or an error in plain text, or nothing at all. */
  CompletionStage<BackendAnswer.Whole> whole(BackendHttp.Answer answer) {
    return gathered(answer, settings.maxAnswerBytes(), settings.stallTimeout())
        .thenApply(body -> checked(answer, body));
  }

  /** The bytes of an answer, within a bound. */
  CompletionStage<ByteString> gathered(BackendHttp.Answer answer, int maxBytes, Duration silence) {
    return gathered(answer, maxBytes, silence, piece -> piece);
  }

  /**
   * @param take takes room for a piece, or throws {@link BackendException.NoRoomForAnswer}
   */
  private CompletionStage<ByteString> gathered(
      BackendHttp.Answer answer, int maxBytes, Duration silence, UnaryOperator<ByteString> take) {
    if (answer.whole() != null) {
      if (answer.whole().length() > maxBytes) {
        return CompletableFuture.failedStage(tooLarge(maxBytes));
      }
      return CompletableFuture.completedStage(answer.whole())
          .thenApply(whole -> take.apply(whole).compact());
    }
    return answer
        .body()
        .idleTimeout(silence)
        .limitWeighted(maxBytes, bytes -> (long) bytes.length())
        .map(take::apply)
        .runWith(Folded.sink(ByteString.emptyByteString(), ByteString::concat), system)
        .handle(
            (body, failure) -> {
              if (failure != null) {
                throw broken(failure, maxBytes);
              }
              return body;
            });
  }

  private static BackendException broken(Throwable failure, int maxBytes) {
    Throwable cause = Causes.of(failure);
    if (cause instanceof BackendException.NoRoomForAnswer noRoom) {
      return noRoom;
    }
    if (cause instanceof org.apache.pekko.stream.StreamLimitReachedException) {
      return tooLarge(maxBytes);
    }
    return new BackendException.Aborted(
        cause instanceof TimeoutException
            ? "the model server fell silent in mid-answer"
            : "the connection to the model server was lost in mid-answer");
  }

  private static BackendException tooLarge(int maxBytes) {
    return new BackendException.Garbled(
        "the model server's answer is larger than " + maxBytes + " bytes");
  }

  static BackendAnswer.Whole checked(BackendHttp.Answer answer, ByteString body) {
    if (answer.mediaType().equals("application/json")) {
      if (body.isEmpty()) {
        throw new BackendException.Garbled("the model server's answer is empty");
      }
      if (!Json.isOneValue(body)) {
        throw new BackendException.Garbled("the model server's answer is not complete JSON");
      }
      return new BackendAnswer.Whole(answer.status(), JSON, body);
    }
    boolean plainError = answer.status() >= 400 && answer.mediaType().equals("text/plain");
    if (plainError && body.length() <= 1024) {
      return new BackendAnswer.Whole(answer.status(), "text/plain; charset=utf-8", body);
    }
    throw garbled(answer);
  }

  /** Servers that lack an endpoint say so in plain text; a client of it wants an envelope. */
  private static BackendAnswer ofPlainError(Operation operation, BackendAnswer.Whole plain) {
    String text = plain.body().utf8String().lines().findFirst().orElse("").strip();
    String message = "the model server answered " + plain.status() + ": " + text;
    return Envelopes.error(operation, plain.status(), message);
  }

  private static BackendException garbled(BackendHttp.Answer answer) {
    return new BackendException.Garbled(
        "the model server answered " + answer.status() + " with " + answer.mediaType());
  }

  private <T> CompletionStage<T> drop(BackendHttp.Answer answer, BackendException failure) {
    answer.body().runWith(Sink.cancelled(), system);
    return CompletableFuture.failedStage(failure);
  }
}
