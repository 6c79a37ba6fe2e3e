package io.llmcluster.node.embedded.child;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The answer to one request: whole, or as lines that are flushed one by one. */
final class HttpReply {
  private final HttpInput in;
  private final OutputStream out;
  private final boolean head;
  private final boolean chunked;
  private boolean keepAlive;
  private boolean streaming;

  HttpReply(HttpInput in, OutputStream out, HttpCall call) {
    this(in, out, call.method().equals("HEAD"), call.http11(), call.keepAlive());
  }

  private HttpReply(
      HttpInput in, OutputStream out, boolean head, boolean chunked, boolean keepAlive) {
    this.in = in;
    this.out = new BufferedOutputStream(out, 4096);
    this.head = head;
    this.chunked = chunked;
    this.keepAlive = keepAlive && chunked;
  }

  /** For a request that could not be read; the connection ends with it. */
  static HttpReply toUnreadable(HttpInput in, OutputStream out) {
    return new HttpReply(in, out, false, true, false);
  }

  boolean keepAlive() {
    return keepAlive;
  }

  boolean streaming() {
    return streaming;
  }

  boolean peerGone() {
    return in.peerGone();
  }

  void send(int status, String type, String text, String extra) throws IOException {
    byte[] body = HttpInput.utf8(text);
    begin(status, type, "Content-Length: " + body.length + "\r\n" + extra);
    if (!head) {
      out.write(body);
    }
    out.flush();
  }

  /** One line of a stream; the head goes with the first, so that errors before it have a status. */
  void line(String json) throws IOException {
    if (!streaming) {
      streaming = true;
      begin(200, "application/x-ndjson", chunked ? "Transfer-Encoding: chunked\r\n" : "");
    }
    byte[] body = HttpInput.utf8(json + "\n");
    if (chunked) {
      out.write(HttpInput.utf8(Integer.toHexString(body.length) + "\r\n"));
    }
    out.write(body);
    if (chunked) {
      out.write(HttpInput.utf8("\r\n"));
    }
    out.flush();
  }

  /** Ends the stream. */
  void end() throws IOException {
    if (chunked) {
      out.write(HttpInput.utf8("0\r\n\r\n"));
    }
    out.flush();
  }

  /** The connection is of no more use. */
  void abandon() {
    keepAlive = false;
  }

  private void begin(int status, String type, String rest) throws IOException {
    String connection = keepAlive ? "" : "Connection: close\r\n";
    String phrase = status == 200 ? "OK" : "Error";
    out.write(
        HttpInput.utf8(
            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n%s%s\r\n"
                .formatted(status, phrase, type, rest, connection)));
  }
}
