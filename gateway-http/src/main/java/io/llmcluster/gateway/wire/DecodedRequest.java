package io.llmcluster.gateway.wire;

import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * What the gateway needs to know of a request.
 *
 * @param model as the client wrote it
 * @param stream whether a streamed answer is asked for
 * @param purpose whether there is anything to answer
 * @param body to hand on; the client's own bytes unless something had to change
 * @param nodes where a pull or delete shall happen; empty: not said
 * @param source of a copy; else empty
 * @param destination of a copy; else empty
 */
public record DecodedRequest(
    String model,
    boolean stream,
    Purpose purpose,
    ByteString body,
    List<String> nodes,
    String source,
    String destination) {

  public DecodedRequest {
    nodes = List.copyOf(nodes);
  }
}
