package io.llmcluster.gateway.server;

import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.MediaTypes;

/**
 * The media types of the wire contract; nodes' answers are checked to be one of them before they
 * get here.
 */
public final class Media {

  public static final ContentType JSON =
      ContentTypes.create(
          MediaTypes.customBinary("application", "json", true, Map.of("charset", "utf-8"), false));

  private static final ContentType NDJSON =
      ContentTypes.create(MediaTypes.customBinary("application", "x-ndjson", true));

  private static final ContentType EVENTS =
      ContentTypes.create(MediaTypes.customBinary("text", "event-stream", true));

  private Media() {}

  public static ContentType of(String contentType) {
    if (contentType.startsWith("application/x-ndjson")) {
      return NDJSON;
    }
    return contentType.startsWith("text/event-stream") ? EVENTS : JSON;
  }

  public static boolean isStream(String contentType) {
    return of(contentType) != JSON;
  }
}
