package io.llmcluster.bench;

import java.nio.charset.StandardCharsets;

/** The bytes of the stand-in's answers. */
final class Canned {

  private static final String MODEL =
      "{\"name\":\"m:latest\",\"model\":\"m:latest\",\"size\":1,\"digest\":\"aa\"";

  static final byte[] WHOLE =
      json(
          "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"response\":\"an answer of"
              + " some words\",\"done\":true,\"done_reason\":\"stop\",\"eval_count\":5}");

  private static final byte[] VERSION = json("{\"version\":\"0.17.4\"}");
  private static final byte[] TAGS =
      json("{\"models\":[" + MODEL + ",\"modified_at\":\"2026-01-01T00:00:00Z\",\"details\":{}}]}");
  private static final byte[] PS =
      json("{\"models\":[" + MODEL + ",\"expires_at\":\"2318-01-01T00:00:00Z\",\"size_vram\":0}]}");
  private static final byte[] NOT_FOUND =
      ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

  private Canned() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] json(String body) {
    return ascii(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  static byte[] list(String path) {
    return switch (path) {
      case "/api/version" -> VERSION;
      case "/api/tags" -> TAGS;
      case "/api/ps" -> PS;
      default -> NOT_FOUND;
    };
  }

  static byte[] streamHead(boolean events) {
    return ascii(
        "HTTP/1.1 200 OK\r\nContent-Type: "
            + (events ? "text/event-stream" : "application/x-ndjson")
            + "\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  /** One piece; says in {@code t=...;} when it was sent, nanoseconds of the machine's clock. */
  static byte[] piece(boolean events, boolean last) {
    String text = "t=" + System.nanoTime() + ";";
    String body =
        events
            ? "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"content\":\""
                + text
                + "\"},\"finish_reason\":"
                + (last ? "\"stop\"" : "null")
                + "}]}\n\n"
                + (last ? "data: [DONE]\n\n" : "")
            : "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"response\":\""
                + text
                + "\",\"done\":"
                + last
                + (last ? ",\"done_reason\":\"stop\"" : "")
                + "}\n";
    String chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
    return ascii(last ? chunk + "0\r\n\r\n" : chunk);
  }
}
