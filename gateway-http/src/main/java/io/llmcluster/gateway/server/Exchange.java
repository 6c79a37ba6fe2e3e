package io.llmcluster.gateway.server;

import io.llmcluster.gateway.wire.WireException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;

/** A request on its way through the gateway. */
public final class Exchange {

  private final HttpRequest request;
  private final String id;
  private final Cancellation cancellation;
  private final OpenConnections connections;

  /**
   * @param connections of the server that it came to
   */
  public Exchange(
      HttpRequest request, String id, Cancellation cancellation, OpenConnections connections) {
    this.request = request;
    this.id = id;
    this.cancellation = cancellation;
    this.connections = connections;
  }

  /** One that came to no server. */
  public Exchange(HttpRequest request, String id, Cancellation cancellation) {
    this(request, id, cancellation, new OpenConnections());
  }

  /** One of several requests that come through this one, each with a client of its own. */
  public Exchange of(Cancellation client) {
    return new Exchange(request, id, client, connections);
  }

  /** As it came; its body is not read yet. */
  public HttpRequest request() {
    return request;
  }

  /** The request's id. */
  public String id() {
    return id;
  }

  /** Tells when the client goes. */
  public Cancellation cancellation() {
    return cancellation;
  }

  /** Where to register what goes on when this request is over, as a socket does. */
  public OpenConnections connections() {
    return connections;
  }

  /** Whose request it is, as long as there are no keys. */
  public String tenant() {
    return "default";
  }

  /** A header's value; empty if it is not there. */
  public String header(String name) {
    return request.getHeader(name).map(HttpHeader::value).orElse("");
  }

  /** A query parameter; empty if it is not there. */
  public String query(String name) {
    return request.getUri().query().get(name).orElse("");
  }

  /**
   * A query parameter that is a whole number within the bounds, both included.
   *
   * @throws WireException 400 for anything else
   */
  public int number(String name, int otherwise, int min, int max) {
    String text = query(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw new WireException(
        400, name + ": " + text + " (expected: a whole number from " + min + " to " + max + ")");
  }

  /** A stream that ends when the client goes. */
  public <T> Source<T, NotUsed> whileClientStays(Source<T, NotUsed> stream) {
    return stream
        .viaMat(KillSwitches.single(), Keep.right())
        .mapMaterializedValue(
            killSwitch -> {
              cancellation.onCancel(killSwitch::shutdown);
              return NotUsed.getInstance();
            });
  }
}
