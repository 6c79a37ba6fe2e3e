package io.llmcluster.node.backend;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A small HTTP server that writes what a test says, byte for byte, faults included. */
public final class RawServer implements AutoCloseable {

  /** Answers one request; returning leaves the connection open for the next. */
  public interface Handler {
    void answer(Exchange exchange) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  final List<Exchange> seen = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  public RawServer() {
    try {
      listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  public BackendAddress address() {
    return new BackendAddress("127.0.0.1", listener.getLocalPort());
  }

  public RawServer on(String path, Handler handler) {
    handlers.put(path, handler);
    return this;
  }

  public RawServer json(String path, String body) {
    return on(path, exchange -> exchange.whole(200, "application/json; charset=utf-8", body));
  }

  /** How often the path was asked for. */
  public long asked(String path) {
    return seen.stream().filter(exchange -> exchange.path().equals(path)).count();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        connections.incrementAndGet();
        daemon(() -> serve(socket));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket socket) {
    Exchange exchange = null;
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        byte[] body = in.readNBytes(contentLength(head));
        exchange = new Exchange(head, new String(body, StandardCharsets.UTF_8), socket, in);
        seen.add(exchange);
        Handler handler =
            handlers.getOrDefault(
                exchange.path(), e -> e.whole(404, "text/plain", "404 page not found"));
        handler.answer(exchange);
      }
    } catch (IOException | InterruptedException gone) {
      if (exchange != null) {
        exchange.left.countDown();
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int next;
    while ((next = in.read()) >= 0) {
      head.append((char) next);
      if (head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }

  private static int contentLength(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One request and the connection it came by. */
  public static final class Exchange {
    final String head;
    final String body;
    final CountDownLatch left = new CountDownLatch(1);
    private final Socket socket;
    private final InputStream in;

    private Exchange(String head, String body, Socket socket, InputStream in) {
      this.head = head;
      this.body = body;
      this.socket = socket;
      this.in = in;
    }

    String path() {
      return head.split(" ", 3)[1];
    }

    public void whole(int status, String type, String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      write(
          "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(status, type, bytes.length));
      write(text);
    }

    void streamHead(String type) throws IOException {
      write("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    void chunk(String text) throws IOException {
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      write(Integer.toHexString(length) + "\r\n" + text + "\r\n");
    }

    void lastChunk() throws IOException {
      write("0\r\n\r\n");
    }

    void write(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Waits until the client closes the connection. */
    void awaitLeaving() throws IOException {
      try {
        while (in.read() >= 0) {
          // nothing is expected
        }
      } finally {
        left.countDown();
      }
      throw new IOException("the client left");
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    void close() throws IOException {
      socket.close();
    }
  }
}
