package io.llmcluster.core.inference;

import io.llmcluster.core.protocol.Operation;
import org.apache.pekko.util.ByteString;

/**
 * A request for whichever node answers first.
 *
 * @param id appears in logs and on the node
 * @param operation which endpoint is meant
 * @param model as the client wrote it
 * @param stream whether the body asks for a streamed answer
 * @param body that endpoint's own JSON
 * @param nodes which nodes may take it
 */
public record InferenceRequest(
    String id,
    Operation operation,
    String model,
    boolean stream,
    ByteString body,
    NodeConstraint nodes) {

  /** A request that any node may take. */
  public InferenceRequest(
      String id, Operation operation, String model, boolean stream, ByteString body) {
    this(id, operation, model, stream, body, NodeConstraint.ANY);
  }

  /** All that there is to say of it when nobody can be sent it any more. */
  InferenceRequest withoutBody() {
    return new InferenceRequest(id, operation, model, stream, ByteString.emptyByteString(), nodes);
  }
}
