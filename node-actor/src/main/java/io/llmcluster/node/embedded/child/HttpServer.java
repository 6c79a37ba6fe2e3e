package io.llmcluster.node.embedded.child;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/**
 * A small HTTP/1.1 server on 127.0.0.1, one thread per connection. It exists because a generation
 * must notice that its caller has left, which the JDK's own server does not tell.
 */
final class HttpServer implements AutoCloseable {
  /** Beyond these, new connections are closed at once. More than may generate and wait. */
  static final int MAX_CONNECTIONS = 256;

  /** What answers requests; called on the connection's thread. */
  @FunctionalInterface
  interface Handler {
    /** Answers {@code call} through {@code reply}. */
    void handle(HttpCall call, HttpReply reply) throws IOException;
  }

  private final ServerSocket listener = new ServerSocket();
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private final Handler handler;

  /** Listens on {@code port} of 127.0.0.1, 0 for a free one. */
  HttpServer(int port, Handler handler) throws IOException {
    this.handler = handler;
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    daemon("embedded-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        @SuppressWarnings("resource") // closed by the connection's thread
        Socket socket = listener.accept();
        if (connections.tryAcquire()) {
          daemon("embedded-connection", () -> serve(socket));
        } else {
          socket.close();
        }
      } catch (IOException e) {
        pause(); // closed, the peer left before it was accepted, or out of file descriptors
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      HttpInput in = new HttpInput(socket);
      boolean again = true;
      while (again) {
        again = serveOne(in, socket);
      }
    } catch (IOException e) {
      // The peer left or stalled: nobody to tell.
    } finally {
      connections.release();
    }
  }

  private boolean serveOne(HttpInput in, Socket socket) throws IOException {
    try {
      HttpCall call = HttpCall.read(in);
      if (call == null) {
        return false;
      }
      HttpReply reply = new HttpReply(in, socket.getOutputStream(), call);
      handler.handle(call, reply);
      return reply.keepAlive();
    } catch (ApiError e) {
      HttpReply.toUnreadable(in, socket.getOutputStream())
          .send(e.status(), "application/json; charset=utf-8", OllamaJson.error(e.text()), "");
      return false;
    }
  }

  private static void daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }
}
