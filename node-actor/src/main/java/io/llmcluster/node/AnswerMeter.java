package io.llmcluster.node;

import io.llmcluster.node.CallOutcome.Verdict;
import io.llmcluster.node.backend.BackendAnswer;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Measures one call. Used by one thing at a time; the stream's order makes the writes visible. */
final class AnswerMeter {

  private long startNanos;
  private long firstNanos;
  private long lastNanos;
  private long lines;
  private boolean broken;

  void start() {
    startNanos = System.nanoTime();
  }

  void firstByte(BackendAnswer answer) {
    firstNanos = System.nanoTime();
    lastNanos = firstNanos;
    broken = isNodeFault(answer);
  }

  void lines(ByteString piece) {
    lastNanos = System.nanoTime();
    for (int at = piece.indexOf((byte) '\n', 0); at >= 0; at = piece.indexOf((byte) '\n', at + 1)) {
      lines++;
    }
  }

  /**
   * @param failure what the stream ended with; null: its end, or its caller left
   */
  Verdict verdict(@Nullable Throwable failure) {
    if (failure instanceof GrpcServiceException || broken) {
      return Verdict.NODE_FAILED;
    }
    return failure == null && firstNanos != 0 ? Verdict.ANSWERED : Verdict.LEFT;
  }

  CallOutcome outcome(String model, Verdict verdict) {
    double seconds = (lastNanos - firstNanos) / 1e9;
    return new CallOutcome(
        model,
        verdict,
        firstNanos == 0 ? -1 : (firstNanos - startNanos) / 1e6,
        lines > 1 && seconds > 0 ? (lines - 1) / seconds : -1);
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
