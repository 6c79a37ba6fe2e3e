package io.llmcluster.core.inference;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.llmcluster.core.stream.Causes;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Objects;
import org.apache.pekko.grpc.GrpcServiceException;

/**
 * Reads the gRPC status out of a failed call, whether it came over the wire or from this process.
 */
public final class CallStatus {

  /** What a node answers that has no slot for a call; nothing was started. */
  public static final Status FULL =
      Status.RESOURCE_EXHAUSTED.withDescription("no slot is free at this node");

  /** What a node answers that has no room to hold the answer of its backend; the model has run. */
  public static final Status NO_ROOM_FOR_ANSWER =
      Status.RESOURCE_EXHAUSTED.withDescription("no room for the answer at this node");

  private static final String TOO_LARGE = "request is too large for this node: ";

  /** How a node ends its words when it has not begun a call that it answers as unavailable. */
  private static final String NOTHING_STARTED = "; nothing was started";

  private CallStatus() {}

  /**
   * A node's own statement that it cannot begin a call.
   *
   * @param why one line
   */
  public static Status unavailable(String why) {
    return Status.UNAVAILABLE.withDescription(why + NOTHING_STARTED);
  }

  /**
   * Whether a call cannot have begun: the node says so, or it was not even connected to. A member
   * that is lost in the middle of one is unavailable too, and the call may be the reason.
   */
  static boolean startedNothing(Status status) {
    if (status.getCode() != Status.Code.UNAVAILABLE) {
      return status.getCode() == Status.Code.NOT_FOUND; // a member that has just given it away
    }
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    String words = status.getDescription();
    return words != null && words.endsWith(NOTHING_STARTED);
  }

  /**
   * A node's own refusal of a call for which it has no slot.
   *
   * @param status any; gRPC itself says {@code RESOURCE_EXHAUSTED} too, of a message that is too
   *     large, and there every further node would run the model for nothing
   */
  public static boolean isFull(Status status) {
    return status.getCode() == FULL.getCode()
        && Objects.equals(status.getDescription(), FULL.getDescription());
  }

  /**
   * A node's refusal of a request that it can never take; nothing was started.
   *
   * @param why one line that names the bound
   */
  public static Status tooLarge(String why) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        why.startsWith(TOO_LARGE) ? why : TOO_LARGE + why); // it may come from a member behind
  }

  /** Whether it is {@link #tooLarge}. */
  public static boolean isTooLarge(Status status) {
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        && String.valueOf(status.getDescription()).startsWith(TOO_LARGE);
  }

  /** Whether it is {@link #NO_ROOM_FOR_ANSWER}. */
  public static boolean isNoRoomForAnswer(Status status) {
    return status.getCode() == NO_ROOM_FOR_ANSWER.getCode()
        && Objects.equals(status.getDescription(), NO_ROOM_FOR_ANSWER.getDescription());
  }

  /** Whether a call ended for want of room, which says nothing of the node's health. */
  public static boolean isNoFault(Status status) {
    return isFull(status) || isTooLarge(status) || isNoRoomForAnswer(status);
  }

  public static Status of(Throwable failure) {
    Throwable cause = Causes.of(failure);
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
