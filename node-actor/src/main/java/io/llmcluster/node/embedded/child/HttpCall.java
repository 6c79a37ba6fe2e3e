package io.llmcluster.node.embedded.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request, read whole.
 *
 * @param path without the query
 * @param http11 whether the answer may be chunked
 * @param keepAlive whether the connection may be used again
 */
record HttpCall(String method, String path, boolean http11, boolean keepAlive, String body) {
  static final int MAX_BODY = 4 << 20;
  private static final int MAX_HEAD = 16 << 10;
  private static final int IDLE_MILLIS = 120_000;
  private static final int READ_MILLIS = 10_000;

  /** The next request of a connection; null when the peer has closed it or let it idle. */
  static @Nullable HttpCall read(HttpInput in) throws IOException, ApiError {
    int firstByte = in.read(IDLE_MILLIS);
    if (firstByte < 0) {
      return null;
    }
    String[] start = ((char) firstByte + in.line(MAX_HEAD, READ_MILLIS)).split(" ", -1);
    if (start.length != 3 || !start[2].matches("HTTP/1\\.[01]") || !start[1].startsWith("/")) {
      throw new ApiError(400, "malformed request");
    }
    Map<String, String> headers = headers(in);
    requireLocalHost(headers.getOrDefault("host", "localhost"));
    boolean http11 = start[2].endsWith("1");
    String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    String path = start[1].split("\\?", 2)[0];
    boolean keep = http11 && !connection.contains("close");
    String body = new String(body(in, headers), StandardCharsets.UTF_8);
    return new HttpCall(start[0], path, http11, keep, body);
  }

  private static Map<String, String> headers(HttpInput in) throws IOException, ApiError {
    Map<String, String> headers = new HashMap<>();
    int room = MAX_HEAD;
    for (String line = in.line(room, READ_MILLIS);
        !line.isEmpty();
        line = in.line(room, READ_MILLIS)) {
      room -= line.length() + 1;
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new ApiError(400, "malformed header");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String before = headers.put(name, line.substring(colon + 1).strip());
      if (before != null && (name.equals("content-length") || name.equals("host"))) {
        throw new ApiError(400, "malformed header");
      }
    }
    return headers;
  }

  /** A web page that has its own name resolve to 127.0.0.1 must not get in. */
  private static void requireLocalHost(String host) throws ApiError {
    if (!host.toLowerCase(Locale.ROOT).matches("(localhost|[0-9.]+|\\[[0-9a-f:.]+])(:[0-9]*)?")) {
      throw new ApiError(403, "host not allowed");
    }
  }

  private static byte[] body(HttpInput in, Map<String, String> headers)
      throws IOException, ApiError {
    String coding = headers.get("transfer-encoding");
    String length = headers.get("content-length");
    if (coding != null) {
      if (!coding.equalsIgnoreCase("chunked") || length != null) {
        throw new ApiError(400, "malformed request"); // two lengths: smuggling
      }
      return chunks(in);
    }
    if (length == null) {
      return new byte[0];
    }
    if (!length.matches("[0-9]{1,18}")) {
      throw new ApiError(400, "malformed request");
    }
    return in.bytes(bounded(Long.parseLong(length)), READ_MILLIS);
  }

  private static byte[] chunks(HttpInput in) throws IOException, ApiError {
    byte[] all = new byte[0];
    while (true) {
      String size = in.line(256, READ_MILLIS).split(";", 2)[0].strip();
      if (!size.matches("[0-9a-fA-F]{1,8}")) {
        throw new ApiError(400, "malformed chunk");
      }
      long n = Long.parseLong(size, 16);
      if (n == 0) {
        headers(in); // trailers
        return all;
      }
      byte[] joined = Arrays.copyOf(all, bounded(all.length + n));
      System.arraycopy(in.bytes((int) n, READ_MILLIS), 0, joined, all.length, (int) n);
      all = joined;
      if (!in.line(2, READ_MILLIS).isEmpty()) {
        throw new ApiError(400, "malformed chunk");
      }
    }
  }

  private static int bounded(long length) throws ApiError {
    if (length > MAX_BODY) {
      throw new ApiError(413, "request body too large");
    }
    return (int) length;
  }
}
