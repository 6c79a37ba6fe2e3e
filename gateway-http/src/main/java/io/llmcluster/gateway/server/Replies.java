package io.llmcluster.gateway.server;

import io.llmcluster.gateway.wire.ErrorEnvelope;
import io.llmcluster.gateway.wire.Surface;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** The plain answers: JSON, text, an error in its envelope. */
public final class Replies {

  private Replies() {}

  public static HttpResponse json(int status, ByteString body) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(Media.JSON, body));
  }

  public static HttpResponse json(ByteString body) {
    return json(200, body);
  }

  public static HttpResponse text(String body) {
    return HttpResponse.create()
        .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, ByteString.fromString(body)));
  }

  public static HttpResponse error(Surface surface, int status, String message) {
    return json(status, ErrorEnvelope.json(surface, status, message));
  }

  /** Says when to come again: in whole seconds, at least one. */
  public static HttpResponse later(HttpResponse response, Duration retryAfter) {
    return response.addHeader(
        RawHeader.create("Retry-After", String.valueOf(Math.max(1, retryAfter.toSeconds()))));
  }

  /** Names the node that answered. */
  public static HttpResponse servedBy(HttpResponse response, String node) {
    return response.addHeader(RawHeader.create("X-Served-By", node));
  }
}
