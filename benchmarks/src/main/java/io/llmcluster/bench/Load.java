package io.llmcluster.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;

/** A client with many connections on one thread; each has one request under way at a time. */
final class Load implements AutoCloseable {

  private static final String END = "\n0\r\n\r\n";

  private final Selector selector = Selector.open();
  private final int port;

  Load(int port) throws IOException {
    this.port = port;
  }

  /**
   * What came of whole answers.
   *
   * @param latency of each, nanoseconds
   * @param perSecond answers in a second
   * @param failed answers that were not the expected one
   */
  record Whole(Histogram latency, double perSecond, long failed) {}

  /**
   * What came of streams.
   *
   * @param firstPiece from the request's sending to its first piece, nanoseconds
   * @param pieceDelay from the backend's sending of a piece to its arrival, nanoseconds
   * @param complete streams that had all pieces and their end
   * @param stalled streams with a silence of more than a second, also before their first piece
   * @param peak most streams that were open at one moment: what was really held at once
   */
  record Streams(Histogram firstPiece, Histogram pieceDelay, int complete, int stalled, int peak) {}

  private final class Connection {
    final SocketChannel channel;
    final ByteBuffer in = ByteBuffer.allocate(32 * 1024);
    final PieceReader pieces = new PieceReader();
    long sent;
    long lastHeard;
    boolean stalled;
    String tail = "";

    Connection() throws IOException {
      channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(byte[] request) throws IOException {
      in.clear();
      sent = System.nanoTime();
      lastHeard = sent;
      channel.write(ByteBuffer.wrap(request));
    }
  }

  static byte[] request(String path, String body) {
    return Canned.ascii(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** Asks again as soon as it is answered, on each connection, for some time. */
  Whole whole(byte[] request, int connections, long nanos) throws IOException {
    Histogram latency = new Histogram(60_000_000_000L, 3);
    for (int i = 0; i < connections; i++) {
      new Connection().send(request);
    }
    long start = System.nanoTime();
    long failed = 0;
    while (System.nanoTime() - start < nanos) {
      selector.select(100);
      for (SelectionKey key : selector.selectedKeys()) {
        Connection connection = (Connection) key.attachment();
        if (connection.channel.read(connection.in) < 0) {
          throw new IOException("connection closed after " + latency.getTotalCount() + " answers");
        }
        if (isWhole(connection.in)) {
          latency.recordValue(System.nanoTime() - connection.sent);
          failed += connection.in.get(9) == '2' ? 0 : 1;
          connection.send(request);
        }
      }
      selector.selectedKeys().clear();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Whole(latency, latency.getTotalCount() / seconds, failed);
  }

  /** The canned answer is a JSON object with a length, whichever way it came. */
  private static boolean isWhole(ByteBuffer in) {
    int end = in.position();
    return end > 0 && in.get(end - 1) == '}';
  }

  /**
   * Runs that many streams, each once. All start within half of a stream's length, so that all are
   * open at the same moment.
   */
  Streams streams(byte[] request, int count) throws IOException {
    Histogram first = new Histogram(60_000_000_000L, 3);
    Histogram delay = new Histogram(60_000_000_000L, 3);
    long length = StandInServer.PIECES * StandInServer.PACE_NANOS;
    long spread = Math.min(length / 2, count * 2_000_000L);
    long start = System.nanoTime();
    long limit = start + 60_000_000_000L;
    int started = 0;
    int complete = 0;
    int stalled = 0;
    int ended = 0;
    int peak = 0;
    while (ended < count && System.nanoTime() < limit) {
      while (started < count && System.nanoTime() - start >= spread * started / count) {
        new Connection().send(request);
        started++;
        peak = Math.max(peak, started - ended);
      }
      selector.select(1);
      for (SelectionKey key : selector.selectedKeys()) {
        Connection connection = (Connection) key.attachment();
        connection.in.clear();
        int read = readOrEnd(connection);
        long now = System.nanoTime();
        if (read < 0) { // lost: it counts as not complete, and nobody waits for it
          connection.channel.close();
          ended++;
          continue;
        }
        if (now - connection.lastHeard > 1_000_000_000L) {
          connection.stalled = true;
        }
        connection.lastHeard = now;
        boolean begun = connection.pieces.seen() > 0;
        String text = new String(connection.in.array(), 0, read, StandardCharsets.ISO_8859_1);
        connection.pieces.read(text, sent -> delay.recordValue(Math.max(0, now - sent)));
        if (!begun && connection.pieces.seen() > 0) {
          first.recordValue(now - connection.sent);
        }
        connection.tail = tail(connection.tail + text);
        if (connection.tail.equals(END)) { // the end may come in two parts
          complete += connection.pieces.seen() == StandInServer.PIECES ? 1 : 0;
          ended++;
          stalled += connection.stalled ? 1 : 0;
          connection.channel.close();
        }
      }
      selector.selectedKeys().clear();
    }
    return new Streams(first, delay, complete, stalled, peak);
  }

  private static int readOrEnd(Connection connection) {
    try {
      return connection.channel.read(connection.in);
    } catch (IOException reset) {
      return -1;
    }
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - END.length()));
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
