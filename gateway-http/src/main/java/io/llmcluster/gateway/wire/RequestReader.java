package io.llmcluster.gateway.wire;

import io.llmcluster.gateway.wire.JsonValue.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request as far as the gateway must: one pass over the bytes, in which nothing but the few
 * fields that matter is decoded. What Ollama would refuse without looking at a model is refused
 * here, in its words.
 */
public final class RequestReader {

  private RequestReader() {}

  /**
   * @param body the whole body, in one piece
   * @throws WireException for a request that is refused as it stands
   */
  public static DecodedRequest read(Endpoint endpoint, ByteString body) {
    byte[] json = body.toArrayUnsafe();
    Fields fields = decode(endpoint, json);
    GoTypes.check(endpoint, fields);
    boolean unload = KeepAlive.isZero(fields);
    switch (endpoint) {
      case GENERATE -> Checks.generate(fields);
      case CHAT, CHAT_STREAM -> Checks.chat(fields);
      case EMBED -> Checks.embed(fields);
      case V1_CHAT -> Checks.v1Chat(fields);
      case V1_EMBEDDINGS -> Checks.v1Embeddings(fields);
      default -> {}
    }
    if (endpoint == Endpoint.COPY) {
      return copy(fields, body);
    }
    String model = model(endpoint, fields);
    if (endpoint == Endpoint.PULL || endpoint == Endpoint.DELETE) {
      return onNodes(endpoint, fields, model);
    }
    Purpose purpose = purpose(endpoint, fields, unload);
    return new DecodedRequest(
        model,
        endpoint == Endpoint.CHAT_STREAM || fields.flag("stream", endpoint.streamsByDefault()),
        purpose,
        endpoint == Endpoint.CHAT_STREAM ? streamed(fields) : body,
        List.of(),
        "",
        "");
  }

  private static Fields decode(Endpoint endpoint, byte[] json) {
    String goType = (endpoint.surface() == Surface.NATIVE ? "api." : "openai.") + endpoint.goType();
    try {
      return Fields.of(json, goType);
    } catch (WireException empty) {
      if (endpoint.surface() != Surface.NATIVE
          && "missing request body".equals(empty.getMessage())) {
        throw new WireException(400, "EOF");
      }
      throw empty;
    }
  }

  private static String model(Endpoint endpoint, Fields fields) {
    String model = fields.text("model");
    if (model.isEmpty()
        && (endpoint == Endpoint.SHOW
            || endpoint == Endpoint.PULL
            || endpoint == Endpoint.DELETE)) {
      model = fields.text("name");
    }
    boolean wellFormed = ModelNames.isWellFormed(model);
    switch (endpoint) {
      case CHAT, CHAT_STREAM, EMBEDDINGS, SHOW, V1_CHAT, V1_RESPONSES, V1_MESSAGES ->
          require(model);
      case PULL -> {
        if (!wellFormed) {
          throw new WireException(400, "invalid model name");
        }
      }
      case DELETE -> {
        require(model);
        if (!wellFormed) {
          throw new WireException(400, "name " + GoText.quote(model) + " is invalid");
        }
      }
      default -> {
        if (model.isBlank()) {
          throw new WireException(404, "model '" + model + "' not found");
        }
      }
    }
    return model;
  }

  private static void require(String model) {
    if (model.isBlank()) {
      throw new WireException(400, "model is required");
    }
  }

  private static Purpose purpose(Endpoint endpoint, Fields fields, boolean unload) {
    boolean nothingToDo =
        switch (endpoint) {
          case GENERATE -> isEmpty(fields.get("prompt")) && fields.get("suffix") == null;
          case CHAT, CHAT_STREAM -> isEmpty(fields.get("messages"));
          default -> false;
        };
    if (!nothingToDo) {
      return Purpose.ANSWER;
    }
    return unload ? Purpose.UNLOAD : Purpose.LOAD;
  }

  /** An empty string or array, without white space, or nothing at all. */
  private static boolean isEmpty(@Nullable JsonValue value) {
    return value == null || value.end() - value.start() == 2;
  }

  private static DecodedRequest copy(Fields fields, ByteString body) {
    String source = fields.text("source");
    String destination = fields.text("destination");
    if (!ModelNames.isWellFormed(source)) {
      throw new WireException(400, "source " + GoText.quote(source) + " is invalid");
    }
    if (!ModelNames.isWellFormed(destination)) {
      throw new WireException(400, "destination " + GoText.quote(destination) + " is invalid");
    }
    return new DecodedRequest(source, false, Purpose.ANSWER, body, List.of(), source, destination);
  }

  private static DecodedRequest onNodes(Endpoint endpoint, Fields fields, String model) {
    List<String> nodes = new ArrayList<>();
    JsonValue given = fields.get("nodes");
    if (given != null) {
      new GoScanner(fields.json(), given.start())
          .array(
              node -> {
                if (node.kind() != Kind.STRING) {
                  throw new WireException(
                      400, "nodes: " + fields.raw(node) + " (expected: the name of a node)");
                }
                nodes.add(Fields.text(fields.json(), node));
              });
    }
    return new DecodedRequest(
        model,
        endpoint == Endpoint.PULL && fields.flag("stream", true),
        Purpose.ANSWER,
        ByteString.fromString("{\"model\":" + GoText.quote(model) + insecure(fields) + "}"),
        nodes,
        "",
        "");
  }

  private static String insecure(Fields fields) {
    return fields.flag("insecure", false) ? ",\"insecure\":true" : "";
  }

  /** The same object with {@code "stream":true} at its end, where it wins over an earlier one. */
  private static ByteString streamed(Fields fields) {
    byte[] end =
        (fields.values().isEmpty() ? "\"stream\":true}" : ",\"stream\":true}")
            .getBytes(StandardCharsets.UTF_8);
    int kept = fields.end() - 1;
    byte[] streamed = Arrays.copyOf(fields.json(), kept + end.length);
    System.arraycopy(end, 0, streamed, kept, end.length);
    return ByteString.fromArrayUnsafe(streamed);
  }
}
