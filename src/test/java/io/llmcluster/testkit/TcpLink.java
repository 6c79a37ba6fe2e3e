package io.llmcluster.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A way to a server that can be cut: then connections break, and new ones are refused. It can also
 * be made to reset those on which a certain thing is asked for.
 */
public final class TcpLink implements AutoCloseable {

  private final InetSocketAddress server;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile ServerSocket listening;
  private volatile String hated = "";

  /** Connections that were reset, each before the server had the request. */
  public final AtomicInteger resets = new AtomicInteger();

  public TcpLink(String host, int port) throws IOException {
    this.server = new InetSocketAddress(host, port);
    this.listening = listen(0);
    this.port = listening.getLocalPort();
  }

  private ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    threads.execute(() -> accept(socket));
    return socket;
  }

  /** Where it listens, on loopback. */
  public int port() {
    return port;
  }

  /** Breaks it. */
  public void cut() {
    close(listening);
    sockets.forEach(TcpLink::close);
    sockets.clear();
  }

  /** Makes it whole again. */
  public void mend() throws IOException {
    listening = listen(port);
  }

  /**
   * From now on a connection is reset whose client sends this text, looked for in what arrives at
   * once, as the head of a request does; empty: none is.
   */
  public void resetAt(String text) {
    hated = text;
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket target = new Socket();
        sockets.addAll(List.of(client, target));
        target.connect(server);
        threads.execute(() -> copy(client, target, this::isHated));
        threads.execute(() -> copy(target, client, answer -> false));
      } catch (IOException cut) {
        // the next one, if it listens still
      }
    }
  }

  private boolean isHated(String text) {
    return !hated.isEmpty() && text.contains(hated);
  }

  private void copy(Socket from, Socket to, Predicate<String> resets) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (resets.test(new String(buffer, 0, count, StandardCharsets.ISO_8859_1))) {
          this.resets.incrementAndGet();
          from.setSoLinger(true, 0);
          throw new IOException("reset");
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException broken) {
      close(from);
      close(to);
    }
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (IOException ignored) {
      // it is of no use any more
    } catch (Exception other) {
      throw new UncheckedIOException(new IOException(other));
    }
  }

  @Override
  public void close() {
    cut();
    threads.shutdownNow();
  }
}
