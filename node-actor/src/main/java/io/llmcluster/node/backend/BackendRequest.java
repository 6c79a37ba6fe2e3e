package io.llmcluster.node.backend;

import io.llmcluster.core.protocol.Operation;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;

/**
 * One request for a backend.
 *
 * @param requestId for logs, also the backend's; at most 128 printable ASCII characters; may be
 *     empty
 * @param operation which endpoint is meant; the body is that endpoint's own JSON
 * @param model as the client wrote it
 * @param stream whether the body asks for a streamed answer
 * @param body handed on as it is where the backend has the endpoint, translated where it has not
 * @param cancelled completes when nobody waits for the answer any more
 */
public record BackendRequest(
    String requestId,
    Operation operation,
    String model,
    boolean stream,
    ByteString body,
    CompletionStage<Done> cancelled) {

  /** The same call in another endpoint's form. */
  BackendRequest as(Operation other, boolean streamed, ByteString translated) {
    return new BackendRequest(requestId, other, model, streamed, translated, cancelled);
  }
}
