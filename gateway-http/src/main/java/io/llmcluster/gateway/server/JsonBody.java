package io.llmcluster.gateway.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.json.GoJson;
import io.llmcluster.gateway.wire.WireException;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** JSON objects in and out of the endpoints that are our own. */
public final class JsonBody {

  public static final ObjectMapper JSON = new ObjectMapper();

  private final RequestBody bodies;
  private final long mostBytes;

  /**
   * @param mostBytes of a request; beyond it 413
   */
  public JsonBody(RequestBody bodies, long mostBytes) {
    this.bodies = bodies;
    this.mostBytes = mostBytes;
  }

  /** The body as an object, an empty one if there is none; fails with {@link WireException}. */
  public CompletionStage<ObjectNode> read(Exchange exchange) {
    return bodies.read(exchange).thenApply(this::bounded);
  }

  private ObjectNode bounded(ByteString body) {
    if (body.size() > mostBytes) {
      throw new WireException(413, "request body is too large (at most " + mostBytes + " bytes)");
    }
    return parse(body);
  }

  /** An object, an empty one of no bytes; fails with {@link WireException} 400. */
  public static ObjectNode parse(ByteString body) {
    if (body.isEmpty()) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode json = JSON.readTree(body.toArrayUnsafe());
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw new WireException(
          400, "request body: " + json.getNodeType() + " (expected: an object)");
    } catch (JsonProcessingException broken) {
      throw new WireException(400, "request body: " + broken.getOriginalMessage());
    } catch (IOException impossible) {
      throw new WireException(400, "request body: cannot be read");
    }
  }

  /** An answer. */
  public static HttpResponse answer(int status, JsonNode json) {
    return Replies.json(status, bytes(json));
  }

  public static ByteString bytes(JsonNode json) {
    return ByteString.fromArrayUnsafe(GoJson.bytes(json));
  }
}
