package io.llmcluster.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that does to its connection whatever a test wants. */
public final class RawClient implements AutoCloseable {

  private final Socket socket;

  public RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
  }

  public void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  public void post(String path, String body) throws IOException {
    send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  /** Without saying how long the body is; stops where the server has heard enough. */
  public void postChunked(String path, String body) throws IOException {
    send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    try {
      for (int at = 0; at < body.length(); at += 10_000) {
        String piece = body.substring(at, Math.min(body.length(), at + 10_000));
        send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
      }
      send("0\r\n\r\n");
    } catch (IOException closed) {
      // the answer is there already
    }
  }

  /** What arrives, up to and including the text. */
  public String readUntil(String text) throws IOException {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    java.io.ByteArrayOutputStream read = new java.io.ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    int matched = 0;
    while (true) {
      int count = socket.getInputStream().read(buffer);
      if (count < 0) {
        throw new IOException("ended before '" + text + "': " + read);
      }
      read.write(buffer, 0, count);
      for (int i = 0; i < count; i++) {
        matched = buffer[i] == wanted[matched] ? matched + 1 : buffer[i] == wanted[0] ? 1 : 0;
        if (matched == wanted.length) {
          return read.toString(StandardCharsets.UTF_8);
        }
      }
    }
  }

  public String readToEnd() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
