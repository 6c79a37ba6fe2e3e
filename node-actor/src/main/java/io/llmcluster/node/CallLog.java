package io.llmcluster.node;

import io.grpc.Status;
import org.apache.pekko.grpc.GrpcServiceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what goes wrong with one call, by the request's id.
 *
 * @param requestId empty if it came as anything but 1 to 128 printable ASCII characters: in a log
 *     or a header other ones do harm
 * @param node as the caller named it
 */
record CallLog(String requestId, String node) {

  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
  private static final int MOST = 128;

  CallLog {
    boolean printable = requestId.chars().allMatch(c -> c > ' ' && c < 0x7f);
    requestId = printable && requestId.length() <= MOST ? requestId : "";
  }

  void failed(Object what, Throwable failure) {
    Status status =
        failure instanceof GrpcServiceException told ? told.getStatus() : Status.UNKNOWN;
    LOG.warn(
        "{} {} at node {} failed: {} {}",
        shown(),
        what,
        node,
        status.getCode(),
        status.getDescription());
  }

  /** The backend's own words go to the caller. */
  void answeredWithError(Object what) {
    LOG.warn("{} {} at node {}: its server answered with an error", shown(), what, node);
  }

  private String shown() {
    return requestId.isEmpty() ? "-" : requestId;
  }
}
