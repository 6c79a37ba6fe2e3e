package io.llmcluster.core.inference;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;
import org.apache.pekko.grpc.GrpcServiceException;

/**
 * Reads the gRPC status out of a failed call, whether it came over the wire or from this process.
 */
public final class NodeStatus {

  private NodeStatus() {}

  public static Status of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof GrpcServiceException local) {
      return local.getStatus();
    }
    if (cause instanceof StatusRuntimeException remote) {
      return remote.getStatus();
    }
    if (cause instanceof StatusException remote) {
      return remote.getStatus();
    }
    return Status.UNKNOWN.withDescription(String.valueOf(cause.getMessage()));
  }

  /** The same words with the node's name before them, unless they begin with it. */
  public static String named(String node, String words) {
    return words.startsWith("node " + node + " ") ? words : "node " + node + ": " + words;
  }

  /**
   * What happened, fit for a client: the status' own words, without its code where there are any.
   */
  public static String words(Status status, String node) {
    String description = status.getDescription();
    if (status.getCode() == Status.Code.UNAVAILABLE
        || description == null
        || description.isBlank()) {
      return "node " + node + " was lost";
    }
    return description.lines().findFirst().orElse(description);
  }
}
