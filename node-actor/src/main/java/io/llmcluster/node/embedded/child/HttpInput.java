package io.llmcluster.node.embedded.child;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The reading half of a connection: buffered, timed, and able to tell that the peer has left. */
final class HttpInput {
  private static final long LOOK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(50);

  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;
  private long lastLook = System.nanoTime();
  private boolean gone;

  HttpInput(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** The next byte, or -1 at the end. */
  int read(int timeoutMillis) throws IOException {
    if (position == limit) {
      socket.setSoTimeout(timeoutMillis);
      position = 0;
      limit = Math.max(0, in.read(buffer));
      if (limit == 0) {
        return -1;
      }
    }
    return buffer[position++] & 0xff;
  }

  /** A line without its end; fails beyond {@code most} bytes. */
  String line(int most, int timeoutMillis) throws IOException, ApiError {
    StringBuilder line = new StringBuilder();
    for (int b = read(timeoutMillis); b != '\n'; b = read(timeoutMillis)) {
      if (b < 0) {
        throw new EOFException();
      }
      if (line.length() >= most) {
        throw new ApiError(431, "request header too large");
      }
      line.append((char) b);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  /** Exactly {@code length} bytes. */
  byte[] bytes(int length, int timeoutMillis) throws IOException {
    byte[] bytes = new byte[length];
    int done = Math.min(length, limit - position);
    System.arraycopy(buffer, position, bytes, 0, done);
    position += done;
    socket.setSoTimeout(timeoutMillis);
    while (done < length) {
      int n = in.read(bytes, done, length - done);
      if (n < 0) {
        throw new EOFException();
      }
      done += n;
    }
    return bytes;
  }

  /**
   * Whether the peer has closed its side, looked at 20 times a second at most since a look costs a
   * millisecond. What a peer sends ahead is kept; one that has sent a full buffer counts as there.
   */
  boolean peerGone() {
    long now = System.nanoTime();
    if (gone || now - lastLook < LOOK_INTERVAL) {
      return gone;
    }
    lastLook = now;
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
    }
    try {
      socket.setSoTimeout(1);
      int n = limit == buffer.length ? 0 : in.read(buffer, limit, buffer.length - limit);
      gone = n < 0;
      limit += Math.max(0, n);
    } catch (SocketTimeoutException e) {
      gone = false;
    } catch (IOException e) {
      gone = true;
    }
    return gone;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
