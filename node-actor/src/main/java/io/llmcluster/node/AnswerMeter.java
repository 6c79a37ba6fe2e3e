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

  /**
   * Of fewer tokens or lines the time tells nothing: the first token comes out of reading the
   * prompt and takes next to none, and a tool call comes in one line.
   */
  private static final int FEWEST = 8;

  private final LongSupplier nanoTime;
  private long startNanos;
  private long firstNanos;
  private long lastNanos;

  /** Lines or events. */
  private long lines;

  /** Of these, those that came after the first piece. */
  private long later;

  /** The last two pieces of a stream; they have its closing lines in them. */
  private ByteString beforeLast = ByteString.emptyByteString();

  private ByteString last = ByteString.emptyByteString();

  /** Of a whole answer. */
  private TokenCount count = TokenCount.UNKNOWN;

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
    if (answer instanceof BackendAnswer.Whole whole && answer.status() == 200) {
      count = TokenCount.in(whole.body());
    }
  }

  /**
   * @param piece whole lines or events of a streamed answer
   */
  void lines(ByteString piece) {
    lastNanos = nanoTime.getAsLong();
    beforeLast = last;
    last = piece;
    int more = events ? blankLines(piece) : lineEnds(piece);
    lines += more;
    if (firstNanos == 0) {
      firstNanos = lastNanos;
    } else {
      later += more;
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
    boolean begun = streamed && firstNanos != 0;
    return new CallOutcome(
        model,
        verdict,
        begun ? (firstNanos - startNanos) / 1e6 : -1,
        tokensPerSecond(begun ? TokenCount.in(beforeLast.concat(last)) : count));
  }

  /**
   * By the backend's own count and time, else its count and the clock, else lines and the clock.
   */
  private double tokensPerSecond(TokenCount told) {
    double seconds = (lastNanos - firstNanos) / 1e9;
    if (told.nanos() > 0) {
      return told.tokens() < FEWEST ? -1 : told.tokens() / (told.nanos() / 1e9);
    }
    if (later == 0 || seconds <= 0) {
      return -1;
    }
    if (told.tokens() == 0) {
      return later / seconds;
    }
    double afterTheFirst = (double) told.tokens() * later / lines;
    return told.tokens() < FEWEST || later < FEWEST ? -1 : afterTheFirst / seconds;
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
