package io.llmcluster.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A backend that costs next to nothing: one thread, canned answers, streams by the clock. It speaks
 * as much of Ollama's API as a member needs to take it for one.
 */
final class StandInServer {

  static final int PIECES = 64;
  static final long PACE_NANOS = 20_000_000;

  private record Due(long at, Stream stream) {}

  private static final class Stream {
    private final SocketChannel channel;
    private final boolean events;
    private int sent;

    Stream(SocketChannel channel, boolean events) {
      this.channel = channel;
      this.events = events;
    }
  }

  private final Selector selector = Selector.open();
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));

  private StandInServer(int port) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Serves until the process is ended.
   *
   * @param args the port
   */
  public static void main(String[] args) throws IOException {
    new StandInServer(Integer.parseInt(args[0])).serve();
  }

  private void serve() throws IOException {
    while (true) {
      Due next = due.peek();
      long left = next == null ? 1_000_000_000 : next.at() - System.nanoTime();
      // Rounded up: to spin for the last part of a millisecond would take a CPU from what is
      // measured.
      long wait = (left + 999_999) / 1_000_000;
      if (left <= 0) {
        selector.selectNow();
      } else {
        selector.select(wait);
      }
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.isAcceptable()) {
          accept((ServerSocketChannel) key.channel());
        } else if (key.isValid() && key.isReadable()) {
          read(key);
        }
      }
      selector.selectedKeys().clear();
      sendDue();
    }
  }

  private void accept(ServerSocketChannel server) throws IOException {
    SocketChannel channel = server.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(16 * 1024));
    }
  }

  private void read(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer in = (ByteBuffer) key.attachment();
    try {
      if (channel.read(in) < 0) {
        channel.close();
        return;
      }
    } catch (IOException reset) {
      channel.close();
      return;
    }
    String text = StandardCharsets.ISO_8859_1.decode(in.duplicate().flip()).toString();
    int head = text.indexOf("\r\n\r\n");
    int length = head < 0 ? 0 : contentLength(text.substring(0, head));
    if (head < 0 || text.length() < head + 4 + length) {
      return; // the rest is on its way; nobody here pipelines
    }
    in.clear();
    answer(channel, text.split(" ", 3)[1], text.substring(head + 4));
  }

  private static int contentLength(String head) {
    int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length:");
    return at < 0 ? 0 : Integer.parseInt(head.substring(at + 15).split("\r\n", 2)[0].strip());
  }

  private void answer(SocketChannel channel, String path, String body) throws IOException {
    boolean events = path.equals("/v1/chat/completions");
    if (!events && !path.equals("/api/generate")) {
      write(channel, Canned.list(path));
    } else if (body.contains("\"stream\":false")) {
      write(channel, Canned.WHOLE);
    } else {
      write(channel, Canned.streamHead(events));
      due.add(new Due(System.nanoTime(), new Stream(channel, events)));
    }
  }

  private void sendDue() throws IOException {
    long now = System.nanoTime();
    for (Due next = due.peek(); next != null && next.at() <= now; next = due.peek()) {
      due.remove();
      Stream stream = next.stream();
      boolean last = ++stream.sent == PIECES;
      if (write(stream.channel, Canned.piece(stream.events, last)) && !last) {
        due.add(new Due(next.at() + PACE_NANOS, stream));
      }
    }
  }

  /** Answers are far smaller than a socket's buffer; a reader that lets it fill is cut off. */
  private static boolean write(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    try {
      channel.write(out);
    } catch (IOException reset) {
      channel.close();
      return false;
    }
    if (out.hasRemaining()) {
      channel.close();
    }
    return channel.isOpen();
  }
}
