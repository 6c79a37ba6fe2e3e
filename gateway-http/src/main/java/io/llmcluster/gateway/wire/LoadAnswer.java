package io.llmcluster.gateway.wire;

import java.time.Instant;
import org.apache.pekko.util.ByteString;

/** What a request without a prompt is answered: one object, streamed or not. */
public final class LoadAnswer {

  private LoadAnswer() {}

  public static ByteString loaded(Endpoint endpoint, String model) {
    return of(endpoint, model, "load");
  }

  public static ByteString unloaded(Endpoint endpoint, String model) {
    return of(endpoint, model, "unload");
  }

  private static ByteString of(Endpoint endpoint, String model, String reason) {
    String content =
        endpoint == Endpoint.GENERATE
            ? "\"response\":\"\""
            : "\"message\":{\"role\":\"assistant\",\"content\":\"\"}";
    return ByteString.fromString(
        "{\"model\":"
            + GoText.quote(model)
            + ",\"created_at\":\""
            + Instant.now()
            + "\","
            + content
            + ",\"done\":true,\"done_reason\":\""
            + reason
            + "\"}");
  }
}
