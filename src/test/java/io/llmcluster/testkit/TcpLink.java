package io.llmcluster.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A way to a server that can be cut: then connections break, and new ones are refused. */
public final class TcpLink implements AutoCloseable {

  private final InetSocketAddress server;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile ServerSocket listening;

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

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket target = new Socket();
        sockets.addAll(List.of(client, target));
        target.connect(server);
        threads.execute(() -> copy(client, target));
        threads.execute(() -> copy(target, client));
      } catch (IOException cut) {
        // the next one, if it listens still
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
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
