package io.llmcluster.node;

import io.grpc.Status;
import io.llmcluster.core.inference.NodeStatus;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.node.backend.BackendException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.grpc.GrpcServiceException;

/** What went wrong with a call, as the node protocol's statuses say it. */
final class CallFailures {

  private CallFailures() {}

  static GrpcServiceException toGrpc(Throwable failure) {
    Throwable cause = Causes.of(failure);
    if (cause instanceof GrpcServiceException known) {
      return known;
    }
    Status status = Status.INTERNAL;
    if (cause instanceof BackendException.Unreachable || cause instanceof TimeoutException) {
      return new GrpcServiceException(NodeStatus.unavailable(oneLine(cause)));
    } else if (cause instanceof BackendException.Aborted) {
      status = Status.ABORTED;
    }
    return new GrpcServiceException(status.withDescription(oneLine(cause)));
  }

  static GrpcServiceException refused(NodeActor.Acquired acquired) {
    return acquired instanceof NodeActor.Acquired.Unavailable unavailable
        ? new GrpcServiceException(NodeStatus.unavailable(unavailable.reason()))
        : new GrpcServiceException(NodeStatus.FULL);
  }

  private static String oneLine(Throwable cause) {
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
