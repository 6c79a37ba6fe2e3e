package io.llmcluster.node;

import io.grpc.Status;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.node.backend.BackendException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.grpc.GrpcServiceException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a call, as the node protocol's statuses say it. */
final class CallFailures {

  private CallFailures() {}

  /** The caller's own deadline passed. */
  static GrpcServiceException overdue() {
    return new GrpcServiceException(
        Status.DEADLINE_EXCEEDED.withDescription("the call's deadline passed"));
  }

  static boolean isOverdue(@Nullable Throwable failure) {
    return failure instanceof GrpcServiceException told
        && told.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
  }

  static GrpcServiceException toGrpc(Throwable failure) {
    Throwable cause = Causes.of(failure);
    if (cause instanceof GrpcServiceException known) {
      return known;
    }
    String words = oneLine(cause);
    Status status;
    if (cause instanceof BackendException.TooLarge) {
      status = CallStatus.tooLarge(words);
    } else if (cause instanceof BackendException.Full) {
      status = CallStatus.FULL;
    } else if (cause instanceof BackendException.NoRoomForAnswer) {
      status = CallStatus.NO_ROOM_FOR_ANSWER;
    } else if (cause instanceof BackendException.Unreachable) {
      status = CallStatus.unavailable(words);
    } else if (cause instanceof BackendException.Aborted || cause instanceof TimeoutException) {
      status = Status.ABORTED.withDescription(words); // it may have been begun
    } else {
      status = Status.INTERNAL.withDescription(words);
    }
    return new GrpcServiceException(status);
  }

  /** A node's actor did not answer: it has just stopped. */
  static GrpcServiceException gone(String node) {
    return new GrpcServiceException(CallStatus.unavailable("node " + node + " has stopped"));
  }

  static GrpcServiceException refused(NodeActor.Acquired acquired) {
    return acquired instanceof NodeActor.Acquired.Unavailable unavailable
        ? new GrpcServiceException(CallStatus.unavailable(unavailable.reason()))
        : new GrpcServiceException(CallStatus.FULL);
  }

  private static String oneLine(Throwable cause) {
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
