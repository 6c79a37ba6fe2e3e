package io.llmcluster.node;

import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.node.CallOutcome.Verdict;
import io.llmcluster.node.backend.BackendAnswer;
import java.util.function.LongSupplier;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Measures one call. Used by one thing at a time; the stream's order makes the writes visible. */
final class AnswerMeter {

  private final LongSupplier nanoTime;
  private long startNanos;
  private long firstNanos;
  private long lastNanos;

  /** Lines or events that came after the first piece. */
  private long later;

  private boolean answered;
  private boolean streamed;
  private boolean events;
  private boolean broken;

  /**
   * @param nanoTime {@link System#nanoTime}
   */
  AnswerMeter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void start() {
    startNanos = nanoTime.getAsLong();
  }

  /** The answer is there: a stream's first piece, or all of a whole one. */
  void answer(BackendAnswer answer) {
    answered = true;
    broken = isNodeFault(answer);
    streamed = answer instanceof BackendAnswer.Streamed;
    events = answer.contentType().startsWith("text/event-stream");
  }

  /**
   * @param piece whole lines or events of a streamed answer
   */
  void lines(ByteString piece) {
    lastNanos = nanoTime.getAsLong();
    if (firstNanos == 0) {
      firstNanos = lastNanos;
    } else {
      later += events ? blankLines(piece) : lineEnds(piece);
    }
  }

  private static int lineEnds(ByteString piece) {
    int count = 0;
    for (int at = piece.indexOf((byte) '\n', 0); at >= 0; at = piece.indexOf((byte) '\n', at + 1)) {
      count++;
    }
    return count;
  }

  /** A server-sent event ends with a blank line. */
  private static int blankLines(ByteString piece) {
    int count = 0;
    int before = -1;
    for (int at = piece.indexOf((byte) '\n', 0); at >= 0; at = piece.indexOf((byte) '\n', at + 1)) {
      if (at == before + 1 || (at == before + 2 && piece.apply(at - 1) == '\r')) {
        count++;
      }
      before = at;
    }
    return count;
  }

  /**
   * @param failure what the stream ended with; null: its end, or its caller left
   */
  Verdict verdict(@Nullable Throwable failure) {
    if (CallFailures.isOverdue(failure)) {
      return Verdict.OVERDUE;
    }
    if (failure instanceof GrpcServiceException told && CallStatus.isNoFault(told.getStatus())) {
      return Verdict.LEFT;
    }
    if (failure instanceof GrpcServiceException || broken) {
      return Verdict.NODE_FAILED;
    }
    return failure == null && answered ? Verdict.ANSWERED : Verdict.LEFT;
  }

  /** The first byte of a whole answer says nothing: it came when all was there. */
  CallOutcome outcome(String model, Verdict verdict) {
    double seconds = (lastNanos - firstNanos) / 1e9;
    boolean begun = streamed && firstNanos != 0;
    return new CallOutcome(
        model,
        verdict,
        begun ? (firstNanos - startNanos) / 1e6 : -1,
        begun && later > 0 && seconds > 0 ? later / seconds : -1);
  }

  /**
   * Ollama answers 500 to two mistakes of the caller (OLLAMA server/routes.go: a wrong option type,
   * a bad format); these say nothing of the node. 503 says that it is full, which is no fault
   * either.
   */
  private static boolean isNodeFault(BackendAnswer answer) {
    if (answer.status() < 500 || answer.status() == 503) {
      return false;
    }
    String start =
        answer instanceof BackendAnswer.Whole whole ? whole.body().take(100).utf8String() : "";
    return !start.contains("must be of type") && !start.contains("invalid format:");
  }
}
