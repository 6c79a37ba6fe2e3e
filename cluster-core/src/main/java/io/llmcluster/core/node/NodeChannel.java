package io.llmcluster.core.node;

import io.llmcluster.core.protocol.NodeServiceClient;
import java.util.function.Supplier;

/**
 * The way to one node port: a client, that is one connection, and after a while another one.
 * Thread-safe.
 *
 * <p>The port's HTTP/2 loses up to 64 KiB of a connection's window whenever a call is given up
 * while its request is still being sent (Pekko HTTP 1.3.0 never gives it back); at 512 KiB every
 * further request with a body hangs. So the connection is replaced long before that.
 */
public final class NodeChannel implements AutoCloseable {

  /** A request up to this is sent before anybody can give its call up. */
  private static final int SENT_AT_ONCE = 16 * 1024;

  private static final int MOST_GIVEN_UP = 4;

  private final Supplier<NodeServiceClient> connect;
  private NodeServiceClient client;
  private int givenUp;
  private boolean closed;

  /**
   * @param connect makes a client; it need not connect before it is used
   */
  NodeChannel(Supplier<NodeServiceClient> connect) {
    this.connect = connect;
    this.client = connect.get();
  }

  /** To be asked for before each call. */
  public synchronized NodeServiceClient client() {
    return client;
  }

  /**
   * A call was given up before its answer had begun.
   *
   * @param bytes of its request's body
   */
  public synchronized void gaveUp(int bytes) {
    if (bytes > SENT_AT_ONCE && ++givenUp >= MOST_GIVEN_UP && !closed) {
      givenUp = 0;
      NodeServiceClient worn = client;
      client = connect.get();
      worn.close(); // calls under way go on
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      client.close();
    }
  }
}
